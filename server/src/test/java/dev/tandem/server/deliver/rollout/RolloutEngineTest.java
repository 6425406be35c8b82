package dev.tandem.server.deliver.rollout;

import static dev.tandem.server.deliver.rollout.RolloutPhase.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.agent.protocol.RevisionState;
import dev.tandem.agent.protocol.Said;
import dev.tandem.server.deliver.judge.Verdict;
import dev.tandem.server.deliver.rollout.Observation.AgentView;
import dev.tandem.server.deliver.rollout.Observation.Seen;
import dev.tandem.server.deliver.rollout.RolloutDecision.Effect;
import dev.tandem.server.deliver.rollout.RolloutDecision.Go;
import dev.tandem.server.deliver.rollout.RolloutDecision.Stay;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RolloutEngineTest {
    private static final Instant T0 = Instant.parse("2026-11-23T08:00:00Z");
    private static final RolloutPolicy POLICY = new RolloutPolicy(
            Duration.ofSeconds(120),
            Duration.ofSeconds(1),
            Duration.ofSeconds(3),
            Duration.ofSeconds(40),
            OnInconclusive.CONTINUE,
            Duration.ofMinutes(5));
    private static final RolloutPolicy STRICT = new RolloutPolicy(
            Duration.ofSeconds(120),
            Duration.ofSeconds(1),
            Duration.ofSeconds(3),
            Duration.ofSeconds(40),
            OnInconclusive.PAUSE,
            Duration.ofMinutes(5));

    private RolloutPhase phase = QUEUED;
    private Strategy strategy = Strategy.ROLLING;
    private @Nullable String previous = "old";
    private int step;
    private int restarts;
    private @Nullable Told cancelReason;
    private @Nullable RolloutPhase ending;
    private boolean busy;
    private @Nullable String newer;
    private RolloutPolicy policy = POLICY;
    private Watch watch = Watch.FRESH;
    private @Nullable Verdict verdict;
    private boolean agentSpoke = true;
    private boolean caughtUp = true;
    private Instant heardAt = T0.plusSeconds(1000);
    private Instant watchedSince = T0.minusSeconds(1000);
    private final Map<String, Seen> revisions = new HashMap<>();
    private final Map<String, Integer> weights = new HashMap<>();

    @Test
    void theTurnComesWhenNoOtherHasIt() {
        assertThat(goAt(0).phase()).isEqualTo(PREPARING);
        assertThat(goAt(0).effect()).isEqualTo(Effect.START_NEW);
    }

    @Test
    void whileAnotherHasItsTurnItWaits() {
        busy = true;

        assertThat(at(1000)).isEqualTo(new Stay(null));
    }

    @Test
    void aNewerOneInTheQueueSupersedesVisibly() {
        busy = true;
        newer = "#12";

        assertThat(goAt(0).phase()).isEqualTo(SUPERSEDED);
        assertThat(goAt(0).reason()).isEqualTo("superseded by deployment #12 before its turn came");
        assertThat(goAt(0).effect()).isEqualTo(Effect.NONE);
    }

    @Test
    void aQueuedOneIsCanceledWithoutTouchingAnything() {
        cancelReason = Told.of("canceled_by", "canceled by {0}", "mei");

        assertThat(goAt(0).phase()).isEqualTo(CANCELED);
        assertThat(goAt(0).effect()).isEqualTo(Effect.NONE);
    }

    @Test
    void aStartedProcessIsWaitedFor() {
        phase = PREPARING;
        newRevisionIs(RevisionState.STARTING);

        assertThat(goAt(1).phase()).isEqualTo(CHECKING);
    }

    @Test
    void fetchingIsWaitedForUntilTheDeadline() {
        phase = PREPARING;
        newRevisionIs(RevisionState.FETCHING);

        assertThat(at(5)).isEqualTo(new Stay(T0.plusSeconds(120)));
    }

    @ParameterizedTest
    @EnumSource(names = {"PREPARING", "CHECKING"})
    void aHealthyNewRevisionGetsItsFirstShare(RolloutPhase from) {
        phase = from;
        newRevisionIs(RevisionState.HEALTHY);

        assertThat(goAt(1).phase()).isEqualTo(SWITCHING);
        assertThat(goAt(1).step()).isZero();
        assertThat(goAt(1).effect()).isEqualTo(Effect.SHIFT);
        assertThat(goAt(1).event().message()).contains("25 %");
    }

    @Test
    void theFirstDeploymentGetsAllAtOnceWhateverTheStrategy() {
        phase = CHECKING;
        previous = null;
        newRevisionIs(RevisionState.HEALTHY);

        assertThat(goAt(1).event().message()).contains("100 %");
    }

    @ParameterizedTest
    @EnumSource(names = {"PREPARING", "CHECKING"})
    void neverHealthyInTimeFailsWithTheAgentsWord(RolloutPhase from) {
        phase = from;
        revisions.put(
                "new",
                new Seen(RevisionState.STARTING, 0, Said.plain("GET /health answered 503"), List.of("boom"), false));

        Go go = goAt(120);

        assertThat(go.phase()).isEqualTo(REVERTING);
        assertThat(go.ending()).isEqualTo(FAILED);
        assertThat(go.effect()).isEqualTo(Effect.BACK);
        assertThat(go.reason()).isEqualTo("the new revision was not healthy within 120 s: GET /health answered 503");
        assertThat(go.logTail()).containsExactly("boom");
    }

    @Test
    void aSilentAgentFailsItToo() {
        phase = PREPARING;
        agentSpoke = false;

        assertThat(goAt(120).reason()).endsWith("its agent has not been heard from");
    }

    @Test
    void timeInWhichNoServerLookedDoesNotCount() {
        phase = PREPARING;
        watchedSince = T0.plusSeconds(500);

        assertThat(at(510)).isEqualTo(new Stay(T0.plusSeconds(620)));
    }

    @Test
    void oneCrashIsForgivenTheSecondIsNot() {
        phase = CHECKING;
        revisions.put("new", new Seen(RevisionState.CRASHED, 0, Said.plain("exited with 1"), List.of(), false));
        assertThat(at(1)).isInstanceOf(Stay.class);

        revisions.put("new", new Seen(RevisionState.CRASHED, 1, Said.plain("exited with 1"), List.of(), false));
        assertThat(goAt(1).reason()).isEqualTo("the new revision keeps crashing: exited with 1");
    }

    @Test
    void whatCannotRunAtAllFailsAtOnce() {
        phase = PREPARING;
        revisions.put(
                "new", new Seen(RevisionState.FAILED, 0, Said.plain("the bundle has no Procfile"), List.of(), false));

        assertThat(goAt(1).reason()).isEqualTo("the new revision cannot run: the bundle has no Procfile");
    }

    @Test
    void aHealthCheckThatUsedUpItsAttemptsFailsAtOnce() {
        phase = CHECKING;
        revisions.put(
                "new", new Seen(RevisionState.UNHEALTHY, 0, Said.plain("GET /health answered 503"), List.of(), false));

        assertThat(goAt(1).reason()).isEqualTo("the new revision did not become healthy: GET /health answered 503");
    }

    @Test
    void theNextStepWaitsForThePause() {
        phase = SWITCHING;
        newRevisionIs(RevisionState.HEALTHY);
        weights.putAll(Map.of("old", 75, "new", 25));

        assertThat(at(0)).isEqualTo(new Stay(T0.plusSeconds(1)));
        assertThat(goAt(1).step()).isEqualTo(1);
        assertThat(goAt(1).event().message()).contains("50 %");
    }

    @Test
    void theNextStepWaitsUntilThisOneIsInPlace() {
        phase = SWITCHING;
        newRevisionIs(RevisionState.HEALTHY);
        weights.putAll(Map.of("old", 100, "new", 0));

        assertThat(at(60)).isEqualTo(new Stay(T0.plusSeconds(120)));
        assertThat(goAt(120).phase()).isEqualTo(REVERTING);
    }

    @Test
    void afterTheLastStepItSettles() {
        phase = SWITCHING;
        step = 2;
        newRevisionIs(RevisionState.HEALTHY);
        weights.putAll(Map.of("old", 0, "new", 100));

        assertThat(goAt(0).phase()).isEqualTo(SETTLING);
    }

    @Test
    void settledMeansHeardAfterwards() {
        phase = SETTLING;
        newRevisionAnswers();
        heardAt = T0.plusSeconds(2);
        assertThat(at(3)).isInstanceOf(Stay.class);

        heardAt = T0.plusSeconds(3);
        assertThat(goAt(3).phase()).isEqualTo(DRAINING);
        assertThat(goAt(3).effect()).isEqualTo(Effect.KEEP_NEW);
    }

    @Test
    void settledMeansThatItAnsweredWhenItGotAll() {
        phase = SETTLING;
        newRevisionIs(RevisionState.HEALTHY);

        assertThat(at(60)).isEqualTo(new Stay(T0.plusSeconds(123)));
        assertThat(goAt(123).phase()).isEqualTo(REVERTING);
        newRevisionAnswers();
        assertThat(goAt(60).phase()).isEqualTo(DRAINING);
    }

    @Test
    void withNothingToStopItIsDoneAfterSettling() {
        phase = SETTLING;
        previous = null;
        newRevisionAnswers();

        assertThat(goAt(3).phase()).isEqualTo(SUCCESS);
    }

    @ParameterizedTest
    @EnumSource(names = {"SWITCHING", "SETTLING"})
    void aCrashUnderTrafficGoesBackAtOnce(RolloutPhase from) {
        phase = from;
        revisions.put(
                "new", new Seen(RevisionState.CRASHED, 0, Said.plain("exited with 137"), List.of("last words"), false));

        Go go = goAt(0);

        assertThat(go.phase()).isEqualTo(REVERTING);
        assertThat(go.effect()).isEqualTo(Effect.BACK);
        assertThat(go.reason()).isEqualTo("the new revision crashed while it got requests: exited with 137");
        assertThat(go.logTail()).containsExactly("last words");
    }

    @ParameterizedTest
    @EnumSource(names = {"SWITCHING", "SETTLING"})
    void aRestartNobodySawIsACrashToo(RolloutPhase from) {
        phase = from;
        revisions.put("new", new Seen(RevisionState.HEALTHY, 1, Said.plain("started again"), List.of(), false));

        assertThat(goAt(0).phase()).isEqualTo(REVERTING);
    }

    @ParameterizedTest
    @EnumSource(names = {"SWITCHING", "SETTLING"})
    void lostHealthGoesBackUnlessTheOldOneLostItToo(RolloutPhase from) {
        phase = from;
        newRevisionIs(RevisionState.UNHEALTHY);
        oldRevisionIs(RevisionState.UNHEALTHY);
        assertThat(at(1)).isInstanceOf(Stay.class);

        oldRevisionIs(RevisionState.HEALTHY);
        assertThat(goAt(1).phase()).isEqualTo(REVERTING);
    }

    @ParameterizedTest
    @EnumSource(names = {"PREPARING", "CHECKING", "SWITCHING", "SETTLING"})
    void cancelLeadsBackToTheOldOne(RolloutPhase from) {
        phase = from;
        cancelReason = Told.of("job_canceled", "job {0} was canceled", 7);
        newRevisionIs(RevisionState.HEALTHY);

        assertThat(goAt(0).phase()).isEqualTo(REVERTING);
        assertThat(goAt(0).ending()).isEqualTo(CANCELED);
        assertThat(goAt(0).effect()).isEqualTo(Effect.BACK);
    }

    @Test
    void drainingEndsWhenTheOldOneStopped() {
        phase = DRAINING;
        oldRevisionIs(RevisionState.DRAINING);
        assertThat(at(1)).isEqualTo(new Stay(T0.plusSeconds(40)));

        oldRevisionIs(RevisionState.STOPPED);
        assertThat(goAt(1).phase()).isEqualTo(SUCCESS);
    }

    @Test
    void drainingDoesNotWaitForEver() {
        phase = DRAINING;
        agentSpoke = false;

        assertThat(goAt(40).phase()).isEqualTo(SUCCESS);
    }

    @Test
    void theNewOneGoesOnceTheOldOneHasProvedThatItAnswers() {
        phase = REVERTING;
        ending = FAILED;
        oldRevisionIs(RevisionState.HEALTHY);
        newRevisionIs(RevisionState.HEALTHY);
        weights.put("old", 100);
        assertThat(at(1)).as("a report from before proves nothing").isEqualTo(new Stay(T0.plusSeconds(40)));

        oldRevisionAnswers();
        weights.put("old", 50);
        weights.put("new", 50);
        assertThat(at(1)).isEqualTo(new Stay(T0.plusSeconds(40)));
        weights.put("old", 100);
        weights.put("new", 0);
        assertThat(goAt(1).effect()).isEqualTo(Effect.KEEP_OLD);
        assertThat(goAt(1).watch().placed()).isTrue();
        assertThat(goAt(1).event().message()).isEqualTo("the old revision answers and gets all requests again");
    }

    @Test
    void revertedMeansThatTheNewOneStopped() {
        phase = REVERTING;
        ending = FAILED;
        watch = Watch.FRESH.inPlace();
        oldRevisionAnswers();
        newRevisionIs(RevisionState.DRAINING);
        weights.put("old", 100);
        assertThat(at(1)).isEqualTo(new Stay(T0.plusSeconds(80)));

        revisions.remove("new");
        assertThat(goAt(1).phase()).isEqualTo(FAILED);
        assertThat(goAt(1).event().message()).isEqualTo("the old revision answers and serves as before");
    }

    @Test
    void anOldOneThatFailsTooDoesNotGetTheRequestsOfOneThatAnswers() {
        phase = REVERTING;
        ending = FAILED;
        revisions.put(
                "old", new Seen(RevisionState.UNHEALTHY, 0, Said.plain("GET /health answered 503"), List.of(), false));
        newRevisionIs(RevisionState.HEALTHY);
        weights.put("old", 100);
        assertThat(at(9)).isEqualTo(new Stay(T0.plusSeconds(10)));

        assertThat(goAt(10).phase()).isEqualTo(FAILED);
        assertThat(goAt(10).effect()).isEqualTo(Effect.STAY);
        assertThat(goAt(10).watch().personTold()).isTrue();
        assertThat(goAt(10).event().message())
                .isEqualTo("the old revision does not answer either (GET /health answered 503), so the new one, which"
                        + " does, keeps the requests");
        newRevisionIs(RevisionState.CRASHED);
        assertThat(goAt(40).effect()).isEqualTo(Effect.KEEP_OLD);
        assertThat(goAt(40).watch().personTold()).isTrue();
    }

    @Test
    void whoeverAbortsWhileTheOldOneIsDownDoesNotCauseAnOutage() {
        canaryAtItsFirstStep();
        oldRevisionIs(RevisionState.CRASHED);
        cancelReason = Told.of("canceled_by", "canceled by {0}", "mei");
        assertThat(goAt(1).effect()).isEqualTo(Effect.STAY);
        watch = goAt(1).watch();

        phase = REVERTING;
        ending = CANCELED;
        weights.putAll(Map.of("old", 0, "new", 100));
        assertThat(at(9)).isEqualTo(new Stay(T0.plusSeconds(10)));
        assertThat(goAt(10).effect()).isEqualTo(Effect.STAY);
        assertThat(goAt(10).watch().personTold()).isTrue();
        oldRevisionIs(RevisionState.HEALTHY);
        assertThat(goAt(9).effect()).isEqualTo(Effect.BACK);
        assertThat(goAt(9).phase()).isEqualTo(REVERTING);
        assertThat(goAt(9).watch()).isEqualTo(Watch.FRESH);
    }

    @Test
    void anOldOneThatIsGoneDoesNotTakeTheNewOneWithIt() {
        phase = REVERTING;
        ending = FAILED;
        newRevisionIs(RevisionState.HEALTHY);

        assertThat(goAt(40).effect()).isEqualTo(Effect.STAY);
        assertThat(goAt(40).watch().personTold()).isTrue();
        assertThat(goAt(40).event().told().code()).isEqualTo("old_gone_too");
        heardAt = T0.minusSeconds(1);
        assertThat(goAt(40).effect())
                .as("what was said before it went back says nothing")
                .isEqualTo(Effect.KEEP_OLD);
    }

    @Test
    void revertingDoesNotWaitForEver() {
        phase = REVERTING;
        ending = CANCELED;
        agentSpoke = false;

        assertThat(goAt(40).phase()).isEqualTo(CANCELED);
    }

    @ParameterizedTest
    @EnumSource(names = {"SUCCESS", "FAILED", "CANCELED", "SUPERSEDED"})
    void endsAreFinal(RolloutPhase end) {
        phase = end;
        cancelReason = Told.of("canceled_by", "too late");
        newer = "#2";

        assertThat(at(9999)).isEqualTo(new Stay(null));
        assertThat(NEXT.get(end)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void everyPhaseThatIsNoEndLeadsToOne(RolloutPhase from) {
        Set<RolloutPhase> reached = EnumSet.of(from);
        for (int i = 0; i < values().length; i++) {
            Set.copyOf(reached).forEach(phase -> reached.addAll(NEXT.get(phase)));
        }

        assertThat(reached).anyMatch(RolloutPhase::isTerminal);
    }

    private void canaryAtItsFirstStep() {
        phase = SWITCHING;
        strategy = Strategy.CANARY;
        watch = Watch.FRESH.inPlace();
        newRevisionIs(RevisionState.HEALTHY);
        oldRevisionIs(RevisionState.HEALTHY);
        weights.putAll(Map.of("old", 90, "new", 10));
    }

    @Test
    void aCanarysStepIsJudgedOnceItIsInPlace() {
        canaryAtItsFirstStep();
        watch = Watch.FRESH;

        assertThat(goAt(0).watch().placed()).isTrue();
        assertThat(goAt(0).effect()).isEqualTo(Effect.NONE);
    }

    @Test
    void judgedWorseGoesBackAtOnceWithTheNumbers() {
        canaryAtItsFirstStep();
        verdict = Verdicts4Tests.WORSE;

        assertThat(goAt(0).phase()).isEqualTo(REVERTING);
        assertThat(goAt(0).effect()).isEqualTo(Effect.BACK);
        assertThat(goAt(0).reason())
                .isEqualTo("12 of 140 requests of the new revision failed, 0 of 1,260 of the old; evidence 340, needed"
                        + " 100");
    }

    @Test
    void worseWhileTheOldOneFailsTooIsHeld() {
        canaryAtItsFirstStep();
        verdict = Verdicts4Tests.WORSE;
        oldRevisionIs(RevisionState.CRASHED);

        assertThat(goAt(20).event().kind()).isEqualTo(RolloutDecision.Kind.HELD);
    }

    @Test
    void noHarmGoesOnButNotBeforeTheShortestTime() {
        canaryAtItsFirstStep();
        verdict = Verdicts4Tests.NO_HARM;

        assertThat(at(0)).isEqualTo(new Stay(T0.plusSeconds(1)));
        assertThat(goAt(1).step()).isEqualTo(1);
        assertThat(goAt(1).event().message())
                .contains("no harm seen")
                .endsWith("moving 50 % of new requests to the new revision");
    }

    @Test
    void notEnoughWaitsForTheBakeTimeThenThePolicyDecides() {
        canaryAtItsFirstStep();
        verdict = Verdicts4Tests.NOT_ENOUGH;

        assertThat(at(2)).isEqualTo(new Stay(T0.plusSeconds(3)));
        assertThat(goAt(3).event().message()).startsWith("not enough traffic to judge: 41 of 392 requests");
        assertThat(goAt(3).step()).isEqualTo(1);
        policy = STRICT;
        assertThat(goAt(3).watch().paused()).isEqualTo(Watch.INCONCLUSIVE);
        assertThat(goAt(3).watch().personTold()).isTrue();
        assertThat(goAt(3).step()).isZero();
    }

    @Test
    void whatCannotBeMeasuredIsHeldAndNeverPromoted() {
        canaryAtItsFirstStep();
        verdict = new Verdict.CannotMeasure(Verdict.Why.AGENT_AWAY);

        assertThat(at(5)).isEqualTo(new Stay(T0.plusSeconds(10)));
        assertThat(goAt(10).event().kind()).isEqualTo(RolloutDecision.Kind.HELD);
        watch = goAt(10).watch();
        assertThat(at(200)).isEqualTo(new Stay(T0.plusSeconds(310)));
        assertThat(goAt(310).event().kind()).isEqualTo(RolloutDecision.Kind.NEEDS_PERSON);
        watch = goAt(310).watch();
        assertThat(at(900)).isEqualTo(new Stay(null));
        verdict = Verdicts4Tests.NO_HARM;
        assertThat(goAt(900).event().kind()).isEqualTo(RolloutDecision.Kind.MEASURED);
    }

    @Test
    void whilePausedItStaysButWorseIsTakenBack() {
        canaryAtItsFirstStep();
        watch = watch.pausedBy("mei");
        verdict = Verdicts4Tests.NO_HARM;

        assertThat(at(900)).isEqualTo(new Stay(null));
        verdict = Verdicts4Tests.WORSE;
        assertThat(goAt(900).phase()).isEqualTo(REVERTING);
    }

    @Test
    void aPersonLetsItGoOn() {
        canaryAtItsFirstStep();
        watch = new Watch(true, null, Watch.Promotion.FULL, null, false);
        verdict = Verdicts4Tests.NOT_ENOUGH;

        assertThat(goAt(0).step()).isEqualTo(1);
        assertThat(goAt(0).watch().promoted()).isEqualTo(Watch.Promotion.FULL);
    }

    @Test
    void absoluteLimitsCountWhileItBakesAtTheEnd() {
        phase = SETTLING;
        newRevisionIs(RevisionState.HEALTHY);
        oldRevisionIs(RevisionState.HEALTHY);
        verdict = Verdicts4Tests.WORSE;

        assertThat(goAt(0).phase()).isEqualTo(REVERTING);
    }

    @Test
    void theOldOneIsNotStoppedWhileNothingCanBeMeasured() {
        phase = SETTLING;
        strategy = Strategy.CANARY;
        weights.put("new", 100);
        newRevisionAnswers();
        oldRevisionIs(RevisionState.HEALTHY);
        verdict = new Verdict.CannotMeasure(Verdict.Why.PROXY_AWAY);

        assertThat(at(5)).isEqualTo(new Stay(T0.plusSeconds(10)));
        assertThat(goAt(10).event().kind()).isEqualTo(RolloutDecision.Kind.HELD);
        watch = goAt(10).watch();
        assertThat(goAt(400).event().kind()).isEqualTo(RolloutDecision.Kind.NEEDS_PERSON);
        verdict = Verdicts4Tests.NOT_ENOUGH;
        assertThat(goAt(400).event().kind()).isEqualTo(RolloutDecision.Kind.MEASURED);
        watch = goAt(400).watch();
        assertThat(goAt(400).phase()).isEqualTo(DRAINING);
    }

    @Test
    void anOldRevisionThatDoesNotAnswerAfterTheWayBackIsAMatterForAPerson() {
        phase = REVERTING;
        ending = FAILED;
        oldRevisionIs(RevisionState.CRASHED);
        weights.put("old", 100);

        assertThat(at(1)).isEqualTo(new Stay(T0.plusSeconds(40)));
        assertThat(goAt(40).watch().personTold()).isTrue();
        assertThat(goAt(40).event().told().code()).isEqualTo("old_unconfirmed");
    }

    private void newRevisionAnswers() {
        revisions.put("new", new Seen(RevisionState.HEALTHY, 0, Said.plain(""), List.of(), true));
    }

    private void oldRevisionAnswers() {
        revisions.put("old", new Seen(RevisionState.HEALTHY, 0, Said.plain(""), List.of(), true));
    }

    private void newRevisionIs(RevisionState state) {
        revisions.put("new", new Seen(state, 0, Said.plain(""), List.of(), false));
    }

    private void oldRevisionIs(RevisionState state) {
        revisions.put("old", new Seen(state, 0, Said.plain(""), List.of(), false));
    }

    private Go goAt(int seconds) {
        RolloutDecision decision = at(seconds);
        assertThat(decision).isInstanceOf(Go.class);
        Go go = (Go) decision;
        assertThat(NEXT.get(phase)).contains(go.phase());
        return go;
    }

    private RolloutDecision at(int seconds) {
        Rollout rollout = new Rollout(
                "new",
                previous,
                strategy,
                strategy.steps(),
                policy,
                phase,
                step,
                T0,
                restarts,
                cancelReason,
                ending,
                watch);
        AgentView agent = agentSpoke ? new AgentView(heardAt, caughtUp, revisions, weights) : null;
        return RolloutEngine.decide(
                rollout, new Observation(watchedSince, busy, newer, agent, verdict), T0.plusSeconds(seconds));
    }
}
