package dev.tandem.server.insight.dora;

import java.util.List;

/** All that the five keys are counted from; records from outside of a window may be among them. */
public record Records(List<DeploymentRecord> deployments, List<IncidentRecord> incidents, List<ChangeRecord> changes) {
    public static final Records NONE = new Records(List.of(), List.of(), List.of());

    public Records {
        deployments = List.copyOf(deployments);
        incidents = List.copyOf(incidents);
        changes = List.copyOf(changes);
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
