package dev.tandem.server.operate;

import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.Deployments;
import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.deliver.Tier;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes incidents of lost health in production. Safe to repeat. */
@Component
final class LostHealth {
    private final Incidents incidents;
    private final Environments environments;
    private final Deployments deployments;
    private final SuspectSearch suspects;

    LostHealth(Incidents incidents, Environments environments, Deployments deployments, SuspectSearch suspects) {
        this.incidents = incidents;
        this.environments = environments;
        this.deployments = deployments;
        this.suspects = suspects;
    }

    void take(HealthChange change) {
        Optional<Environment> environment = environments.ofAgent(change.agentId()).stream()
                .filter(one -> one.serviceKey().equals(change.service()) && one.tier() == Tier.PRODUCTION)
                .findFirst();
        environment.ifPresent(found -> {
            if (change.lost()) {
                lost(found, change);
            } else {
                incidents.back(found.id(), change.key(), Causes.HEALTH, change.at());
            }
        });
    }

    private void lost(Environment environment, HealthChange change) {
        Deployment deployment = deployment(change);
        if (deployment != null && !deployment.status().isTerminal()) {
            // It is on its way in: its rollout decides, and opens the incident itself if it fails.
            return;
        }
        incidents.sighted(new Sighting(
                change.key(),
                environment.projectId(),
                environment.id(),
                environment.name(),
                IncidentOrigin.LOST_HEALTH,
                deployment == null ? null : deployment.id(),
                change.message(),
                arguments(deployment == null ? change.revision() : deployment.shortSha(), change),
                null,
                change.at(),
                change.at(),
                null,
                null,
                suspects.around(environment.id(), null, Suspect.Reason.SERVES, List.of(), change.at())));
    }

    private static List<String> arguments(String revision, HealthChange change) {
        return Stream.concat(Stream.of(revision), Objects.requireNonNull(change.said()).stream())
                .toList();
    }

    private @Nullable Deployment deployment(HealthChange change) {
        Map<String, Deployment> found = deployments.ofRevisions(List.of(change.revision()));
        return found.get(change.revision());
    }
}
