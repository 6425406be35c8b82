package dev.tandem.server.deliver.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.agent.protocol.RevisionState;
import dev.tandem.agent.protocol.Said;
import dev.tandem.server.deliver.judge.Verdict;
import dev.tandem.server.deliver.rollout.Observation.AgentView;
import dev.tandem.server.deliver.rollout.Observation.Seen;
import dev.tandem.server.deliver.rollout.RolloutDecision.Effect;
import dev.tandem.server.deliver.rollout.RolloutDecision.Go;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

/** Random events in random order: whatever happens to service, agent, server and people, the promises are kept. */
class RolloutEnginePromisesTest {
    private static final RolloutPolicy POLICY = new RolloutPolicy(
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofSeconds(3),
            Duration.ofSeconds(20),
            OnInconclusive.CONTINUE,
            Duration.ofSeconds(60));

    enum Happening {
        NEW_STARTS,
        NEW_HEALTHY,
        NEW_UNHEALTHY,
        NEW_CRASHES,
        NEW_RESTARTS,
        NEW_CANNOT_RUN,
        OLD_UNHEALTHY,
        OLD_HEALTHY,
        OLD_CRASHES,
        AGENT_OBEYS,
        AGENT_REPORTS,
        AGENT_SILENT,
        SERVER_RESTARTS,
        CANCEL,
        JUDGED_WORSE,
        JUDGED_HARMLESS,
        NOT_JUDGED,
        NOTHING_MEASURED,
        SOMEBODY_PAUSES,
        SOMEBODY_RESUMES,
        NEWER_COMES,
        OTHER_BEGINS,
        OTHER_ENDS,
        SECOND_PASSES,
        HALF_MINUTE_PASSES
    }

    @Property
    void promisesAreKept(
            @ForAll("happenings") @Size(max = 120) List<Happening> happenings,
            @ForAll Strategy strategy,
            @ForAll boolean hasOld) {
        World world = new World(strategy, hasOld ? "old" : null);
        for (Happening happening : happenings) {
            world.happens(happening);
            world.advance();
        }
        world.othersEnd();
        for (int i = 0; i < 400 && !world.phase.isTerminal(); i++) {
            world.happens(Happening.SECOND_PASSES);
            world.personLooks();
            world.advance();
        }
        assertThat(world.phase.isTerminal()).isTrue();
        world.assertEndIsRight();
    }

    @Provide
    Arbitrary<List<Happening>> happenings() {
        return Arbitraries.frequencyOf(
                        Tuple.of(2, Arbitraries.of(Happening.class)),
                        Tuple.of(
                                3,
                                Arbitraries.of(
                                        Happening.NEW_HEALTHY,
                                        Happening.AGENT_OBEYS,
                                        Happening.AGENT_REPORTS,
                                        Happening.SECOND_PASSES)))
                .list();
    }

    /** A rollout, its environment, its agent, and a clock. */
    private static final class World {
        private final Strategy strategy;
        private final @Nullable String old;
        private Instant now = Instant.EPOCH;
        private Instant since = Instant.EPOCH;
        private Instant placedAt = Instant.MAX;
        private Instant watchedSince = Instant.EPOCH;
        RolloutPhase phase = RolloutPhase.QUEUED;
        private int step;
        private int restarts;
        private @Nullable Told cancel;
        private @Nullable RolloutPhase ending;
        private boolean busy;
        private @Nullable String newer;
        private final Map<String, Integer> desired = new HashMap<>();
        private final Map<String, Seen> actual = new HashMap<>();
        private Map<String, Integer> applied = new HashMap<>();
        private boolean caughtUp = true;
        private @Nullable AgentView reported;
        private @Nullable String reason;
        private @Nullable Verdict verdict;
        private Watch watch = Watch.FRESH;

        World(Strategy strategy, @Nullable String old) {
            this.strategy = strategy;
            this.old = old;
            if (old != null) {
                desired.put(old, 100);
                applied.put(old, 100);
                actual.put(old, seen(RevisionState.HEALTHY, 0));
            }
        }

