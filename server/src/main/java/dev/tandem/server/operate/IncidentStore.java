package dev.tandem.server.operate;

import static dev.tandem.server.platform.tables.Tables.INCIDENTS;
import static dev.tandem.server.platform.tables.Tables.INCIDENT_EVENTS;
import static dev.tandem.server.platform.tables.Tables.INCIDENT_FAILURES;
import static dev.tandem.server.platform.tables.Tables.INCIDENT_SUSPECTS;

import dev.tandem.server.identity.UserId;
import dev.tandem.server.platform.tables.tables.records.IncidentEventsRecord;
import dev.tandem.server.platform.tables.tables.records.IncidentFailuresRecord;
import dev.tandem.server.platform.tables.tables.records.IncidentsRecord;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Rows of incidents, of their timelines, suspects and failures. */
final class IncidentStore {
    private static final Condition OPEN = INCIDENTS.STATUS.ne(IncidentStatus.RESOLVED.wire());

    private final DSLContext sql;

    IncidentStore(DSLContext sql) {
        this.sql = sql;
    }

    /** What is known when an incident is recorded. */
    record Fresh(
            long projectId,
            @Nullable Long environmentId,
            @Nullable String environment,
            boolean collects,
            IncidentOrigin origin,
            @Nullable String title,
            @Nullable Long deploymentId,
            @Nullable UserId creator,
            @Nullable String externalId,
            @Nullable String externalUrl,
            Instant openedAt,
            @Nullable Instant impactAt,
            @Nullable Instant recoveredAt) {}

    Optional<Incident> find(long id) {
        return sql.selectFrom(INCIDENTS).where(INCIDENTS.ID.eq(id)).fetchOptional(IncidentStore::incident);
    }

    Optional<Incident> find(long projectId, long iid) {
        return sql.selectFrom(INCIDENTS)
                .where(INCIDENTS.PROJECT_ID.eq(projectId), INCIDENTS.IID.eq(iid))
                .fetchOptional(IncidentStore::incident);
    }

    Optional<Incident> external(long projectId, String externalId) {
        return sql.selectFrom(INCIDENTS)
                .where(INCIDENTS.PROJECT_ID.eq(projectId), INCIDENTS.EXTERNAL_ID.eq(externalId))
                .fetchOptional(IncidentStore::incident);
    }

    /** The one that collects what happens in this environment. */
    Optional<Incident> collecting(long environmentId) {
        return sql.selectFrom(INCIDENTS).where(INCIDENTS.SLOT.eq(environmentId)).fetchOptional(IncidentStore::incident);
    }

    /** Newest first. */
    List<Incident> list(Collection<Long> projectIds, IncidentFilter filter, int offset, int limit) {
        return sql.selectFrom(INCIDENTS)
                .where(condition(projectIds, filter))
                .orderBy(INCIDENTS.OPENED_AT.desc(), INCIDENTS.ID.desc())
                .offset(offset)
                .limit(limit)
                .fetch(IncidentStore::incident);
    }

    int count(Collection<Long> projectIds, IncidentFilter filter) {
        return sql.fetchCount(INCIDENTS, condition(projectIds, filter));
    }

    private static Condition condition(Collection<Long> projectIds, IncidentFilter filter) {
        Condition all = INCIDENTS.PROJECT_ID.in(projectIds);
        if (filter.open() != null) {
            all = all.and(filter.open() ? OPEN : OPEN.not());
        }
        all = filter.status() == null
                ? all
                : all.and(INCIDENTS.STATUS.eq(filter.status().wire()));
        all = filter.environment() == null ? all : all.and(INCIDENTS.ENVIRONMENT.eq(filter.environment()));
        all = filter.openedFrom() == null
                ? all
                : all.and(INCIDENTS.OPENED_AT.ge(filter.openedFrom().toEpochMilli()));
        return filter.openedBefore() == null
                ? all
                : all.and(INCIDENTS.OPENED_AT.lt(filter.openedBefore().toEpochMilli()));
    }

    /** Open ones where nothing happened since {@code before} and the service is well. */
    List<Incident> quiet(Instant before) {
        return sql.selectFrom(INCIDENTS)
                .where(
                        INCIDENTS.STATUS.eq(IncidentStatus.TRIGGERED.wire()),
                        INCIDENTS.SLOT.isNotNull(),
                        INCIDENTS.RECOVERED_AT.isNotNull(),
                        INCIDENTS.UPDATED_AT.lt(before.toEpochMilli()))
                .orderBy(INCIDENTS.ID)
                .limit(100)
                .fetch(IncidentStore::incident);
    }

