package dev.tandem.server.insight.web;

import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.EnvironmentFilter;
import dev.tandem.server.deliver.EnvironmentState;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Prometheus HTTP service discovery: the services that are deployed in projects whose environments the asking person may
 * read. A token of scope {@code read_api} is enough, as bearer token.
 */
@RestController
class TargetsApi {
    private static final int MOST_ENVIRONMENTS = 200;

    private final Asked asked;
    private final Environments environments;

    TargetsApi(Asked asked, Environments environments) {
        this.asked = asked;
        this.environments = environments;
    }

    /** The shape is Prometheus' own. */
    record Target(List<String> targets, Map<String, String> labels) {}

    @Requires(Permission.SIGNED_IN)
    @GetMapping("/api/tandem/v1/prometheus/targets")
    List<Target> targets(Actor actor) {
        return asked.projects(actor).stream().flatMap(this::ofProject).toList();
    }

    private Stream<Target> ofProject(ProjectFacts project) {
        EnvironmentFilter available = new EnvironmentFilter(null, null, Environment.State.AVAILABLE);
        return environments.list(project.id(), available, 0, MOST_ENVIRONMENTS).stream()
                .map(environments::state)
                .filter(state -> state.current() != null)
                .flatMap(state -> target(project, state).stream());
    }

    private static Optional<Target> target(ProjectFacts project, EnvironmentState state) {
        if (state.url() == null) {
            return Optional.empty();
        }
        URI address = URI.create(state.url());
        if (address.getHost() == null) {
            return Optional.empty();
        }
        boolean secure = "https".equals(address.getScheme());
        int port = address.getPort() > 0 ? address.getPort() : secure ? 443 : 80;
        Environment environment = state.environment();
        return Optional.of(new Target(
                List.of(address.getHost() + ":" + port),
                Map.of(
                        "__scheme__",
                        secure ? "https" : "http",
                        "project",
                        project.fullPath(),
                        "environment",
                        environment.name(),
                        "tier",
                        environment.tier().wire())));
    }
}
