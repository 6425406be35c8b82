package dev.tandem.server.operate;

import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.DeploymentFilter;
import dev.tandem.server.deliver.DeploymentStatus;
import dev.tandem.server.deliver.Deployments;
import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.Environments;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Gathers what {@link Suspects} needs to know. */
@Component
final class SuspectSearch {
    private static final int MOST = 10;

    private final Environments environments;
    private final Deployments deployments;
    private final Dependencies dependencies;

    SuspectSearch(Environments environments, Deployments deployments, Dependencies dependencies) {
        this.environments = environments;
        this.deployments = deployments;
        this.dependencies = dependencies;
    }

    /**
     * @param failed what failed or was taken back; null when nothing did
     * @param why of the failure: in English, then, where there is one, the message's code and arguments
     */
    List<Suspect> around(
            long environmentId, @Nullable Deployment failed, Suspect.Reason reason, List<String> why, Instant at) {
        Environment environment = environments.find(environmentId).orElse(null);
        if (environment == null) {
            return List.of();
        }
        Deployment serving = environments.state(environment).current();
        return Suspects.rank(new Suspects.Facts(
                at, failed, reason, why, serving, succeeded(environment), below(environment, serving)));
    }

    private List<Deployment> succeeded(Environment environment) {
        return deployments
                .list(environment.projectId(), DeploymentFilter.NEWEST_FIRST.of(environment.name()), 0, MOST)
                .stream()
                .filter(deployment -> deployment.status() == DeploymentStatus.SUCCESS)
                .toList();
    }

    private List<Suspects.Below> below(Environment environment, @Nullable Deployment serving) {
        return dependencies.of(environment, serving).stream()
                .flatMap(dependency -> succeeded(dependency.environment()).stream()
                        .map(deployment -> new Suspects.Below(dependency.name(), deployment)))
                .toList();
    }
}