    /** @throws org.jooq.exception.DataAccessException when one collects for this environment already */
    Incident insert(Fresh fresh, Instant now) {
        Long last = sql.select(DSL.max(INCIDENTS.IID))
                .from(INCIDENTS)
                .where(INCIDENTS.PROJECT_ID.eq(fresh.projectId()))
                .fetchOne(0, Long.class);
        long id = Objects.requireNonNull(sql.insertInto(INCIDENTS)
                .set(INCIDENTS.PROJECT_ID, fresh.projectId())
                .set(INCIDENTS.IID, last == null ? 1 : last + 1)
                .set(INCIDENTS.ENVIRONMENT_ID, fresh.environmentId())
                .set(INCIDENTS.ENVIRONMENT, fresh.environment())
                .set(INCIDENTS.SLOT, fresh.collects() ? fresh.environmentId() : null)
                .set(INCIDENTS.STATUS, IncidentStatus.TRIGGERED.wire())
                .set(INCIDENTS.ORIGIN, fresh.origin().wire())
                .set(INCIDENTS.TITLE, fresh.title())
                .set(INCIDENTS.DEPLOYMENT_ID, fresh.deploymentId())
                .set(INCIDENTS.CREATOR_ID, value(fresh.creator()))
                .set(INCIDENTS.EXTERNAL_ID, fresh.externalId())
                .set(INCIDENTS.EXTERNAL_URL, fresh.externalUrl())
                .set(INCIDENTS.OPENED_AT, fresh.openedAt().toEpochMilli())
                .set(INCIDENTS.IMPACT_AT, millis(fresh.impactAt()))
                .set(INCIDENTS.RECOVERED_AT, millis(fresh.recoveredAt()))
                .set(INCIDENTS.UPDATED_AT, now.toEpochMilli())
                .returningResult(INCIDENTS.ID)
                .fetchOne(INCIDENTS.ID));
        return find(id).orElseThrow();
    }

    /** @return whether it was in one of the states that {@link IncidentStatus#NEXT} lets lead to ACKNOWLEDGED */
    boolean acknowledge(long id, UserId by, Instant now) {
        return sql.update(INCIDENTS)
                        .set(INCIDENTS.STATUS, IncidentStatus.ACKNOWLEDGED.wire())
                        .set(INCIDENTS.ACKNOWLEDGED_BY_ID, by.value())
                        .set(INCIDENTS.ACKNOWLEDGED_AT, now.toEpochMilli())
                        .set(INCIDENTS.ASSIGNEE_ID, DSL.coalesce(INCIDENTS.ASSIGNEE_ID, DSL.val(by.value())))
                        .set(INCIDENTS.UPDATED_AT, now.toEpochMilli())
                        .where(INCIDENTS.ID.eq(id), INCIDENTS.STATUS.in(before(IncidentStatus.ACKNOWLEDGED)))
                        .execute()
                == 1;
    }

    /** The same for RESOLVED; what was not known to be well is well from now on. */
    boolean resolve(long id, @Nullable UserId by, @Nullable Long byDeploymentId, Instant recoveredAt, Instant now) {
        return sql.update(INCIDENTS)
                        .set(INCIDENTS.STATUS, IncidentStatus.RESOLVED.wire())
                        .setNull(INCIDENTS.SLOT)
                        .set(INCIDENTS.RESOLVED_BY_ID, value(by))
                        .set(INCIDENTS.RESOLVED_BY_DEPLOYMENT_ID, byDeploymentId)
                        .set(
                                INCIDENTS.RECOVERED_AT,
                                DSL.coalesce(INCIDENTS.RECOVERED_AT, DSL.val(recoveredAt.toEpochMilli())))
                        .set(INCIDENTS.RESOLVED_AT, now.toEpochMilli())
                        .set(INCIDENTS.UPDATED_AT, now.toEpochMilli())
                        .where(INCIDENTS.ID.eq(id), INCIDENTS.STATUS.in(before(IncidentStatus.RESOLVED)))
                        .execute()
                == 1;
    }

