package dev.tandem.server.operate;

import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.operate.IncidentAnswer.Done;
import dev.tandem.server.operate.IncidentAnswer.Refused;
import dev.tandem.server.operate.IncidentAnswer.Why;
import dev.tandem.server.operate.IncidentStore.Line;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Live;
import dev.tandem.server.platform.Tx;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Incidents: reads for everybody below, and what people do with them. Safe for use by many threads. */
@Component
public final class Incidents {
    static final int LONGEST_NOTE = 10_000;
    static final int LONGEST_TITLE = 250;

    private final Database database;
    private final Audit audit;
    private final Live live;
    private final Clock clock;

    Incidents(Database database, Audit audit, Live live, Clock clock) {
        this.database = database;
        this.audit = audit;
        this.live = live;
        this.clock = clock;
    }

    public Optional<Incident> find(long id) {
        return database.read(sql -> new IncidentStore(sql).find(id));
    }

    public Optional<Incident> find(long projectId, long iid) {
        return database.read(sql -> new IncidentStore(sql).find(projectId, iid));
    }

    /** The incident that collects what happens in this environment now. */
    public Optional<Incident> open(long environmentId) {
        return database.read(sql -> new IncidentStore(sql).collecting(environmentId));
    }

    /** Newest first. */
    public List<Incident> list(Collection<Long> projectIds, IncidentFilter filter, int offset, int limit) {
        return database.read(sql -> new IncidentStore(sql).list(projectIds, filter, offset, limit));
    }

    public int count(Collection<Long> projectIds, IncidentFilter filter) {
        return database.read(sql -> new IncidentStore(sql).count(projectIds, filter));
    }

    /** Deployments that failed at {@code from} or after and before {@code before}, oldest first. */
    public List<Failure> failures(Collection<Long> projectIds, Instant from, Instant before) {
        return database.read(sql -> new IncidentStore(sql).failures(projectIds, from, before));
    }

    public List<Failure> failures(long incidentId) {
        return database.read(sql -> new IncidentStore(sql).failures(incidentId));
    }

    /** The likeliest first. */
    public List<Suspect> suspects(long incidentId) {
        return database.read(sql -> new IncidentStore(sql).suspects(incidentId));
    }

    /** The timeline, oldest first. */
    public List<IncidentEvent> events(long incidentId) {
        return database.read(sql -> new IncidentStore(sql).events(incidentId));
    }

    /**
     * An incident that a person or another program tells of.
     *
     * @param title one line
     * @param note more words; null for none
     * @param environmentId with its name; both null when it is not known where
     * @param failure the deployment that caused it; null when it is not known
     * @param externalId its name elsewhere: telling it again gives the same incident; null when a person opens it here
     * @param recoveredAt since when all is well again; null while it is not
     */
    public record Told(
            String title,
            @Nullable String note,
            @Nullable Long environmentId,
            @Nullable String environment,
            @Nullable Long deploymentId,
            @Nullable String externalId,
            @Nullable String externalUrl,
            Instant openedAt,
            @Nullable Instant impactAt,
            @Nullable Instant recoveredAt) {}

    /** Opens an incident by hand, or records one that was opened elsewhere; one with a time of recovery is resolved at once. */
    public IncidentAnswer open(ProjectFacts project, Actor actor, Told told) {
        UserId user = actor.userId().orElseThrow();
        Instant now = clock.instant();
        boolean elsewhere = told.externalId() != null;
        return database.write(tx -> {
            IncidentStore store = new IncidentStore(tx.sql());
            if (told.externalId() != null) {
                Optional<Incident> known = store.external(project.id(), told.externalId());
                if (known.isPresent()) {
                    return new Done(known.get(), false);
                }
            }
            Long collectsFor = elsewhere ? null : told.environmentId();
            Optional<Incident> open = collectsFor == null ? Optional.empty() : store.collecting(collectsFor);
            if (open.isPresent()) {
                return new Refused(
                        Why.CONFLICT,
                        "Incident #" + open.get().iid() + " is open for " + told.environment()
                                + " already. Add a note to it, or resolve it first.");
            }
            IncidentOrigin origin = elsewhere ? IncidentOrigin.ELSEWHERE : IncidentOrigin.PERSON;
            Incident incident = store.insert(fresh(project, user, told, origin, collectsFor != null), now);
            store.event(
                    incident.id(),
                    null,
                    new Line(IncidentEvent.Kind.of(origin), user, told.deploymentId(), told.note(), List.of()),
                    told.openedAt());
            if (told.deploymentId() != null) {
                blame(store, project, incident, told);
            }
            audit.record(tx, actor, "incident.open", project.fullPath(), "#" + incident.iid() + " " + told.title());
            announceOpened(tx, store.find(incident.id()).orElseThrow(), now);
            if (told.recoveredAt() != null) {
                resolve(tx, store, incident.id(), user, null, told.recoveredAt(), now);
            }
            return new Done(store.find(incident.id()).orElseThrow(), true);
        });
    }

