package dev.tandem.server.insight.dora;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * All that the five keys are counted from; records from outside of a window may be among them.
 *
 * @param services which service each environment of these records runs, by the environment's id
 */
public record Records(
        List<DeploymentRecord> deployments,
        List<IncidentRecord> incidents,
        List<ChangeRecord> changes,
        Map<Long, Service> services) {
    public static final Records NONE = new Records(List.of(), List.of(), List.of(), Map.of());

    public Records {
        deployments = List.copyOf(deployments);
        incidents = List.copyOf(incidents);
        changes = List.copyOf(changes);
        services = Map.copyOf(services);
    }

    /** Those that deployed, by project and name. */
    public List<Service> deployed() {
        return deployments.stream()
                .map(each -> services.get(each.environmentId()))
                .filter(java.util.Objects::nonNull)
                .distinct()
                .sorted(Comparator.comparing(Service::projectId).thenComparing(Service::name))
                .toList();
    }

    /** Those of one service, of all its environments. Incidents stay: what they say of other deployments is not asked for. */
    public Records of(Service service) {
        return new Records(
                deployments.stream()
                        .filter(each -> service.equals(services.get(each.environmentId())))
                        .toList(),
                incidents,
                changes.stream()
                        .filter(each -> service.equals(services.get(each.environmentId())))
                        .toList(),
                services);
    }
}
