package dev.tandem.server.insight;

import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.deliver.Tier;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.insight.dora.ChangeRecord;
import dev.tandem.server.insight.dora.DeploymentRecord;
import dev.tandem.server.insight.dora.IncidentRecord;
import dev.tandem.server.insight.dora.Records;
import dev.tandem.server.insight.dora.Service;
import dev.tandem.server.insight.dora.Window;
import dev.tandem.server.operate.Failure;
import dev.tandem.server.operate.Incident;
import dev.tandem.server.operate.IncidentFilter;
import dev.tandem.server.operate.Incidents;
import dev.tandem.server.platform.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Reads what figures are counted from. Safe for use by many threads. */
@Component
public final class DeliveryRecords {
    /** Rollbacks and repairs tell how earlier deployments went, so some days beyond the window are read, too. */
    private static final Duration MARGIN = Duration.ofDays(31);

    /** More incidents than this are not joined to one window. */
    private static final int MOST_INCIDENTS = 5_000;

    private final Database database;
    private final Incidents incidents;
    private final Environments environments;

    DeliveryRecords(Database database, Incidents incidents, Environments environments) {
        this.database = database;
        this.incidents = incidents;
        this.environments = environments;
    }

    /** Records of these projects that count for {@code window}, and those around it that tell how it went on. */
    public Records over(Collection<ProjectFacts> asked, Tier tier, Window window) {
        Map<Long, ProjectFacts> projects =
                asked.stream().collect(Collectors.toMap(ProjectFacts::id, Function.identity()));
        Instant from = window.from().minus(MARGIN);
        Instant to = window.to().plus(MARGIN);
        Records found = database.read(sql -> {
            RecordStore store = new RecordStore(sql);
            return new Records(
                    store.deployments(projects.keySet(), tier, from, to),
                    List.of(),
                    store.changes(projects.keySet(), tier, window.from(), window.to()),
                    Map.of());
        });
        return new Records(
                found.deployments(),
                incidents(projects.keySet(), from, to),
                found.changes(),
                services(projects, found));
    }

    /** As the environments are assigned now: who moves one to another service moves its past with it. */
    private Map<Long, Service> services(Map<Long, ProjectFacts> projects, Records found) {
        Set<Long> ids = Stream.concat(
                        found.deployments().stream().map(DeploymentRecord::environmentId),
                        found.changes().stream().map(ChangeRecord::environmentId))
                .collect(Collectors.toSet());
        return environments.find(ids).stream()
                .collect(Collectors.toMap(
                        Environment::id,
                        each -> new Service(
                                each.projectId(),
                                each.service(Objects.requireNonNull(projects.get(each.projectId()))
                                        .path()))));
    }

    /** One record for each failed deployment of an incident, and one for each incident that a deployment ended. */
    private List<IncidentRecord> incidents(Collection<Long> projects, Instant from, Instant to) {
        Map<Long, Incident> byId = new HashMap<>();
        IncidentFilter opened = new IncidentFilter(null, null, null, from, to);
        incidents.list(projects, opened, 0, MOST_INCIDENTS).forEach(incident -> byId.put(incident.id(), incident));
        List<IncidentRecord> records = new ArrayList<>();
        byId.values().forEach(incident -> records.add(resolved(incident)));
        for (Failure failure : incidents.failures(projects, from, to)) {
            Incident incident = byId.get(failure.incidentId());
            if (incident != null) {
                records.add(caused(incident, failure));
            }
        }
        return records;
    }

    /** Its suspect may be wrong; what failed is told by its failures. */
    private static IncidentRecord resolved(Incident incident) {
        return new IncidentRecord(
                incident.id(),
                incident.iid(),
                incident.projectId(),
                null,
                incident.resolvedByDeploymentId(),
                incident.impactAt() == null ? incident.openedAt() : incident.impactAt(),
                incident.recoveredAt());
    }

    private static IncidentRecord caused(Incident incident, Failure failure) {
        Instant hurtAt = incident.impactAt() == null ? incident.openedAt() : incident.impactAt();
        return new IncidentRecord(
                incident.id(),
                incident.iid(),
                incident.projectId(),
                failure.deploymentId(),
                failure.restoredByDeploymentId(),
                hurtAt,
                failure.restoredAt() == null ? incident.recoveredAt() : failure.restoredAt());
    }

    /** By which deployment each environment first got a commit. */
    public List<ChangeRecord> reached(long projectId, String sha) {
        return database.read(sql -> new RecordStore(sql).reached(projectId, sha));
    }

    /** Incidents in which one of these deployments failed, oldest first. */
    public List<Incident> incidentsOf(long projectId, Collection<Deployment> deployments) {
        List<Long> ids = deployments.stream().map(Deployment::id).toList();
        Optional<Instant> first =
                deployments.stream().map(Deployment::createdAt).min(Comparator.naturalOrder());
        return first.isEmpty()
                ? List.of()
                : incidents.failures(List.of(projectId), first.get(), Instant.ofEpochMilli(Long.MAX_VALUE)).stream()
                        .filter(failure -> ids.contains(failure.deploymentId()))
                        .map(Failure::incidentId)
                        .distinct()
                        .flatMap(id -> incidents.find(id).stream())
                        .toList();
    }

    /** Rollbacks that took one of these deployments away, oldest first. */
    public List<DeploymentRecord> takenBack(Collection<Long> deployments) {
        return database.read(sql -> new RecordStore(sql).takenBack(deployments));
    }

    /** Pushes that brought a ref to one of these commits, oldest first. */
    public List<Push> pushes(long projectId, Collection<String> shas) {
        return database.read(sql -> new RecordStore(sql).pushes(projectId, shas));
    }
}
