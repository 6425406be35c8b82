package dev.tandem.server.build.causes;

import dev.tandem.pipeline.rule.Variable;
import dev.tandem.server.build.RunRights;
import dev.tandem.server.build.causes.ScheduleOutcome.Forbidden;
import dev.tandem.server.build.causes.ScheduleOutcome.Refused;
import dev.tandem.server.build.causes.ScheduleOutcome.Stored;
import dev.tandem.server.build.schedule.Given;
import dev.tandem.server.build.store.ScheduleRecord;
import dev.tandem.server.build.store.ScheduleStore;
import dev.tandem.server.build.variables.SealedVariables;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.identity.ProjectDirectory;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.TokenScope;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.DurableTask;
import dev.tandem.server.platform.Tx;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pipelines that the clock starts. Each run is a durable task of its own, so that a restart loses none; a run that was missed
 * happens once, late. The owner's rights are asked at each run. Safe for use by many threads.
 */
public final class Schedules {
    /** Stored in the place of a reason when the owner may not, or not any more. */
    public static final String OWNER_MAY_NOT = "owner-may-not";

    private static final Logger LOG = LoggerFactory.getLogger(Schedules.class);
    private static final int MOST = 100;
    private static final int LONGEST_DESCRIPTION = 255;
    private static final String SOURCE = "schedule";

    private final Database database;
    private final ScheduleStore store;
    private final SealedVariables sealed;
    private final Starting starting;
    private final RunRights rights;
    private final Repositories repositories;
    private final ProjectDirectory projects;
    private final Users users;
    private final Audit audit;
    private final DurableTask<Run> task;
    private final Clock clock;

    public Schedules(
            Database database,
            ScheduleStore store,
            SealedVariables sealed,
            Starting starting,
            RunRights rights,
            Repositories repositories,
            ProjectDirectory projects,
            Users users,
            Audit audit,
            DurableTask<Run> task,
            Clock clock) {
        this.database = database;
        this.store = store;
        this.sealed = sealed;
        this.starting = starting;
        this.rights = rights;
        this.repositories = repositories;
        this.projects = projects;
        this.users = users;
        this.audit = audit;
        this.task = task;
        this.clock = clock;
    }

    /** One run, at the time that was due when it was planned. */
    public record Run(long scheduleId, Instant due) {}

    /** What people say of a schedule. */
    public record Wanted(String description, String ref, String cron, String cronTimezone, boolean active) {
        public static Wanted of(ScheduleRecord schedule) {
            return new Wanted(
                    schedule.description(),
                    schedule.ref(),
                    schedule.cron(),
                    schedule.cronTimezone(),
                    schedule.active());
        }
    }

    public List<ScheduleRecord> list(ProjectFacts project) {
        return database.read(sql -> store.list(sql, project.id(), MOST));
    }

    public Optional<ScheduleRecord> find(ProjectFacts project, long id) {
        return database.read(sql -> store.find(sql, id)).filter(found -> found.projectId() == project.id());
    }

    /** In clear. */
    public List<Variable> variables(ScheduleRecord schedule) {
        String text = schedule.sealedVariables();
        return text == null ? List.of() : sealed.open(text);
    }

    /** A new schedule of {@code by}. */
    public ScheduleOutcome create(Actor by, ProjectFacts project, Wanted wanted, List<Variable> variables) {
        ScheduleOutcome refused = refusal(by, project, wanted);
        if (refused != null) {
            return refused;
        }
        Instant now = clock.instant();
        return database.write(tx -> {
            if (store.list(tx.sql(), project.id(), MOST).size() >= MOST) {
                return new Refused("base", "Maximum number of pipeline schedules (" + MOST + ") exceeded", "many");
            }
            ScheduleRecord made = store.insert(
                    tx.sql(), record(0, project, wanted, by.userId().orElseThrow(), seal(variables), now, now));
            audit.record(tx, by, "schedule.create", project.fullPath(), told(made));
            plan(tx, made);
            return new Stored(made);
        });
    }

