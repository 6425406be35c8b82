package dev.tandem.server.insight.dora;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Counts DORA's five keys (definitions: dora.dev, guides/dora-metrics, as of January 2026; what each word means here is in
 * docs/dora.md). Made once for a set of records, then asked for windows. Immutable.
 */
public final class Dora {
    private final List<DeploymentRecord> deployments;
    private final List<ChangeRecord> changes;
    private final Map<Long, DeploymentRecord> byId;
    private final Map<Long, List<IncidentRecord>> causedBy;
    private final Map<Long, DeploymentRecord> takenBackBy = new HashMap<>();
    private final Set<Long> repairs = new HashSet<>();

    public Dora(Records records) {
        deployments = records.deployments().stream()
                .sorted(Comparator.comparing(DeploymentRecord::finishedAt).thenComparing(DeploymentRecord::id))
                .toList();
        changes = first(records.changes());
        byId = deployments.stream().collect(Collectors.toMap(DeploymentRecord::id, Function.identity()));
        causedBy = records.incidents().stream()
                .filter(incident -> incident.deploymentId() != null)
                .sorted(Comparator.comparing(IncidentRecord::startedAt).thenComparing(IncidentRecord::id))
                .collect(Collectors.groupingBy(incident -> Objects.requireNonNull(incident.deploymentId())));
        deployments.stream()
                .filter(each -> !each.isChange() && each.succeeded())
                .forEach(rollback -> takenBack(rollback));
        records.incidents().forEach(this::repaired);
    }

    /** A commit that reached several environments counts where it came first. */
    private static List<ChangeRecord> first(List<ChangeRecord> all) {
        Map<List<Object>, ChangeRecord> first = new LinkedHashMap<>();
        all.stream()
                .sorted(Comparator.comparing(ChangeRecord::deployedAt).thenComparing(ChangeRecord::sha))
                .forEach(change -> first.putIfAbsent(List.of(change.projectId(), change.sha()), change));
        return List.copyOf(first.values());
    }

    private void takenBack(DeploymentRecord rollback) {
        if (rollback.takenBackId() != null) {
            takenBackBy.putIfAbsent(rollback.takenBackId(), rollback);
        }
    }

    /** What ended an incident is a repair only if it was asked for after the incident began. */
    private void repaired(IncidentRecord incident) {
        DeploymentRecord by =
                incident.resolvedByDeploymentId() == null ? null : byId.get(incident.resolvedByDeploymentId());
        if (by != null && by.isChange() && !by.createdAt().isBefore(incident.startedAt())) {
            repairs.add(by.id());
        }
    }

    /** The five keys of the deployments that ended in {@code window}. */
    public FiveKeys over(Window window) {
        List<DeploymentRecord> ended = deployments.stream()
                .filter(each -> window.contains(each.finishedAt()))
                .toList();
        List<DeploymentRecord> reached = ended.stream()
                .filter(DeploymentRecord::isChange)
                .filter(this::reachedUsers)
                .toList();
        List<DeploymentRecord> successes =
                reached.stream().filter(DeploymentRecord::succeeded).toList();
        return new FiveKeys(
                window,
                reached,
                successes,
                reached.stream().filter(this::failed).map(this::failure).toList(),
                changes.stream()
                        .filter(each -> window.contains(each.deployedAt()))
                        .toList(),
                ended.stream()
                        .filter(each -> !each.isChange() && each.succeeded())
                        .toList(),
                reached.stream().filter(each -> repairs.contains(each.id())).toList(),
                ended.stream()
                        .filter(each -> each.isChange() ? !reachedUsers(each) : !each.succeeded())
                        .toList());
    }

    /** Where nobody shifted traffic, a failed attempt reached users only if an incident says so. */
    private boolean reachedUsers(DeploymentRecord deployment) {
        return deployment.succeeded()
                || deployment.reachedAt() != null
                || (!deployment.rolledOut() && causedBy.containsKey(deployment.id()));
    }

    private boolean failed(DeploymentRecord deployment) {
        return !deployment.succeeded()
                || takenBackBy.containsKey(deployment.id())
                || causedBy.containsKey(deployment.id());
    }

    private Failure failure(DeploymentRecord deployment) {
        List<IncidentRecord> incidents = causedBy.getOrDefault(deployment.id(), List.of());
        return new Failure(deployment, beganAt(deployment, incidents), recoveredAt(deployment, incidents), incidents);
    }

    private Instant beganAt(DeploymentRecord deployment, List<IncidentRecord> incidents) {
        if (!deployment.succeeded() && deployment.reachedAt() != null) {
            return deployment.reachedAt();
        }
        DeploymentRecord rollback = takenBackBy.get(deployment.id());
        return incidents.stream()
                .map(IncidentRecord::startedAt)
                .min(Comparator.naturalOrder())
                .orElse(rollback == null ? deployment.finishedAt() : rollback.createdAt());
    }

    /** Null while it has not recovered. */
    private @Nullable Instant recoveredAt(DeploymentRecord deployment, List<IncidentRecord> incidents) {
        if (!deployment.succeeded() && deployment.rolledOut()) {
            // Where there was nothing to go back to, its end is not the end of what it did.
            return incidents.stream().anyMatch(incident -> endOf(incident) == null) ? null : deployment.finishedAt();
        }
        DeploymentRecord rollback = takenBackBy.get(deployment.id());
        if (rollback != null) {
            return rollback.finishedAt();
        }
        List<Instant> ends = incidents.stream()
                .map(this::endOf)
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .toList();
        return ends.size() < incidents.size()
                ? null
                : ends.stream().max(Comparator.naturalOrder()).orElse(null);
    }

    private @Nullable Instant endOf(IncidentRecord incident) {
        DeploymentRecord by =
                incident.resolvedByDeploymentId() == null ? null : byId.get(incident.resolvedByDeploymentId());
        return by != null && by.succeeded() && !by.finishedAt().isBefore(incident.startedAt())
                ? by.finishedAt()
                : incident.resolvedAt();
    }
}