    private static IncidentStore.Fresh fresh(
            ProjectFacts project, UserId user, Told told, IncidentOrigin origin, boolean collects) {
        return new IncidentStore.Fresh(
                project.id(),
                told.environmentId(),
                told.environment(),
                collects,
                origin,
                told.title(),
                told.deploymentId(),
                user,
                told.externalId(),
                told.externalUrl(),
                told.openedAt(),
                told.impactAt() == null ? told.openedAt() : told.impactAt(),
                null);
    }

    private static void blame(IncidentStore store, ProjectFacts project, Incident incident, Told told) {
        long deployment = java.util.Objects.requireNonNull(told.deploymentId());
        store.suspects(
                incident.id(), List.of(new Suspect(deployment, project.id(), 1, Suspect.Reason.NAMED, List.of())));
        store.failure(
                incident.id(),
                incident.origin(),
                new Sighting.FailureFacts(
                        deployment,
                        told.impactAt() == null ? told.openedAt() : told.impactAt(),
                        told.recoveredAt(),
                        null),
                told.openedAt());
    }

    /** Somebody takes it up; without an assignee, they are the assignee from now on. */
    public IncidentAnswer acknowledge(ProjectFacts project, Actor actor, long iid) {
        UserId user = actor.userId().orElseThrow();
        return change(project, actor, iid, "incident.acknowledge", "", (tx, store, incident, now) -> {
            if (!store.acknowledge(incident.id(), user, now)) {
                return "It is " + incident.status().wire() + " already.";
            }
            store.event(incident.id(), null, Line.of(IncidentEvent.Kind.ACKNOWLEDGED, user), now);
            tx.publish(
                    new IncidentAcknowledged(incident.id(), incident.iid(), incident.projectId(), user.value(), now));
            return null;
        });
    }

    /**
     * @param to who looks after it; null for nobody
     * @param name of {@code to}, for the timeline
     */
    public IncidentAnswer assign(ProjectFacts project, Actor actor, long iid, @Nullable UserId to, String name) {
        UserId user = actor.userId().orElseThrow();
        return change(project, actor, iid, "incident.assign", name, (tx, store, incident, now) -> {
            if (!incident.status().isOpen()) {
                return "It is resolved already.";
            }
            if (store.assign(incident.id(), to, now)) {
                IncidentEvent.Kind kind = to == null ? IncidentEvent.Kind.UNASSIGNED : IncidentEvent.Kind.ASSIGNED;
                List<String> arguments = to == null ? List.of() : List.of(name);
                store.event(incident.id(), null, new Line(kind, user, null, null, arguments), now);
            }
            return null;
        });
    }

    /** Notes may be added at any time, after the end too. */
    public IncidentAnswer note(ProjectFacts project, Actor actor, long iid, String text) {
        UserId user = actor.userId().orElseThrow();
        String kept = Texts.cut(text.strip(), LONGEST_NOTE);
        if (kept.isEmpty()) {
            return new Refused(Why.INVALID, "A note needs words.");
        }
        return change(project, actor, iid, "incident.note", "", (tx, store, incident, now) -> {
            store.event(incident.id(), null, new Line(IncidentEvent.Kind.NOTE, user, null, kept, List.of()), now);
            store.touch(incident.id(), now);
            return null;
        });
    }

    /** @param text how, in words; null for none */
    public IncidentAnswer resolve(ProjectFacts project, Actor actor, long iid, @Nullable String text) {
        UserId user = actor.userId().orElseThrow();
        String kept = text == null || text.isBlank() ? null : Texts.cut(text.strip(), LONGEST_NOTE);
        return change(project, actor, iid, "incident.resolve", "", (tx, store, incident, now) -> {
            if (!resolve(tx, store, incident.id(), user, null, now, now)) {
                return "It is resolved already.";
            }
            store.event(incident.id(), null, new Line(IncidentEvent.Kind.RESOLVED, user, null, kept, List.of()), now);
            return null;
        });
    }

