package dev.tandem.server.insight.dora;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** All that the five keys are counted from; records from outside of a window may be among them. */
public record Records(List<DeploymentRecord> deployments, List<IncidentRecord> incidents, List<ChangeRecord> changes) {
    public static final Records NONE = new Records(List.of(), List.of(), List.of());

    public Records {
        deployments = List.copyOf(deployments);
        incidents = List.copyOf(incidents);
        changes = List.copyOf(changes);
    }

    /** Those of one environment. Incidents stay: what they say of other deployments is not asked for. */
    public Records in(String environment) {
        Set<Long> ids = deployments.stream()
                .filter(each -> each.environment().equals(environment))
                .map(DeploymentRecord::id)
                .collect(Collectors.toSet());
        return new Records(
                deployments.stream().filter(each -> ids.contains(each.id())).toList(),
                incidents,
                changes.stream()
                        .filter(each -> ids.contains(each.deploymentId()))
                        .toList());
    }

    /** Those of one project. */
    public Records of(long projectId) {
        return new Records(
                deployments.stream()
                        .filter(each -> each.projectId() == projectId)
                        .toList(),
                incidents.stream().filter(each -> each.projectId() == projectId).toList(),
                changes.stream().filter(each -> each.projectId() == projectId).toList());
    }
}
