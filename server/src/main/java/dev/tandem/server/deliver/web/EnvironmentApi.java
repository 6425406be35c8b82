package dev.tandem.server.deliver.web;

import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.DeploymentFilter;
import dev.tandem.server.deliver.DeploymentStatus;
import dev.tandem.server.deliver.Deployments;
import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.EnvironmentFilter;
import dev.tandem.server.deliver.EnvironmentState;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.api.Parameters;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** Environments and deployments as GitLab's API has them, and what {@code tandem status} shows. */
@RestController
class EnvironmentApi {
    private final Environments environments;
    private final Deployments deployments;
    private final DeliverJson json;

    EnvironmentApi(Environments environments, Deployments deployments, DeliverJson json) {
        this.environments = environments;
        this.deployments = deployments;
        this.json = json;
    }

    @Requires(Permission.READ_ENVIRONMENT)
    @GetMapping("/api/v4/projects/{id}/environments")
    Listing<EnvironmentJson> environments(ProjectFacts project, Parameters parameters, Paging paging) {
        Environment.@Nullable State state =
                parameters.text("states").map(EnvironmentApi::state).orElse(null);
        EnvironmentFilter filter = new EnvironmentFilter(
                parameters.text("name").orElse(null), parameters.text("search").orElse(null), state);
        List<EnvironmentJson> items = environments.list(project.id(), filter, paging.offset(), paging.limit()).stream()
                .map(environment -> json.environment(project, environment))
                .toList();
        return new Listing<>(items, environments.count(project.id(), filter), paging);
    }

    private static Environment.State state(String word) {
        return switch (word) {
            case "available" -> Environment.State.AVAILABLE;
            case "stopped" -> Environment.State.STOPPED;
            default -> throw ApiException.malformed("states");
        };
    }

    @Requires(Permission.READ_ENVIRONMENT)
    @GetMapping("/api/v4/projects/{id}/environments/{environment}")
    EnvironmentJson environment(ProjectFacts project, @PathVariable long environment) {
        return environments
                .find(environment)
                .filter(found -> found.projectId() == project.id())
                .map(found -> json.environment(project, found))
                .orElseThrow(() -> ApiException.notFound("Environment"));
    }

    @Requires(Permission.READ_ENVIRONMENT)
    @GetMapping("/api/v4/projects/{id}/deployments")
    Listing<DeploymentJson> deployments(ProjectFacts project, Parameters parameters, Paging paging) {
        DeploymentFilter filter = filter(parameters);
        List<DeploymentJson> items = deployments.list(project.id(), filter, paging.offset(), paging.limit()).stream()
                .map(deployment -> json.deployment(project, deployment))
                .toList();
        return new Listing<>(items, deployments.count(project.id(), filter), paging);
    }

    private static DeploymentFilter filter(Parameters parameters) {
        return new DeploymentFilter(
                parameters.text("environment").orElse(null),
                parameters
                        .text("status")
                        .map(word -> DeploymentStatus.ofWire(word).orElseThrow(() -> ApiException.malformed("status")))
                        .orElse(null),
                parameters.text("sha").orElse(null),
                parameters.text("ref").orElse(null),
                parameters.time("updated_after").orElse(null),
                parameters.time("updated_before").orElse(null),
                parameters.text("order_by").map(EnvironmentApi::order).orElse(DeploymentFilter.Order.ID),
                // GitLab sorts this one list upwards unless asked otherwise.
                !parameters.text("sort").filter("desc"::equals).isPresent());
    }

    private static DeploymentFilter.Order order(String word) {
        try {
            return DeploymentFilter.Order.valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw ApiException.malformed("order_by");
        }
    }

    @Requires(Permission.READ_ENVIRONMENT)
    @GetMapping("/api/v4/projects/{id}/deployments/{deployment}")
    DeploymentJson deployment(ProjectFacts project, @PathVariable long deployment) {
        return deployments
                .find(deployment)
                .filter(found -> found.projectId() == project.id())
                .map(found -> json.deployment(project, found))
                .orElseThrow(() -> ApiException.notFound("Deployment"));
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record StatusJson(
            String name,
            String tier,
            String service,
            String state,
            @Nullable Long deploymentId,
            @Nullable String sha,
            @Nullable Instant deployedAt,
            String health,
            String healthMessage,
            @Nullable String url,
            @Nullable Long newestDeploymentId,
            @Nullable String newestStatus,
            @Nullable String newestSha,
            @Nullable String newestReason,
            @Nullable String heldSha) {
        static StatusJson of(ProjectFacts project, EnvironmentState state) {
            Environment environment = state.environment();
            Deployment current = state.current();
            Deployment newest = state.newest();
            return new StatusJson(
                    environment.name(),
                    environment.tier().wire(),
                    environment.service(project.path()),
                    environment.state().wire(),
                    current == null ? null : current.id(),
                    current == null ? null : current.sha(),
                    current == null ? null : current.finishedAt(),
                    state.health().state(),
                    state.health().message(),
                    state.url(),
                    newest == null ? null : newest.id(),
                    newest == null ? null : newest.status().wire(),
                    newest == null ? null : newest.sha(),
                    newest == null ? null : newest.reason(),
                    environment.hold() == null ? null : environment.hold().sha());
        }
    }

    /** {@code service}: which service of the project the environment runs; empty for what its name says. */
    @Requires(Permission.MANAGE_PROJECT)
    @PutMapping("/api/tandem/v1/projects/{id}/environments/{environment}")
    StatusJson assign(ProjectFacts project, @PathVariable long environment, Parameters parameters) {
        Environment found = environments
                .find(environment)
                .filter(each -> each.projectId() == project.id())
                .orElseThrow(() -> ApiException.notFound("Environment"));
        String service = parameters.text("service").orElseThrow(() -> ApiException.missing("service"));
        environments.assign(found, service).ifPresent(problem -> {
            throw new ApiException(400, "service: " + problem + ".");
        });
        return StatusJson.of(
                project, environments.state(environments.find(environment).orElseThrow()));
    }

    @Requires(Permission.READ_ENVIRONMENT)
    @GetMapping("/api/tandem/v1/projects/{id}/environments")
    Listing<StatusJson> status(ProjectFacts project, Paging paging) {
        List<StatusJson> items =
                environments.list(project.id(), EnvironmentFilter.ALL, paging.offset(), paging.limit()).stream()
                        .map(environment -> StatusJson.of(project, environments.state(environment)))
                        .toList();
        return new Listing<>(items, environments.count(project.id(), EnvironmentFilter.ALL), paging);
    }
}