    private static Set<String> before(IncidentStatus to) {
        return IncidentStatus.NEXT.entrySet().stream()
                .filter(entry -> entry.getValue().contains(to))
                .map(entry -> entry.getKey().wire())
                .collect(Collectors.toSet());
    }

    /** @return whether it is open and had another assignee */
    boolean assign(long id, @Nullable UserId to, Instant now) {
        return sql.update(INCIDENTS)
                        .set(INCIDENTS.ASSIGNEE_ID, value(to))
                        .set(INCIDENTS.UPDATED_AT, now.toEpochMilli())
                        .where(INCIDENTS.ID.eq(id), OPEN, INCIDENTS.ASSIGNEE_ID.isDistinctFrom(value(to)))
                        .execute()
                == 1;
    }

    /** Users notice since {@code impactAt}, or since before; the service is well since {@code recoveredAt}, or is not. */
    void hurt(long id, @Nullable Instant impactAt, @Nullable Instant recoveredAt, Instant now) {
        Incident before = find(id).orElseThrow();
        Instant first = before.impactAt() == null || (impactAt != null && impactAt.isBefore(before.impactAt()))
                ? impactAt
                : before.impactAt();
        // One that was hurt and is not well stays so, whatever else was never hurt.
        Instant well = recoveredAt == null || (!before.recovered() && before.impactAt() != null && impactAt == null)
                ? null
                : later(recoveredAt, before.recoveredAt());
        sql.update(INCIDENTS)
                .set(INCIDENTS.IMPACT_AT, millis(first))
                .set(INCIDENTS.RECOVERED_AT, millis(well))
                .set(INCIDENTS.UPDATED_AT, now.toEpochMilli())
                .where(INCIDENTS.ID.eq(id))
                .execute();
    }

    private static Instant later(Instant one, @Nullable Instant other) {
        return other == null || one.isAfter(other) ? one : other;
    }

    /** @return whether it is open and was not well */
    boolean recover(long id, Instant at, Instant now) {
        return sql.update(INCIDENTS)
                        .set(INCIDENTS.RECOVERED_AT, at.toEpochMilli())
                        .set(INCIDENTS.UPDATED_AT, now.toEpochMilli())
                        .where(INCIDENTS.ID.eq(id), OPEN, INCIDENTS.RECOVERED_AT.isNull())
                        .execute()
                == 1;
    }

    void suspect(long id, @Nullable Long deploymentId) {
        sql.update(INCIDENTS)
                .set(INCIDENTS.DEPLOYMENT_ID, deploymentId)
                .where(INCIDENTS.ID.eq(id))
                .execute();
    }

    void touch(long id, Instant now) {
        sql.update(INCIDENTS)
                .set(INCIDENTS.UPDATED_AT, now.toEpochMilli())
                .where(INCIDENTS.ID.eq(id))
                .execute();
    }

    /** A line that is to be written. */
    record Line(
            IncidentEvent.Kind kind,
            @Nullable UserId user,
            @Nullable Long deploymentId,
            @Nullable String text,
            List<String> arguments) {
        static Line of(IncidentEvent.Kind kind, @Nullable UserId user) {
            return new Line(kind, user, null, null, List.of());
        }
    }

    boolean told(String eventKey) {
        return sql.fetchExists(INCIDENT_EVENTS, INCIDENT_EVENTS.EVENT_KEY.eq(eventKey));
    }

    void event(long incidentId, @Nullable String eventKey, Line line, Instant at) {
        sql.insertInto(INCIDENT_EVENTS)
                .set(INCIDENT_EVENTS.INCIDENT_ID, incidentId)
                .set(INCIDENT_EVENTS.EVENT_KEY, eventKey)
                .set(INCIDENT_EVENTS.KIND, line.kind().wire())
                .set(INCIDENT_EVENTS.USER_ID, value(line.user()))
                .set(INCIDENT_EVENTS.DEPLOYMENT_ID, line.deploymentId())
                .set(INCIDENT_EVENTS.TEXT, line.text())
                .set(INCIDENT_EVENTS.ARGUMENTS, Texts.write(line.arguments()))
                .set(INCIDENT_EVENTS.AT, at.toEpochMilli())
                .execute();
    }

    /** Oldest first, at most 500. */
    List<IncidentEvent> events(long incidentId) {
        return sql.selectFrom(INCIDENT_EVENTS)
                .where(INCIDENT_EVENTS.INCIDENT_ID.eq(incidentId))
                .orderBy(INCIDENT_EVENTS.AT, INCIDENT_EVENTS.ID)
                .limit(500)
                .fetch(IncidentStore::event);
    }

