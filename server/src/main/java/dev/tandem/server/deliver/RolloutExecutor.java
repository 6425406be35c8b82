package dev.tandem.server.deliver;

import dev.tandem.server.deliver.judge.Verdict;
import dev.tandem.server.deliver.rollout.Observation;
import dev.tandem.server.deliver.rollout.Rollout;
import dev.tandem.server.deliver.rollout.RolloutDecision;
import dev.tandem.server.deliver.rollout.RolloutDecision.Effect;
import dev.tandem.server.deliver.rollout.RolloutDecision.Go;
import dev.tandem.server.deliver.rollout.RolloutDecision.Stay;
import dev.tandem.server.deliver.rollout.RolloutEngine;
import dev.tandem.server.deliver.rollout.RolloutPhase;
import dev.tandem.server.deliver.rollout.Told;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Tx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Obeys {@link RolloutEngine}: each decision becomes one transaction that moves the rollout if nothing else has moved it
 * meanwhile, changes what should run, and tells those who wait.
 *
 * <p>Nothing it knows is needed after a crash: when a rollout is to be looked at follows from what is stored of it, so
 * {@link #resume()}, on start and every few seconds, finds all that is due; timers only make it look sooner. A durable task
 * for each of these moments would promise the same, write to the database whenever the moment moves, and come later.
 * Safe for use by many threads.
 */
final class RolloutExecutor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RolloutExecutor.class);

    private final Database database;
    private final AgentReports reports;
    private final RolloutTimes times;
    private final Clock clock;
    private final DeliverBells bells;
    private final Instant watchedSince;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("rollouts").factory());
    private final Judging judging;
    private final Map<Long, Verdict> verdicts = new ConcurrentHashMap<>();
    private final Map<Long, Future<?>> timers = new ConcurrentHashMap<>();

    /** Gathers evidence and asks for the judge's word. */
    interface Judging {
        /** The rollout's first requests will be shared soon; outside of transactions, and perhaps several times. */
        default void prepare(long rolloutId) {}

        /** The rollout's first requests are about to be shared, in this transaction; after {@link #prepare}. */
        default void begin(DSLContext sql, StoredRollout rollout) {}

        /** The rollout's agent has reported; outside of transactions. */
        default void take(long rolloutId) {}

        /** The rollout is over. */
        default void forget(long rolloutId) {}

        /** @return null when there is nothing to judge */
        @Nullable
        Verdict verdict(DSLContext sql, StoredRollout rollout, Instant now);
    }

    RolloutExecutor(
            Database database,
            AgentReports reports,
            RolloutTimes times,
            Clock clock,
            DeliverBells bells,
            Judging judging) {
        this.judging = judging;
        this.database = database;
        this.reports = reports;
        this.times = times;
        this.clock = clock;
        this.bells = bells;
        this.watchedSince = clock.instant();
    }

    /** Looks at every open rollout. */
    void resume() {
        database.read(sql -> new RolloutStore(sql, times).open()).forEach(this::advanceOrTell);
    }

    /** Looks at the rollouts of one agent. */
    void heardFrom(long agentId) {
        for (long rolloutId : database.read(sql -> new RolloutStore(sql, times).openOfAgent(agentId))) {
            judging.take(rolloutId);
            advance(rolloutId);
        }
    }

    /** Takes every step that can be taken now. */
    void advance(long rolloutId) {
        while (true) {
            RolloutDecision decision = database.read(sql -> decide(sql, rolloutId));
            switch (decision) {
                case Stay stay -> {
                    lookAgain(rolloutId, stay.until());
                    return;
                }
                case Go go -> take(rolloutId, go);
            }
        }
    }

    private void take(long rolloutId, Go go) {
        if (go.effect() == Effect.SHIFT && go.step() == 0) {
            judging.prepare(rolloutId);
        }
        Applied applied = database.write(tx -> applyNext(tx, rolloutId, go));
        applied.others().forEach(this::advance);
    }

    /** The decision is made again inside of the transaction: what it stands on may have changed since. */
    private Applied applyNext(Tx tx, long rolloutId, Go seen) {
        return decide(tx.sql(), rolloutId) instanceof Go go && sameMove(go, seen)
                ? apply(tx, rolloutId, go)
                : Applied.NOTHING;
    }

    private static boolean sameMove(Go one, Go other) {
        return one.phase() == other.phase() && one.step() == other.step() && one.effect() == other.effect();
    }

    /** @param others rollouts that may go on now */
    private record Applied(List<Long> others) {
        static final Applied NOTHING = new Applied(List.of());
    }

    private RolloutDecision decide(DSLContext sql, long rolloutId) {
        RolloutStore rollouts = new RolloutStore(sql, times);
        StoredRollout stored = rollouts.find(rolloutId).orElse(null);
        if (stored == null || stored.rollout().phase().isTerminal()) {
            return new Stay(null);
        }
        return RolloutEngine.decide(stored.rollout(), observe(sql, rollouts, stored), clock.instant());
    }

    private Observation observe(DSLContext sql, RolloutStore rollouts, StoredRollout stored) {
        Environment environment =
                new EnvironmentStore(sql).find(stored.environmentId()).orElseThrow();
        long desired = environment.agentId() == null ? 0 : new AgentStore(sql).desiredVersion(environment.agentId());
        boolean busy = false;
        String newer = null;
        for (StoredRollout other : rollouts.open(stored.environmentId())) {
            busy |= other.id() != stored.id() && other.rollout().phase().isActive();
            if (other.id() > stored.id() && other.rollout().cancelReason() == null) {
                newer = "#" + other.deploymentId();
            }
        }
        return new Observation(
                watchedSince, busy, newer, reports.view(environment, desired, stored.proof()), judge(sql, stored));
    }

    private @Nullable Verdict judge(DSLContext sql, StoredRollout stored) {
        return switch (stored.rollout().phase()) {
            case SWITCHING, SETTLING -> remember(stored, judging.verdict(sql, stored, clock.instant()));
            default -> null;
        };
    }

    private @Nullable Verdict remember(StoredRollout stored, @Nullable Verdict verdict) {
        if (verdict != null) {
            verdicts.put(stored.id(), verdict);
            bells.judged(stored);
        }
        return verdict;
    }

    /** What the judge said last of a rollout that is under way; null when it said nothing since this server started. */
    @Nullable
    Verdict verdict(long rolloutId) {
        return verdicts.get(rolloutId);
    }

    private Applied apply(Tx tx, long rolloutId, Go go) {
        RolloutStore rollouts = new RolloutStore(tx.sql(), times);
        AgentStore agents = new AgentStore(tx.sql());
        StoredRollout before = rollouts.find(rolloutId).orElseThrow();
        Environment environment =
                new EnvironmentStore(tx.sql()).find(before.environmentId()).orElseThrow();
        Instant now = clock.instant();
        String previous = go.effect() == Effect.START_NEW
                ? agents.serving(environment.id())
                        .map(AgentStore.Desired::revision)
                        .orElse(null)
                : before.rollout().previous();
        if (!rollouts.apply(before, go, previous, now)) {
            return Applied.NOTHING;
        }
        if (go.effect() == Effect.START_NEW) {
            rollouts.configuration(before.id(), new ConfigurationStore(tx.sql()).currentVersion(environment.id()));
        }
        StoredRollout after = rollouts.find(rolloutId).orElseThrow();
        judged(tx, before, after);
        steps(rollouts, before, after, go, now);
        tellPerson(tx, environment, before, after, go, now);
        effect(agents, go.effect(), after, now);
        if (go.effect() != Effect.NONE && environment.agentId() != null) {
            agents.changed(environment.agentId());
        }
        deployment(tx, environment, after, now);
        tx.afterCommit(() -> bells.rolloutMoved(after, go.effect() != Effect.NONE));
        return new Applied(after.rollout().phase().isTerminal() ? queued(rollouts, after) : List.of());
    }

    private void judged(Tx tx, StoredRollout before, StoredRollout after) {
        RolloutPhase phase = after.rollout().phase();
        if (phase == RolloutPhase.SWITCHING && before.rollout().phase() != RolloutPhase.SWITCHING) {
            judging.begin(tx.sql(), after);
        }
        if (phase.isTerminal()) {
            tx.afterCommit(() -> judging.forget(after.id()));
        }
    }

    private void steps(RolloutStore rollouts, StoredRollout before, StoredRollout after, Go go, Instant now) {
        boolean begins = go.effect() == Effect.SHIFT && go.phase() == RolloutPhase.SWITCHING;
        boolean ends = begins || go.phase() == RolloutPhase.REVERTING || go.effect() == Effect.KEEP_NEW;
        if (ends) {
            Verdict verdict = verdicts.remove(before.id());
            String text = verdict == null ? null : RolloutJsonText.any(VerdictFacts.of(verdict));
            rollouts.endStep(before.id(), go.event().told().code(), text, now);
        }
        if (begins) {
            int step = after.rollout().step();
            rollouts.beginStep(after.id(), step + 1, after.rollout().share(), now);
        }
    }

    private static void tellPerson(
            Tx tx, Environment environment, StoredRollout before, StoredRollout after, Go go, Instant now) {
        if (go.watch().personTold() && !before.rollout().watch().personTold()) {
            needsPerson(tx, environment, after, go.event().told(), now);
        }
    }

    private static void needsPerson(Tx tx, Environment environment, StoredRollout rollout, Told told, Instant now) {
        tx.publish(new RolloutNeedsPerson(
                rollout.id(),
                rollout.deploymentId(),
                rollout.projectId(),
                environment.id(),
                environment.name(),
                environment.tier(),
                told.code(),
                told.arguments(),
                now));
    }

    private static List<Long> queued(RolloutStore rollouts, StoredRollout ended) {
        return rollouts.open(ended.environmentId()).stream()
                .map(StoredRollout::id)
                .toList();
    }

    private static void effect(AgentStore agents, Effect effect, StoredRollout stored, Instant now) {
        Rollout rollout = stored.rollout();
        switch (effect) {
            case NONE -> {}
            case START_NEW -> agents.start(rollout.revision(), stored, now);
            case SHIFT -> {
                agents.weight(rollout.revision(), rollout.share());
                agents.weight(rollout.previous(), 100 - rollout.share());
            }
            case BACK -> {
                agents.weight(rollout.revision(), 0);
                agents.weight(rollout.previous(), 100);
            }
            case STAY -> {
                agents.weight(rollout.revision(), 100);
                agents.weight(rollout.previous(), 0);
            }
            case KEEP_NEW -> agents.keepOnly(stored.environmentId(), rollout.revision());
            case KEEP_OLD -> agents.keepOnly(stored.environmentId(), rollout.previous());
        }
    }

    private void deployment(Tx tx, Environment environment, StoredRollout stored, Instant now) {
        DeploymentStatus status = status(stored.rollout().phase());
        DeploymentStore deployments = new DeploymentStore(tx.sql());
        boolean moved = deployments.move(stored.deploymentId(), status, stored.why(), now);
        Deployment deployment = deployments.find(stored.deploymentId()).orElseThrow();
        DeploymentNews news = new DeploymentNews(tx, times);
        if (moved && status == DeploymentStatus.RUNNING) {
            news.started(environment, deployment, now);
        }
        if (stored.rollout().phase() == RolloutPhase.PREPARING) {
            news.rolloutStarted(environment, stored, now);
        }
        if (!moved || !status.isTerminal()) {
            return;
        }
        if (status == DeploymentStatus.SUCCESS && deployment.kind() != Deployment.Kind.ROLLBACK) {
            // It was let in because it is newer than what was rolled back, or because somebody said so.
            new EnvironmentStore(tx.sql()).hold(environment.id(), null);
        }
        if (deployment.kind() == Deployment.Kind.ROLLBACK && status == DeploymentStatus.FAILED) {
            rollbackFailed(tx, environment, stored, now);
        }
        if (deployment.kind() == Deployment.Kind.CONFIGURATION) {
            configurationEnded(tx, stored, status);
        }
        news.finished(environment, deployment, now);
    }

    /** The way back is no way back: nothing is left that would mend it by itself. */
    private void rollbackFailed(Tx tx, Environment environment, StoredRollout stored, Instant now) {
        RolloutStore rollouts = new RolloutStore(tx.sql(), times);
        if (rollouts.tellPerson(stored.id())) {
            Told told = new Told(
                    "rollback_failed", List.of(), "the rollback failed too; the requests stay where they were");
            rollouts.event(stored.id(), RolloutDecision.Kind.NEEDS_PERSON, told, now);
            needsPerson(tx, environment, stored, told, now);
        }
    }

    /** What did not get through is not what the next deployment should bring along. */
    private static void configurationEnded(Tx tx, StoredRollout stored, DeploymentStatus status) {
        ConfigurationStore configurations = new ConfigurationStore(tx.sql());
        Long tried = stored.configurationVersion();
        if (status != DeploymentStatus.SUCCESS
                && tried != null
                && configurations.currentVersion(stored.environmentId()) == tried) {
            new AgentStore(tx.sql())
                    .serving(stored.environmentId())
                    .ifPresent(serving -> configurations.use(stored.environmentId(), serving.configurationVersion()));
        }
    }

    private static DeploymentStatus status(RolloutPhase phase) {
        return switch (phase) {
            case QUEUED -> DeploymentStatus.CREATED;
            case PREPARING, CHECKING, SWITCHING, SETTLING, DRAINING, REVERTING -> DeploymentStatus.RUNNING;
            case SUCCESS -> DeploymentStatus.SUCCESS;
            case FAILED -> DeploymentStatus.FAILED;
            case CANCELED, SUPERSEDED -> DeploymentStatus.CANCELED;
        };
    }

    private void lookAgain(long rolloutId, @Nullable Instant until) {
        Future<?> next = null;
        if (until != null && !timer.isShutdown()) {
            long millis = Math.max(1, Duration.between(clock.instant(), until).toMillis() + 1);
            next = timer.schedule(() -> advanceOrTell(rolloutId), millis, TimeUnit.MILLISECONDS);
        }
        Future<?> before = next == null ? timers.remove(rolloutId) : timers.put(rolloutId, next);
        if (before != null) {
            before.cancel(false);
        }
    }

    /** One that cannot be moved must not hold up the others. */
    private void advanceOrTell(long rolloutId) {
        try {
            advance(rolloutId);
        } catch (RuntimeException e) {
            LOG.error("rollout {} could not be moved on; it is looked at again soon", rolloutId, e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