    /** Stores another form of a schedule; its owner and its variables stay. The caller has checked that {@code by} is its owner. */
    public ScheduleOutcome update(Actor by, ProjectFacts project, ScheduleRecord before, Wanted wanted) {
        ScheduleOutcome refused = refusal(by, project, wanted);
        return refused != null ? refused : put(by, project, before, wanted, before.sealedVariables());
    }

    /** The same with other variables. */
    public ScheduleOutcome update(
            Actor by, ProjectFacts project, ScheduleRecord before, Wanted wanted, List<Variable> variables) {
        ScheduleOutcome refused = refusal(by, project, wanted);
        return refused != null ? refused : put(by, project, before, wanted, seal(variables));
    }

    /** Makes {@code by} the one in whose name it runs. */
    public ScheduleRecord takeOwnership(Actor by, ProjectFacts project, ScheduleRecord schedule) {
        return database.write(tx -> {
            ScheduleRecord taken = record(
                    schedule.id(),
                    project,
                    Wanted.of(schedule),
                    by.userId().orElseThrow(),
                    schedule.sealedVariables(),
                    schedule.createdAt(),
                    clock.instant());
            store.update(tx.sql(), taken);
            audit.record(tx, by, "schedule.take-ownership", project.fullPath(), told(taken));
            plan(tx, taken);
            return taken;
        });
    }

    public void delete(Actor by, ProjectFacts project, ScheduleRecord schedule) {
        database.write(tx -> {
            boolean gone = store.delete(tx.sql(), schedule.id());
            if (gone) {
                audit.record(tx, by, "schedule.delete", project.fullPath(), told(schedule));
            }
            return gone;
        });
    }

    /** Starts its pipeline now, in the name of whoever asks. */
    public Starting.Outcome play(Actor by, ProjectFacts project, ScheduleRecord schedule) {
        Starting.Outcome outcome = starting.start(by, project, schedule.ref(), SOURCE, given(schedule));
        if (!(outcome instanceof Starting.Outcome.Forbidden)) {
            database.write(tx -> {
                store.played(tx.sql(), schedule.id(), clock.instant(), pipeline(outcome), problem(outcome));
                return schedule;
            });
        }
        return outcome;
    }

    /** The durable task; safe to repeat, since one occasion makes one pipeline. */
    public void run(Run run) {
        Optional<ScheduleRecord> found = database.read(sql -> store.find(sql, run.scheduleId()))
                .filter(schedule -> schedule.active() && run.due().equals(schedule.nextRunAt()));
        if (found.isEmpty()) {
            // It was changed or deleted meanwhile; another task stands for what it became.
            return;
        }
        ScheduleRecord schedule = found.get();
        Starting.Outcome outcome = start(schedule, run);
        Instant now = clock.instant();
        // The clocks of two servers may differ: never the same time again.
        Instant next = next(Wanted.of(schedule), now.isAfter(run.due()) ? now : run.due());
        database.write(tx -> {
            boolean won = store.ran(tx.sql(), schedule.id(), run.due(), next, now, pipeline(outcome), problem(outcome));
            if (won && next != null) {
                tx.schedule(task, instance(schedule.id(), next), new Run(schedule.id(), next), next);
            }
            return won;
        });
        if (problem(outcome) != null) {
            LOG.info("schedule {} made no pipeline: {}", schedule.id(), problem(outcome));
        }
    }

    private Starting.Outcome start(ScheduleRecord schedule, Run run) {
        Optional<ProjectFacts> project = projects.find(Long.toString(schedule.projectId()));
        Optional<User> owner = users.find(new UserId(schedule.ownerId()));
        if (project.isEmpty() || owner.isEmpty()) {
            return new Starting.Outcome.Forbidden();
        }
        return starting.start(
                new Actor.Person(owner.get(), TokenScope.all()),
                project.get(),
                schedule.ref(),
                SOURCE,
                given(schedule),
                instance(schedule.id(), run.due()));
    }