        void happens(Happening happening) {
            switch (happening) {
                case NEW_STARTS -> change("new", RevisionState.STARTING, 0);
                case NEW_HEALTHY -> change("new", RevisionState.HEALTHY, 0);
                case NEW_UNHEALTHY -> change("new", RevisionState.UNHEALTHY, 0);
                case NEW_CRASHES -> change("new", RevisionState.CRASHED, 0);
                case NEW_RESTARTS -> change("new", RevisionState.STARTING, 1);
                case NEW_CANNOT_RUN -> change("new", RevisionState.FAILED, 0);
                case OLD_UNHEALTHY -> change("old", RevisionState.UNHEALTHY, 0);
                case OLD_HEALTHY -> change("old", RevisionState.HEALTHY, 0);
                case OLD_CRASHES -> change("old", RevisionState.CRASHED, 0);
                case AGENT_OBEYS -> obey();
                case AGENT_REPORTS -> reported = new AgentView(now, caughtUp, proved(), applied);
                case AGENT_SILENT -> reported = null;
                case SERVER_RESTARTS -> watchedSince = now;
                case CANCEL -> cancel = Told.of("canceled_by", "somebody canceled it");
                case JUDGED_WORSE -> verdict = Verdicts4Tests.WORSE;
                case JUDGED_HARMLESS -> verdict = Verdicts4Tests.NO_HARM;
                case NOT_JUDGED -> verdict = Verdicts4Tests.NOT_ENOUGH;
                case NOTHING_MEASURED -> verdict = new Verdict.CannotMeasure(Verdict.Why.PROXY_AWAY);
                case SOMEBODY_PAUSES -> watch = pausable() ? watch.pausedBy("mei") : watch;
                case SOMEBODY_RESUMES -> watch = watch.paused() == null ? watch : Watch.FRESH;
                case NEWER_COMES -> newer = "deployment #2";
                case OTHER_BEGINS -> busy = true;
                case OTHER_ENDS -> busy = false;
                case SECOND_PASSES -> now = now.plusSeconds(1);
                case HALF_MINUTE_PASSES -> now = now.plusSeconds(30);
            }
        }

        /** Whoever has all requests answers, as far as it is healthy. */
        private Map<String, Seen> proved() {
            Map<String, Seen> all = new HashMap<>(actual);
            all.replaceAll((revision, seen) -> new Seen(
                    seen.state(),
                    seen.restarts(),
                    seen.said(),
                    seen.logTail(),
                    seen.state() == RevisionState.HEALTHY && caughtUp && applied.getOrDefault(revision, 0) == 100));
            return all;
        }

        private boolean pausable() {
            return phase == RolloutPhase.SWITCHING || phase == RolloutPhase.SETTLING;
        }

        /** Whoever is asked to look, looks. */
        void personLooks() {
            if (watch.personTold() && !phase.isTerminal()) {
                cancel = Told.of("canceled_by", "somebody looked and canceled it");
            }
        }

        /** What people owe it: it is let go on. */
        void othersEnd() {
            busy = false;
            watch = watch.paused() == null ? watch : Watch.FRESH;
        }

        private void change(String revision, RevisionState state, int moreRestarts) {
            Seen before = actual.get(revision);
            if (before != null) {
                actual.put(revision, seen(state, before.restarts() + moreRestarts));
            }
        }

        private void obey() {
            actual.keySet().removeIf(revision -> !desired.containsKey(revision));
            desired.keySet().forEach(revision -> actual.putIfAbsent(revision, seen(RevisionState.FETCHING, 0)));
            applied = new HashMap<>(desired);
            caughtUp = true;
        }

        void advance() {
            for (int i = 0; i < 20; i++) {
                Observation observation = new Observation(watchedSince, busy, newer, reported, verdict);
                if (!(RolloutEngine.decide(rollout(), observation, now) instanceof Go go)) {
                    return;
                }
                apply(go);
            }
            throw new AssertionError("it never comes to rest");
        }