    /** The last 500 in the order in which they were written. */
    List<IncidentEvent> newestEvents(long incidentId) {
        return sql.selectFrom(INCIDENT_EVENTS)
                .where(INCIDENT_EVENTS.INCIDENT_ID.eq(incidentId))
                .orderBy(INCIDENT_EVENTS.ID.desc())
                .limit(500)
                .fetch(IncidentStore::event)
                .reversed();
    }

    private static IncidentEvent event(IncidentEventsRecord row) {
        return new IncidentEvent(
                row.getId(),
                IncidentEvent.Kind.ofWire(row.getKind()),
                user(row.getUserId()),
                row.getDeploymentId(),
                row.getText(),
                Texts.read(row.getArguments()),
                Instant.ofEpochMilli(row.getAt()));
    }

    List<Suspect> suspects(long incidentId) {
        return sql.selectFrom(INCIDENT_SUSPECTS)
                .where(INCIDENT_SUSPECTS.INCIDENT_ID.eq(incidentId))
                .orderBy(INCIDENT_SUSPECTS.PLACE, INCIDENT_SUSPECTS.ID)
                .fetch(row -> new Suspect(
                        row.getDeploymentId(),
                        row.getProjectId(),
                        Math.toIntExact(row.getPlace()),
                        Suspect.Reason.ofWire(row.getReason()),
                        Texts.read(row.getArguments())));
    }

    void suspects(long incidentId, List<Suspect> suspects) {
        sql.deleteFrom(INCIDENT_SUSPECTS)
                .where(INCIDENT_SUSPECTS.INCIDENT_ID.eq(incidentId))
                .execute();
        for (Suspect suspect : suspects) {
            sql.insertInto(INCIDENT_SUSPECTS)
                    .set(INCIDENT_SUSPECTS.INCIDENT_ID, incidentId)
                    .set(INCIDENT_SUSPECTS.DEPLOYMENT_ID, suspect.deploymentId())
                    .set(INCIDENT_SUSPECTS.PROJECT_ID, suspect.projectId())
                    .set(INCIDENT_SUSPECTS.PLACE, (long) suspect.place())
                    .set(INCIDENT_SUSPECTS.REASON, suspect.reason().wire())
                    .set(INCIDENT_SUSPECTS.ARGUMENTS, Texts.write(suspect.arguments()))
                    .execute();
        }
        suspect(incidentId, suspects.isEmpty() ? null : suspects.getFirst().deploymentId());
    }

    /** One deployment fails once; what is told of it again fills in what was not known. */
    void failure(long incidentId, IncidentOrigin origin, Sighting.FailureFacts facts, Instant failedAt) {
        boolean known = sql.fetchExists(INCIDENT_FAILURES, INCIDENT_FAILURES.DEPLOYMENT_ID.eq(facts.deploymentId()));
        if (known) {
            sql.update(INCIDENT_FAILURES)
                    .set(
                            INCIDENT_FAILURES.REACHED_USERS_AT,
                            DSL.coalesce(INCIDENT_FAILURES.REACHED_USERS_AT, DSL.val(millis(facts.reachedUsersAt()))))
                    .set(
                            INCIDENT_FAILURES.RESTORED_AT,
                            DSL.coalesce(INCIDENT_FAILURES.RESTORED_AT, DSL.val(millis(facts.restoredAt()))))
                    .set(
                            INCIDENT_FAILURES.RESTORED_BY_DEPLOYMENT_ID,
                            DSL.coalesce(
                                    INCIDENT_FAILURES.RESTORED_BY_DEPLOYMENT_ID,
                                    DSL.val(facts.restoredByDeploymentId())))
                    .where(INCIDENT_FAILURES.DEPLOYMENT_ID.eq(facts.deploymentId()))
                    .execute();
            return;
        }
        sql.insertInto(INCIDENT_FAILURES)
                .set(INCIDENT_FAILURES.INCIDENT_ID, incidentId)
                .set(INCIDENT_FAILURES.DEPLOYMENT_ID, facts.deploymentId())
                .set(INCIDENT_FAILURES.ORIGIN, origin.wire())
                .set(INCIDENT_FAILURES.FAILED_AT, failedAt.toEpochMilli())
                .set(INCIDENT_FAILURES.REACHED_USERS_AT, millis(facts.reachedUsersAt()))
                .set(INCIDENT_FAILURES.RESTORED_AT, millis(facts.restoredAt()))
                .set(INCIDENT_FAILURES.RESTORED_BY_DEPLOYMENT_ID, facts.restoredByDeploymentId())
                .execute();
    }

