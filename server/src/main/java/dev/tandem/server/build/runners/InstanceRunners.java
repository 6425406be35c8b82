package dev.tandem.server.build.runners;

import dev.tandem.server.build.store.JobStore;
import dev.tandem.server.build.store.RunnerRecord;
import dev.tandem.server.build.store.RunnerStore;
import dev.tandem.server.build.store.RunnerStore.KnownMachine;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.platform.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jooq.DSLContext;

/** The runners of the whole installation, as administrators manage them. Safe for use by many threads. */
public final class InstanceRunners {
    /** A runner asks at least every 50 s while it has a slot free; its contact is written once a minute. */
    private static final Duration ONLINE = Duration.ofMinutes(3);

    private static final int MOST_TAGS = 50;

    private final Database database;
    private final RunnerStore runners;
    private final JobStore jobs;
    private final JobQueue queue;
    private final Audit audit;
    private final Clock clock;

    InstanceRunners(Database database, RunnerStore runners, JobStore jobs, JobQueue queue, Audit audit, Clock clock) {
        this.database = database;
        this.runners = runners;
        this.jobs = jobs;
        this.queue = queue;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * A runner as it is now.
     *
     * @param machines those that use its token, heard last first
     * @param jobs how many it holds
     * @param status never_contacted, online or offline
     */
    public record Seen(RunnerRecord runner, List<KnownMachine> machines, int jobs, String status) {
        public Seen {
            machines = List.copyOf(machines);
        }

        /** The status, or that it gets no jobs. */
        public String state() {
            return runner.paused() ? "paused" : status;
        }
    }

    /** @param token shown this once; only its hash is kept */
    public record Made(RunnerRecord runner, String token) {}

    /** How a wish to remove one ended. */
    public enum Removal {
        DONE,
        UNKNOWN,
        /** It would come back with the next start; the setting {@code runner-concurrency} switches it off. */
        BUILT_IN
    }

    /** What is wrong with a runner's tags, in English words; empty when nothing is. */
    public static Optional<String> tagProblem(RunnerRecord runner) {
        boolean none = runner.tags().isEmpty() && !runner.runUntagged();
        boolean blank = runner.tags().stream().anyMatch(tag -> tag.isBlank() || tag.length() > 255);
        return none || blank || runner.tags().size() > MOST_TAGS
                ? Optional.of("must hold 1 to " + MOST_TAGS + " tags when untagged jobs are refused")
                : Optional.empty();
    }

    public List<Seen> list() {
        return database.read(sql -> {
            Map<Long, List<KnownMachine>> machines = runners.machines(sql);
            Map<Long, Integer> held = jobs.heldCounts(sql);
            List<Seen> all = new ArrayList<>();
            for (RunnerRecord runner : runners.list(sql)) {
                all.add(seen(runner, machines.getOrDefault(runner.id(), List.of()), held.getOrDefault(runner.id(), 0)));
            }
            return all;
        });
    }

    public Optional<Seen> find(long id) {
        return list().stream().filter(seen -> seen.runner().id() == id).findFirst();
    }

    /** As its own row says, for places that show no more than its status. */
    public String status(RunnerRecord runner) {
        return database.read(sql -> status(sql, runner));
    }

    /** @param wanted what it shall be; its number counts for nothing */
    public Made create(Actor by, RunnerRecord wanted) {
        String token = Tokens.ofRunner();
        RunnerRecord made = database.write(tx -> {
            RunnerRecord runner = runners.insert(tx.sql(), wanted, Tokens.hash(token));
            audit.record(tx, by, "runner.create", "runner " + runner.id(), runner.description());
            return runner;
        });
        return new Made(made, token);
    }

    /** Changes what an administrator may; a request that it holds open ends, so that the change counts at once. */
    public Optional<RunnerRecord> change(Actor by, long id, UnaryOperator<RunnerRecord> change) {
        Optional<RunnerRecord> changed =
                database.write(tx -> runners.find(tx.sql(), id).map(old -> {
                    RunnerRecord wanted = change.apply(old);
                    runners.update(tx.sql(), wanted);
                    boolean turned = old.paused() != wanted.paused();
                    String action = !turned ? "runner.update" : wanted.paused() ? "runner.pause" : "runner.resume";
                    audit.record(tx, by, action, "runner " + id, wanted.description());
                    return wanted;
                }));
        changed.ifPresent(runner -> queue.changed(id));
        return changed;
    }

    /** A new token; the old one is not valid any more. */
    public Optional<Made> resetToken(Actor by, long id) {
        String token = Tokens.ofRunner();
        return database.write(tx -> runners.find(tx.sql(), id).map(runner -> {
            runners.token(tx.sql(), id, Tokens.hash(token));
            audit.record(tx, by, "runner.reset-token", "runner " + id, runner.description());
            return new Made(runner, token);
        }));
    }

    /** What it runs it may still finish: that is proved by each job's own token. */
    public Removal delete(Actor by, long id) {
        Removal removal = database.write(tx -> {
            Optional<RunnerRecord> known = runners.find(tx.sql(), id);
            if (known.isEmpty()) {
                return Removal.UNKNOWN;
            }
            if (known.get().builtIn()) {
                return Removal.BUILT_IN;
            }
            runners.delete(tx.sql(), id);
            audit.record(tx, by, "runner.delete", "runner " + id, known.get().description());
            return Removal.DONE;
        });
        if (removal == Removal.DONE) {
            queue.changed(id);
        }
        return removal;
    }

    private String status(DSLContext sql, RunnerRecord runner) {
        return status(runner, jobs.heldBy(sql, runner.id()).size());
    }

    private Seen seen(RunnerRecord runner, List<KnownMachine> machines, int held) {
        return new Seen(runner, machines, held, status(runner, held));
    }

    /** One whose slots are all busy does not ask, but its jobs are heard of; the sweep ends them when they are not. */
    private String status(RunnerRecord runner, int held) {
        Instant contact = runner.contactedAt();
        if (held > 0) {
            return "online";
        }
        if (contact == null) {
            return "never_contacted";
        }
        return contact.plus(ONLINE).isAfter(clock.instant()) ? "online" : "offline";
    }
}