        private Rollout rollout() {
            return new Rollout(
                    "new",
                    old,
                    strategy,
                    strategy.steps(),
                    POLICY,
                    phase,
                    step,
                    since,
                    restarts,
                    cancel,
                    ending,
                    watch);
        }

        private void apply(Go go) {
            assertThat(RolloutPhase.NEXT.get(phase)).contains(go.phase());
            assertThat(go.phase() != RolloutPhase.SWITCHING
                            || phase != RolloutPhase.SWITCHING
                            || go.step() > step
                            || go.effect() == Effect.NONE)
                    .isTrue();
            if (go.phase() == RolloutPhase.SWITCHING && phase != RolloutPhase.SWITCHING) {
                assertThat(reported.revisions().get("new").state()).isEqualTo(RevisionState.HEALTHY);
            }
            if (go.event().kind() == RolloutDecision.Kind.PLACED) {
                placedAt = now;
            }
            if (phase == RolloutPhase.SWITCHING && go.step() > step && strategy == Strategy.CANARY) {
                assertThat(placedAt.plus(POLICY.stepPause()))
                        .as("no step ends before it was in place for as long as it must last")
                        .isBeforeOrEqualTo(now);
            }
            if (go.beginsTime(phase, step)) {
                since = now;
            }
            if (go.phase() == RolloutPhase.SWITCHING
                    && go.step() > step
                    && strategy == Strategy.CANARY
                    && verdict != null
                    && old != null) {
                assertThat(verdict).isNotInstanceOfAny(Verdict.CannotMeasure.class, Verdict.Worse.class);
            }
            if (go.phase() == RolloutPhase.DRAINING
                    && strategy == Strategy.CANARY
                    && watch.promoted() == Watch.Promotion.NONE) {
                assertThat(verdict).isNotInstanceOfAny(Verdict.CannotMeasure.class, Verdict.Worse.class);
            }
            phase = go.phase();
            step = go.step();
            watch = go.watch();
            restarts = go.restarts();
            ending = go.ending();
            reason = go.reason() == null ? reason : go.reason();
            effect(go.effect());
            assertSomebodyServes();
        }

        private void effect(Effect effect) {
            switch (effect) {
                case NONE -> {}
                case START_NEW -> desired.put("new", 0);
                case SHIFT -> {
                    desired.put("new", rollout().share());
                    if (old != null) {
                        desired.put(old, 100 - rollout().share());
                    }
                }
                case BACK -> {
                    desired.put("new", 0);
                    desired.put(old, 100);
                }
                case STAY -> {
                    // Only where the old one is known to fail and the new one not.
                    assertThat(reported.revisions().get(old))
                            .satisfiesAnyOf(
                                    gone -> assertThat(gone).isNull(),
                                    failing -> assertThat(failing.state()).isNotEqualTo(RevisionState.HEALTHY));
                    assertThat(reported.revisions().get("new").state()).isEqualTo(RevisionState.HEALTHY);
                    desired.put("new", 100);
                    desired.put(old, 0);
                }
                case KEEP_NEW -> {
                    desired.clear();
                    desired.put("new", 100);
                }
                case KEEP_OLD -> {
                    desired.clear();
                    if (old != null) {
                        desired.put(old, 100);
                    }
                }
            }
            caughtUp = effect == Effect.NONE && caughtUp;
        }

        private void assertSomebodyServes() {
            if (old != null) {
                assertThat(desired.values().stream().mapToInt(Integer::intValue).sum())
                        .isEqualTo(100);
            }
        }

        void assertEndIsRight() {
            if (phase == RolloutPhase.SUCCESS) {
                assertThat(desired).containsExactly(Map.entry("new", 100));
            } else {
                assertThat(reason).isNotBlank();
                if (old != null && desired.getOrDefault("new", 0) == 100) {
                    assertThat(watch.personTold()).isTrue();
                } else {
                    assertThat(desired).isEqualTo(old == null ? Map.of() : Map.of(old, 100));
                }
            }
        }

        private static Seen seen(RevisionState state, int restarts) {
            return new Seen(state, restarts, Said.plain(state.name()), List.of(), false);
        }
    }
}