    /** Failures that reached users and were not made good yet are made good now. */
    void restored(long incidentId, Instant at, @Nullable Long byDeploymentId) {
        sql.update(INCIDENT_FAILURES)
                .set(INCIDENT_FAILURES.RESTORED_AT, at.toEpochMilli())
                .set(INCIDENT_FAILURES.RESTORED_BY_DEPLOYMENT_ID, byDeploymentId)
                .where(
                        INCIDENT_FAILURES.INCIDENT_ID.eq(incidentId),
                        INCIDENT_FAILURES.REACHED_USERS_AT.isNotNull(),
                        INCIDENT_FAILURES.RESTORED_AT.isNull())
                .execute();
    }

    /** By the time of the failure. */
    List<Failure> failures(Collection<Long> projectIds, Instant from, Instant before) {
        return failures(INCIDENTS
                .PROJECT_ID
                .in(projectIds)
                .and(INCIDENT_FAILURES.FAILED_AT.ge(from.toEpochMilli()))
                .and(INCIDENT_FAILURES.FAILED_AT.lt(before.toEpochMilli())));
    }

    List<Failure> failures(long incidentId) {
        return failures(INCIDENTS.ID.eq(incidentId));
    }

    /** The newest deployment that failed in this incident; 0 when none did. */
    long newestFailed(long incidentId) {
        return failures(incidentId).stream()
                .mapToLong(Failure::deploymentId)
                .max()
                .orElse(0);
    }

    private List<Failure> failures(Condition condition) {
        return sql.select(INCIDENT_FAILURES.fields())
                .select(INCIDENTS.PROJECT_ID, INCIDENTS.ENVIRONMENT_ID)
                .from(INCIDENT_FAILURES)
                .join(INCIDENTS)
                .on(INCIDENTS.ID.eq(INCIDENT_FAILURES.INCIDENT_ID))
                .where(condition)
                .orderBy(INCIDENT_FAILURES.FAILED_AT, INCIDENT_FAILURES.ID)
                .fetch(row -> {
                    IncidentFailuresRecord failure = row.into(INCIDENT_FAILURES);
                    return new Failure(
                            failure.getIncidentId(),
                            row.get(INCIDENTS.PROJECT_ID),
                            failure.getDeploymentId(),
                            row.get(INCIDENTS.ENVIRONMENT_ID),
                            IncidentOrigin.ofWire(failure.getOrigin()),
                            Instant.ofEpochMilli(failure.getFailedAt()),
                            instant(failure.getReachedUsersAt()),
                            instant(failure.getRestoredAt()),
                            failure.getRestoredByDeploymentId());
                });
    }

    private static Incident incident(IncidentsRecord row) {
        return new Incident(
                row.getId(),
                row.getIid(),
                row.getProjectId(),
                row.getEnvironmentId(),
                row.getEnvironment(),
                IncidentStatus.ofWire(row.getStatus()).orElseThrow(),
                IncidentOrigin.ofWire(row.getOrigin()),
                row.getTitle(),
                row.getDeploymentId(),
                row.getResolvedByDeploymentId(),
                user(row.getCreatorId()),
                user(row.getAssigneeId()),
                user(row.getAcknowledgedById()),
                user(row.getResolvedById()),
                row.getExternalId(),
                row.getExternalUrl(),
                Instant.ofEpochMilli(row.getOpenedAt()),
                instant(row.getImpactAt()),
                instant(row.getRecoveredAt()),
                instant(row.getAcknowledgedAt()),
                instant(row.getResolvedAt()));
    }

    private static @Nullable Long value(@Nullable UserId user) {
        return user == null ? null : user.value();
    }

    private static @Nullable UserId user(@Nullable Long id) {
        return id == null ? null : new UserId(id);
    }

    static @Nullable Long millis(@Nullable Instant at) {
        return at == null ? null : at.toEpochMilli();
    }

    static @Nullable Instant instant(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }
}
