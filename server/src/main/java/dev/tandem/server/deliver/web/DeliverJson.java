package dev.tandem.server.deliver.web;

import dev.tandem.server.build.Jobs;
import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.EnvironmentState;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.ServerUrls;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** From the domain to the shapes of GitLab's API. */
@Component
class DeliverJson {
    private final Environments environments;
    private final Users users;
    private final Jobs jobs;
    private final ServerUrls urls;

    DeliverJson(Environments environments, Users users, Jobs jobs, ServerUrls urls) {
        this.environments = environments;
        this.users = users;
        this.jobs = jobs;
        this.urls = urls;
    }

    EnvironmentJson environment(ProjectFacts project, Environment environment) {
        EnvironmentState state = environments.state(environment);
        Deployment last = state.current() == null ? state.newest() : state.current();
        return environment(
                environment,
                state.url(),
                environments.autoStop(environment.id()).orElse(null),
                last == null ? null : deployment(project, last, null));
    }

    DeploymentJson deployment(ProjectFacts project, Deployment deployment) {
        EnvironmentJson environment = environments
                .find(deployment.environmentId())
                .map(found -> environment(
                        found,
                        environments.state(found).url(),
                        environments.autoStop(found.id()).orElse(null),
                        null))
                .orElse(null);
        return deployment(project, deployment, environment);
    }

    private DeploymentJson deployment(
            ProjectFacts project, Deployment deployment, @Nullable EnvironmentJson environment) {
        String root = Addresses.root(urls);
        return new DeploymentJson(
                deployment.id(),
                deployment.iid(),
                deployment.ref(),
                deployment.sha(),
                deployment.createdAt(),
                deployment.updatedAt(),
                deployment.status().wire(),
                users.find(deployment.user())
                        .map(user -> DeploymentJson.UserJson.of(user, root))
                        .orElse(null),
                environment,
                deployment.jobId() == null
                        ? null
                        : jobs.facts(deployment.jobId())
                                .map(job -> DeployableJson.of(job, root + "/" + project.fullPath()))
                                .orElse(null));
    }

    private static EnvironmentJson environment(
            Environment environment,
            @Nullable String url,
            @Nullable Instant autoStopAt,
            @Nullable DeploymentJson last) {
        return new EnvironmentJson(
                environment.id(),
                environment.name(),
                environment.slug(),
                null,
                url,
                environment.state().wire(),
                environment.tier().wire(),
                environment.createdAt(),
                environment.updatedAt(),
                autoStopAt,
                last);
    }
}