    /** One deed of a person. */
    private interface Deed {
        /** @return why not; null when it is done */
        @Nullable
        String apply(Tx tx, IncidentStore store, Incident incident, Instant now);
    }

    private IncidentAnswer change(
            ProjectFacts project, Actor actor, long iid, String action, String detail, Deed deed) {
        Instant now = clock.instant();
        return database.write(tx -> {
            IncidentStore store = new IncidentStore(tx.sql());
            Incident incident = store.find(project.id(), iid).orElse(null);
            if (incident == null) {
                return new Refused(Why.MISSING, "There is no incident #" + iid + " in this project.");
            }
            String problem = deed.apply(tx, store, incident, now);
            if (problem != null) {
                return new Refused(Why.CONFLICT, problem);
            }
            audit.record(tx, actor, action, project.fullPath(), ("#" + iid + " " + detail).strip());
            Incident after = store.find(incident.id()).orElseThrow();
            moved(tx, after);
            return new Done(after, true);
        });
    }

    /** Puts what was seen into the incident that is open for the environment, or opens one. Safe to repeat by its key. */
    void sighted(Sighting sighting) {
        Instant now = clock.instant();
        database.write(tx -> {
            IncidentStore store = new IncidentStore(tx.sql());
            if (store.told(sighting.key())) {
                return false;
            }
            Optional<Incident> open = store.collecting(sighting.environmentId());
            if (open.isPresent() && isKnown(store, open.get(), sighting)) {
                return false;
            }
            Incident incident = open.orElseGet(() -> store.insert(fresh(sighting), now));
            open.ifPresent(known -> store.hurt(known.id(), sighting.impactAt(), sighting.recoveredAt(), now));
            IncidentEvent.Kind kind = IncidentEvent.Kind.of(sighting.origin());
            Line line = new Line(kind, sighting.user(), sighting.deploymentId(), sighting.text(), sighting.arguments());
            store.event(incident.id(), sighting.key(), line, sighting.at());
            if (sighting.failure() != null) {
                store.failure(incident.id(), sighting.origin(), sighting.failure(), sighting.at());
                if (sighting.failure().restoredAt() != null) {
                    store.restored(
                            incident.id(),
                            sighting.failure().restoredAt(),
                            sighting.failure().restoredByDeploymentId());
                }
            }
            store.suspects(incident.id(), Suspects.merge(sighting.suspects(), store.suspects(incident.id())));
            Incident after = store.find(incident.id()).orElseThrow();
            if (open.isEmpty()) {
                announceOpened(tx, after, now);
            } else {
                moved(tx, after);
            }
            return true;
        });
    }

    /** What is wrong already and comes and goes is told once. */
    private static boolean isKnown(IncidentStore store, Incident open, Sighting sighting) {
        String cause = switch (sighting.origin()) {
            case LOST_HEALTH -> Causes.HEALTH;
            case UPTIME_CHECK -> Causes.CHECK + sighting.arguments().getLast();
            case FAILED_ROLLOUT, ROLLBACK, FAILED_ROLLBACK, PERSON, ELSEWHERE -> "";
        };
        return Causes.open(store.newestEvents(open.id())).contains(cause);
    }

    /** One thing that was wrong is over; when nothing else is wrong, the service is well since {@code at}. */
    void back(long environmentId, String key, String cause, Instant at, String... arguments) {
        database.write(tx -> {
            IncidentStore store = new IncidentStore(tx.sql());
            Incident incident = store.collecting(environmentId).orElse(null);
            if (incident == null
                    || store.told(key)
                    || !Causes.open(store.newestEvents(incident.id())).contains(cause)) {
                return false;
            }
            IncidentEvent.Kind kind =
                    cause.equals(Causes.HEALTH) ? IncidentEvent.Kind.HEALTH_BACK : IncidentEvent.Kind.UPTIME_BACK;
            store.event(incident.id(), key, new Line(kind, null, null, null, List.of(arguments)), at);
            store.touch(incident.id(), clock.instant());
            if (Causes.open(store.newestEvents(incident.id())).isEmpty()
                    && store.recover(incident.id(), at, clock.instant())) {
                store.restored(incident.id(), at, null);
                store.event(incident.id(), null, Line.of(IncidentEvent.Kind.RECOVERED, null), at);
            }
            moved(tx, store.find(incident.id()).orElseThrow());
            return true;
        });
    }

