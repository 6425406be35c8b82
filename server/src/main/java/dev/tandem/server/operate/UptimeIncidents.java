package dev.tandem.server.operate;

import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.Environments;
import java.util.List;
import org.springframework.stereotype.Component;

/** Makes incidents of checks that fail. Safe to repeat. */
@Component
final class UptimeIncidents {
    private final Incidents incidents;
    private final Environments environments;
    private final SuspectSearch suspects;

    UptimeIncidents(Incidents incidents, Environments environments, SuspectSearch suspects) {
        this.incidents = incidents;
        this.environments = environments;
        this.suspects = suspects;
    }

    void take(UptimeChange change) {
        Environment environment = environments.find(change.environmentId()).orElse(null);
        if (environment == null) {
            return;
        }
        String id = Long.toString(change.checkId());
        if (!change.down()) {
            incidents.back(environment.id(), change.key(), Causes.CHECK + id, change.at(), change.name(), id);
            return;
        }
        incidents.sighted(new Sighting(
                change.key(),
                environment.projectId(),
                environment.id(),
                environment.name(),
                IncidentOrigin.UPTIME_CHECK,
                null,
                change.detail(),
                List.of(change.name(), id),
                null,
                change.at(),
                change.at(),
                null,
                null,
                suspects.around(environment.id(), null, Suspect.Reason.SERVES, List.of(), change.at())));
    }
}