    private Given given(ScheduleRecord schedule) {
        return Given.variables(variables(schedule));
    }

    private static @Nullable Long pipeline(Starting.Outcome outcome) {
        return outcome instanceof Starting.Outcome.Started(var pipeline) ? pipeline.id() : null;
    }

    private static @Nullable String problem(Starting.Outcome outcome) {
        return switch (outcome) {
            case Starting.Outcome.Started started -> null;
            case Starting.Outcome.NothingToRun(String why) -> why;
            case Starting.Outcome.Forbidden() -> OWNER_MAY_NOT;
        };
    }

    private Stored put(
            Actor by, ProjectFacts project, ScheduleRecord before, Wanted wanted, @Nullable String sealedVariables) {
        return database.write(tx -> {
            ScheduleRecord after = record(
                    before.id(),
                    project,
                    wanted,
                    new UserId(before.ownerId()),
                    sealedVariables,
                    before.createdAt(),
                    clock.instant());
            store.update(tx.sql(), after);
            audit.record(tx, by, "schedule.update", project.fullPath(), told(after));
            plan(tx, after);
            return new Stored(after);
        });
    }

    private void plan(Tx tx, ScheduleRecord schedule) {
        Instant next = schedule.nextRunAt();
        if (next != null) {
            tx.schedule(task, instance(schedule.id(), next), new Run(schedule.id(), next), next);
        }
    }

    private @Nullable ScheduleOutcome refusal(Actor by, ProjectFacts project, Wanted wanted) {
        if (wanted.description().isBlank() || wanted.description().length() > LONGEST_DESCRIPTION) {
            return new Refused("description", "must have 1 to 255 characters", "description");
        }
        Optional<ZoneId> zone = CronTimes.zone(wanted.cronTimezone());
        if (zone.isEmpty()) {
            return new Refused("cron_timezone", "syntax is invalid", "zone");
        }
        Optional<CronTimes> times = CronTimes.of(wanted.cron(), zone.get());
        if (times.isEmpty()) {
            return new Refused("cron", "syntax is invalid", "cron");
        }
        if (times.get().after(clock.instant()).isEmpty()) {
            return new Refused("cron", "names no time that ever comes", "never");
        }
        boolean branch =
                repositories.resolve(project.id(), "refs/heads/" + wanted.ref()).isPresent();
        if (wanted.ref().isBlank()
                || (!branch
                        && repositories
                                .resolve(project.id(), "refs/tags/" + wanted.ref())
                                .isEmpty())) {
            return new Refused("ref", "is ambiguous or does not exist", "ref");
        }
        return rights.mayRun(by, project, wanted.ref(), !branch) ? null : new Forbidden();
    }

    private @Nullable String seal(List<Variable> variables) {
        return variables.isEmpty() ? null : sealed.seal(variables);
    }

    private ScheduleRecord record(
            long id,
            ProjectFacts project,
            Wanted wanted,
            UserId owner,
            @Nullable String sealedVariables,
            Instant createdAt,
            Instant now) {
        return new ScheduleRecord(
                id,
                project.id(),
                wanted.description(),
                wanted.ref(),
                wanted.cron().strip(),
                wanted.cronTimezone(),
                wanted.active(),
                owner.value(),
                sealedVariables,
                wanted.active() ? next(wanted, now) : null,
                null,
                null,
                null,
                createdAt,
                now);
    }

    private static @Nullable Instant next(Wanted wanted, Instant now) {
        return CronTimes.zone(wanted.cronTimezone())
                .flatMap(zone -> CronTimes.of(wanted.cron(), zone))
                .flatMap(times -> times.after(now))
                .orElse(null);
    }

    private static String instance(long id, Instant due) {
        return "schedule-" + id + "-" + due.getEpochSecond();
    }

    private static String told(ScheduleRecord schedule) {
        return "#" + schedule.id() + " " + schedule.description() + ": " + schedule.cron() + " "
                + schedule.cronTimezone() + ", " + schedule.ref() + (schedule.active() ? "" : ", inactive");
    }
}