    private static IncidentStore.Fresh fresh(Sighting sighting) {
        return new IncidentStore.Fresh(
                sighting.projectId(),
                sighting.environmentId(),
                sighting.environment(),
                true,
                sighting.origin(),
                null,
                sighting.deploymentId(),
                null,
                null,
                null,
                sighting.at(),
                sighting.impactAt(),
                sighting.recoveredAt());
    }

    /** The service of this environment is well since {@code at}. */
    void recovered(long environmentId, Instant at, @Nullable Long byDeploymentId) {
        database.write(tx -> {
            IncidentStore store = new IncidentStore(tx.sql());
            Incident incident = store.collecting(environmentId).orElse(null);
            if (incident == null || !store.recover(incident.id(), at, clock.instant())) {
                return false;
            }
            store.restored(incident.id(), at, byDeploymentId);
            store.event(
                    incident.id(),
                    null,
                    new Line(IncidentEvent.Kind.RECOVERED, null, byDeploymentId, null, List.of()),
                    at);
            moved(tx, store.find(incident.id()).orElseThrow());
            return true;
        });
    }

    /** A deployment that is newer than all that failed succeeded: what opened by itself is over. Safe to repeat. */
    void mended(long environmentId, long deploymentId, Instant at) {
        database.write(tx -> {
            IncidentStore store = new IncidentStore(tx.sql());
            Incident incident = store.collecting(environmentId).orElse(null);
            if (incident == null || !Mending.mends(incident, store.newestFailed(incident.id()), deploymentId)) {
                return false;
            }
            store.restored(incident.id(), at, deploymentId);
            boolean done = resolve(tx, store, incident.id(), null, deploymentId, at, at);
            store.event(
                    incident.id(), null, new Line(IncidentEvent.Kind.MENDED, null, deploymentId, null, List.of()), at);
            moved(tx, store.find(incident.id()).orElseThrow());
            return done;
        });
    }

    /** Resolves what has been well and untouched for long. */
    void resolveQuiet(Instant before) {
        for (Incident incident : database.read(sql -> new IncidentStore(sql).quiet(before))) {
            Instant now = clock.instant();
            database.write(tx -> {
                IncidentStore store = new IncidentStore(tx.sql());
                boolean still = store.quiet(before).stream().anyMatch(quiet -> quiet.id() == incident.id());
                if (still && resolve(tx, store, incident.id(), null, null, now, now)) {
                    store.event(incident.id(), null, Line.of(IncidentEvent.Kind.QUIET, null), now);
                    moved(tx, store.find(incident.id()).orElseThrow());
                }
                return still;
            });
        }
    }

    private static boolean resolve(
            Tx tx,
            IncidentStore store,
            long id,
            @Nullable UserId by,
            @Nullable Long byDeploymentId,
            Instant recoveredAt,
            Instant now) {
        if (!store.resolve(id, by, byDeploymentId, recoveredAt, now)) {
            return false;
        }
        store.restored(id, recoveredAt, byDeploymentId);
        Incident incident = store.find(id).orElseThrow();
        tx.publish(new IncidentResolved(
                incident.id(),
                incident.iid(),
                incident.projectId(),
                incident.environmentId(),
                incident.deploymentId(),
                incident.resolvedByDeploymentId(),
                incident.recoveredAt() == null ? now : incident.recoveredAt(),
                now));
        return true;
    }

    private void announceOpened(Tx tx, Incident incident, Instant now) {
        tx.publish(new IncidentOpened(
                incident.id(),
                incident.iid(),
                incident.projectId(),
                incident.environmentId(),
                incident.environment(),
                incident.origin(),
                incident.deploymentId(),
                now));
        moved(tx, incident);
    }

    private void moved(Tx tx, Incident incident) {
        Map<String, Object> what =
                Map.of("incident", incident.id(), "status", incident.status().wire());
        tx.afterCommit(() -> {
            live.publish("incident/" + incident.id(), "status", what);
            live.publish("incidents/" + incident.projectId(), "status", what);
        });
    }
}
