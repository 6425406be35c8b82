package dev.tandem.server.operate.web;

import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.operate.Services;
import dev.tandem.server.operate.Wellness;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** How services are. */
@RestController
class ServiceApi {
    private final Services services;
    private final ServiceList list;

    ServiceApi(Services services, ServiceList list) {
        this.services = services;
        this.list = list;
    }

    /** @param status {@code well}, {@code unwell}, {@code unknown} or {@code nothing} */
    @JsonNaming(SnakeCaseStrategy.class)
    record ServiceJson(
            long projectId,
            String project,
            String status,
            String reason,
            String sentence,
            List<PlaceJson> environments) {
        static ServiceJson of(ProjectFacts project, Services.Service service) {
            Wellness wellness = service.wellness();
            return new ServiceJson(
                    project.id(),
                    project.fullPath(),
                    wellness.level().wire(),
                    wellness.reason().wire(),
                    wellness.sentence(),
                    service.places().stream().map(PlaceJson::of).toList());
        }
    }

    /** @param requests of the last five minutes; ratio and latency (ms) are of these, null without any */
    @JsonNaming(SnakeCaseStrategy.class)
    record PlaceJson(
            long id,
            String name,
            String tier,
            @Nullable Long deploymentId,
            @Nullable String sha,
            String health,
            @Nullable String url,
            long requests,
            double requestsPerSecond,
            @Nullable Double errorRatio,
            @Nullable Double p50,
            @Nullable Double p90,
            @Nullable Double p99,
            @Nullable Long openIncident,
            List<String> checksDown) {
        static PlaceJson of(Wellness.Seen seen) {
            Deployment current = seen.state().current();
            return new PlaceJson(
                    seen.state().environment().id(),
                    seen.state().environment().name(),
                    seen.state().environment().tier().wire(),
                    current == null ? null : current.id(),
                    current == null ? null : current.sha(),
                    seen.state().health().state(),
                    seen.state().url(),
                    seen.recent().requests(),
                    Math.round(seen.perSecond() * 1000) / 1000.0,
                    orNull(seen.recent().errorRatio()),
                    orNull(seen.recent().quantile(0.5)),
                    orNull(seen.recent().quantile(0.9)),
                    orNull(seen.recent().quantile(0.99)),
                    seen.unwell(),
                    seen.down());
        }

        private static @Nullable Double orNull(OptionalDouble value) {
            return value.isPresent() ? value.getAsDouble() : null;
        }
    }

    @Requires(Permission.READ_ENVIRONMENT)
    @GetMapping("/api/tandem/v1/projects/{id}/service")
    ServiceJson service(ProjectFacts project) {
        return ServiceJson.of(project, services.of(project.id()));
    }

    /** Those that need looking at first. */
    @Requires(Permission.SIGNED_IN)
    @GetMapping("/api/tandem/v1/services")
    Listing<ServiceJson> services(Actor actor, Paging paging) {
        return Listing.cut(list.of(actor), paging).map(one -> ServiceJson.of(one.project(), one.service()));
    }
}
