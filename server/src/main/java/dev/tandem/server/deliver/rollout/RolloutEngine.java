package dev.tandem.server.deliver.rollout;

import static dev.tandem.server.deliver.rollout.RolloutDecision.Effect.*;

import dev.tandem.agent.protocol.RevisionState;
import dev.tandem.server.deliver.judge.Verdict;
import dev.tandem.server.deliver.rollout.Observation.AgentView;
import dev.tandem.server.deliver.rollout.Observation.Seen;
import dev.tandem.server.deliver.rollout.RolloutDecision.Effect;
import dev.tandem.server.deliver.rollout.RolloutDecision.Event;
import dev.tandem.server.deliver.rollout.RolloutDecision.Go;
import dev.tandem.server.deliver.rollout.RolloutDecision.Kind;
import dev.tandem.server.deliver.rollout.RolloutDecision.Stay;
import dev.tandem.server.deliver.rollout.Watch.Promotion;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides how a rollout goes on. Pure.
 *
 * <p>Kept whatever comes in whatever order: requests leave the old revision only for a healthy new one; a rollout that does
 * not succeed leaves the old revision as it was; every rollout ends, with silent agents too.
 */
public final class RolloutEngine {
    /** So long a step's first counts may take before it is told that there are none. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Rollout rollout;
    private final Observation observation;
    private final Instant now;

    private RolloutEngine(Rollout rollout, Observation observation, Instant now) {
        this.rollout = rollout;
        this.observation = observation;
        this.now = now;
    }

    /** One step. After a {@link Go} was applied, ask again: several may follow at once. */
    public static RolloutDecision decide(Rollout rollout, Observation observation, Instant now) {
        return new RolloutEngine(rollout, observation, now).decide();
    }

    private RolloutDecision decide() {
        return switch (rollout.phase()) {
            case QUEUED -> queued();
            case PREPARING, CHECKING -> starting();
            case SWITCHING -> switching();
            case SETTLING -> settling();
            case DRAINING -> draining();
            case REVERTING -> reverting();
            case SUCCESS, FAILED, CANCELED, SUPERSEDED -> new Stay(null);
        };
    }

    private RolloutDecision queued() {
        if (rollout.cancelReason() != null) {
            return unbegun(RolloutPhase.CANCELED, Kind.CANCELED, rollout.cancelReason());
        }
        if (observation.newer() != null) {
            return unbegun(
                    RolloutPhase.SUPERSEDED,
                    Kind.SUPERSEDED,
                    Told.of("superseded", "superseded by deployment {0} before its turn came", observation.newer()));
        }
        if (observation.busy()) {
            return new Stay(null);
        }
        return go(
                RolloutPhase.PREPARING,
                START_NEW,
                Kind.PREPARING,
                Told.of("preparing", "fetching the bundle and starting it beside the old"));
    }

    private Go unbegun(RolloutPhase end, Kind kind, Told reason) {
        return new Go(end, 0, NONE, null, 0, new Event(kind, reason), reason, List.of(), Watch.FRESH);
    }

    private RolloutDecision starting() {
        if (rollout.cancelReason() != null) {
            return revert(RolloutPhase.CANCELED, rollout.cancelReason(), null);
        }
        Seen candidate = observation.seen(rollout.revision());
        if (candidate != null && cannotStart(candidate)) {
            return revert(RolloutPhase.FAILED, startFailure(candidate), candidate);
        }
        if (candidate != null && candidate.state() == RevisionState.HEALTHY) {
            return toStep(0, candidate.restarts(), Kind.HEALTHY, null);
        }
        if (!now.isBefore(deadline())) {
            return revert(RolloutPhase.FAILED, neverHealthy(candidate), candidate);
        }
        if (rollout.phase() == RolloutPhase.PREPARING && candidate != null && hasStarted(candidate)) {
            return go(
                    RolloutPhase.CHECKING,
                    NONE,
                    Kind.STARTED,
                    Told.of("started", "started; waiting for its health check"));
        }
        return new Stay(deadline());
    }

    private static boolean hasStarted(Seen candidate) {
        return switch (candidate.state()) {
            case STARTING, CRASHED -> true;
            case FETCHING, HEALTHY, UNHEALTHY, DRAINING, STOPPED, FAILED -> false;
        };
    }

    private static boolean cannotStart(Seen candidate) {
        return candidate.state() == RevisionState.FAILED
                || candidate.state() == RevisionState.UNHEALTHY
                || (candidate.state() == RevisionState.CRASHED
                        && candidate.restarts() >= RolloutPolicy.TOLERATED_RESTARTS);
    }

    private static Told startFailure(Seen candidate) {
        return switch (candidate.state()) {
            case FAILED -> Told.of("cannot_run", "the new revision cannot run: {0}", candidate.said());
            // It used up the attempts that its health check allows.
            case UNHEALTHY -> Told.of("not_healthy", "the new revision did not become healthy: {0}", candidate.said());
            case FETCHING, STARTING, HEALTHY, CRASHED, DRAINING, STOPPED ->
                Told.of("crash_loop", "the new revision keeps crashing: {0}", candidate.said());
        };
    }

    private Told neverHealthy(@Nullable Seen candidate) {
        long within = rollout.policy().progressDeadline().toSeconds();
        String pattern = "the new revision was not healthy within {0} s: ";
        if (candidate != null) {
            return Told.of("never_healthy", pattern + "{1}", within, candidate.said());
        }
        return observation.agent() == null
                ? Told.of("never_healthy_silent", pattern + "its agent has not been heard from", within)
                : Told.of("never_healthy_unknown", pattern + "its agent reported nothing about it", within);
    }

    private RolloutDecision switching() {
        RolloutDecision problem = problemUnderTraffic();
        if (problem != null) {
            return problem;
        }
        boolean last = rollout.step() == rollout.steps().size() - 1;
        if (rollout.judged() && !last) {
            return judging();
        }
        if (!inPlace()) {
            return new Stay(deadline());
        }
        if (last) {
            return go(
                    RolloutPhase.SETTLING,
                    SHIFT,
                    Kind.SETTLING,
                    Told.of("settling", "all requests go to the new revision"));
        }
        Instant pauseEnds = rollout.since().plus(rollout.policy().stepPause());
        if (rollout.watch().promoted() == Promotion.NONE) {
            if (rollout.watch().paused() != null) {
                return new Stay(null);
            }
            if (now.isBefore(pauseEnds)) {
                return new Stay(pauseEnds);
            }
        }
        return toStep(rollout.step() + 1, rollout.restarts(), Kind.TRAFFIC, null);
    }

    private boolean inPlace() {
        AgentView agent = observation.agent();
        return agent != null
                && agent.caughtUp()
                && agent.share(rollout.revision()) == rollout.share()
                && candidateWell();
    }

    /** A canary's step: it ends by evidence, by policy or by a person. */
    private RolloutDecision judging() {
        Watch watch = rollout.watch();
        if (!watch.placed()) {
            return inPlace()
                    ? stay(
                            watch.inPlace(),
                            Kind.PLACED,
                            Told.of(
                                    "placed",
                                    "{0} % of new requests go to the new revision",
                                    Integer.toString(rollout.share())))
                    : new Stay(deadline());
        }
        Verdict verdict = observation.verdict();
        boolean blind = !inPlace() || !heardSince(now.minus(GRACE)) || blind(verdict);
        if (watch.promoted() != Promotion.NONE && inPlace()) {
            return toStep(rollout.step() + 1, rollout.restarts(), Kind.TRAFFIC, null);
        }
        if (blind) {
            return hold(watch, verdict);
        }
        if (watch.heldAt() != null) {
            return measured(watch);
        }
        if (watch.paused() != null) {
            return new Stay(null);
        }
        return byEvidence(watch, verdict);
    }

    private static boolean blind(@Nullable Verdict verdict) {
        // Worse, and yet still here: the old revision is not well either.
        return verdict instanceof Verdict.CannotMeasure || verdict instanceof Verdict.Worse;
    }

    private Go measured(Watch watch) {
        return stay(watch.held(null), Kind.MEASURED, Told.of("measured", "it can be measured again"));
    }

    private RolloutDecision byEvidence(Watch watch, @Nullable Verdict verdict) {
        Instant minimum = rollout.since().plus(rollout.policy().stepPause());
        Instant baked = rollout.since().plus(rollout.policy().bake());
        boolean harmless = verdict instanceof Verdict.NoHarm;
        Instant next = harmless || baked.isBefore(minimum) ? minimum : baked;
        if (now.isBefore(next)) {
            return new Stay(next);
        }
        Told said = verdict == null ? Told.of("not_judged", "nobody judged this step") : Verdicts.sentence(verdict);
        if (harmless || rollout.policy().onInconclusive() == OnInconclusive.CONTINUE) {
            return heardSince(next) || harmless
                    ? toStep(rollout.step() + 1, rollout.restarts(), Kind.TRAFFIC, said)
                    : new Stay(now.plusSeconds(1));
        }
        return stay(watch.pausedBy(Watch.INCONCLUSIVE), Kind.PAUSED, said);
    }

    /** Traffic stays; what was seen a moment ago is forgiven, since a step's first counts take their time. */
    private RolloutDecision hold(Watch watch, @Nullable Verdict verdict) {
        Told why = verdict instanceof Verdict.CannotMeasure
                ? Verdicts.sentence(verdict)
                : Told.of("not_in_place", "the agent does not confirm the traffic step any more");
        if (watch.heldAt() == null) {
            Instant grace = from().plus(GRACE);
            return now.isBefore(grace) ? new Stay(grace) : stay(watch.held(now), Kind.HELD, why);
        }
        Instant limit = watch.heldAt().plus(rollout.policy().holdLimit());
        if (watch.personTold()) {
            return new Stay(null);
        }
        return now.isBefore(limit) ? new Stay(limit) : stay(watch.told(), Kind.NEEDS_PERSON, why);
    }

    private RolloutDecision settling() {
        RolloutDecision problem = problemUnderTraffic();
        if (problem != null) {
            return problem;
        }
        Instant settled = settled();
        Watch watch = rollout.watch();
        if (watch.promoted() == Promotion.NONE) {
            if (watch.paused() != null && candidateWell()) {
                return new Stay(null);
            }
            // The old revision is what there is to go back to: it does not go unseen.
            if (rollout.judged() && blind(observation.verdict())) {
                return hold(watch, observation.verdict());
            }
            if (watch.heldAt() != null) {
                return measured(watch);
            }
            if (now.isBefore(settled)) {
                return new Stay(settled);
            }
        }
        if (!answers(rollout.revision()) || !heardSince(now.isBefore(settled) ? rollout.since() : settled)) {
            return new Stay(deadline());
        }
        if (rollout.previous() == null) {
            return go(RolloutPhase.SUCCESS, KEEP_NEW, Kind.SUCCESS, Told.of("serves", "done; the new revision serves"));
        }
        return go(
                RolloutPhase.DRAINING,
                KEEP_NEW,
                Kind.DRAINING,
                Told.of("draining", "draining and stopping the old revision"));
    }

    private Instant settled() {
        return rollout.since().plus(rollout.policy().bake());
    }

    /** While the new revision gets requests: what makes the way back the next step, or null. */
    private @Nullable RolloutDecision problemUnderTraffic() {
        if (rollout.cancelReason() != null) {
            return revert(RolloutPhase.CANCELED, rollout.cancelReason(), null);
        }
        Seen candidate = observation.seen(rollout.revision());
        if (candidate != null) {
            Told failure = failureUnderTraffic(candidate);
            if (failure != null) {
                return revert(RolloutPhase.FAILED, failure, candidate);
            }
        }
        if (observation.verdict() instanceof Verdict.Worse worse && oldIsWell()) {
            return revert(RolloutPhase.FAILED, Verdicts.sentence(worse), candidate);
        }
        if (now.isBefore(deadline()) || excused()) {
            return null;
        }
        return revert(
                RolloutPhase.FAILED,
                Told.of(
                        "unconfirmed",
                        "the agent did not confirm that the new revision serves within {0} s",
                        rollout.policy().progressDeadline().toSeconds()),
                candidate);
    }

    /** Whether no deadline counts: the step is in place, or was, and something else decides how long it lasts. */
    private boolean excused() {
        return switch (rollout.phase()) {
            case SWITCHING -> rollout.watch().placed() || (rollout.watch().paused() != null && inPlace());
            default -> wellAndSettled() || (rollout.watch().paused() != null && candidateWell());
        };
    }

    /** Requests are not given back to a revision that is known to fail. */
    private boolean oldIsWell() {
        Seen old = observation.seen(rollout.previous());
        return rollout.previous() == null || old == null || old.state() == RevisionState.HEALTHY;
    }

    private @Nullable Told failureUnderTraffic(Seen candidate) {
        return switch (candidate.state()) {
            case CRASHED -> Told.of("crashed", "the new revision crashed while it got requests: {0}", candidate.said());
            case FAILED -> Told.of("broke", "the new revision failed while it got requests: {0}", candidate.said());
            case UNHEALTHY -> lostHealth(candidate);
            case FETCHING, STARTING, HEALTHY, DRAINING, STOPPED ->
                candidate.restarts() > rollout.restarts()
                        ? Told.of(
                                "restarted",
                                "the new revision crashed and was started again while it got requests: {0}",
                                candidate.said())
                        : null;
        };
    }

    /** When the old revision fails the same check at the same time, something shared is down: hold, don't blame. */
    private @Nullable Told lostHealth(Seen candidate) {
        Seen old = observation.seen(rollout.previous());
        return old != null && old.state() != RevisionState.HEALTHY
                ? null
                : Told.of("lost_health", "the new revision is not healthy any more: {0}", candidate.said());
    }

    private boolean wellAndSettled() {
        return rollout.phase() == RolloutPhase.SETTLING && answers(rollout.revision()) && heardSince(settled());
    }

    /** What was true before may not be any more: the last word must be younger than what it is about. */
    private boolean heardSince(Instant moment) {
        AgentView agent = observation.agent();
        return agent != null && !agent.heardAt().isBefore(moment);
    }

    private boolean candidateWell() {
        Seen candidate = observation.seen(rollout.revision());
        return candidate != null && candidate.state() == RevisionState.HEALTHY;
    }

    private RolloutDecision draining() {
        if (stopped(rollout.previous())) {
            return go(
                    RolloutPhase.SUCCESS,
                    NONE,
                    Kind.SUCCESS,
                    Told.of("done", "done; the new revision serves and the old one is stopped"));
        }
        Instant limit = stoppingEnds();
        if (now.isBefore(limit)) {
            return new Stay(limit);
        }
        return go(
                RolloutPhase.SUCCESS,
                NONE,
                Kind.SUCCESS,
                Told.of("done_stopping", "done; the new revision serves, the old one is still stopping"));
    }

    /** First the old revision proves that it answers, then the new one goes. */
    private RolloutDecision reverting() {
        RolloutPhase end = Objects.requireNonNull(rollout.ending(), "a revert knows what it leads to");
        Kind kind = end == RolloutPhase.CANCELED ? Kind.CANCELED : Kind.FAILED;
        if (rollout.previous() == null) {
            return nothingLeft(end, kind);
        }
        return rollout.watch().placed() ? stoppingNew(end, kind) : provingOld(end, kind);
    }

    private RolloutDecision nothingLeft(RolloutPhase end, Kind kind) {
        if (trafficIsBack() && stopped(rollout.revision())) {
            return go(end, NONE, kind, Told.of("nothing_left", "nothing is left running"));
        }
        Instant limit = stoppingEnds();
        return now.isBefore(limit)
                ? new Stay(limit)
                : go(
                        end,
                        NONE,
                        kind,
                        Told.of(
                                "nothing_left_unconfirmed",
                                "the agent has not confirmed yet that nothing is left running"));
    }

    private RolloutDecision provingOld(RolloutPhase end, Kind kind) {
        if (trafficIsBack() && answers(rollout.previous())) {
            return go(
                            RolloutPhase.REVERTING,
                            KEEP_OLD,
                            Kind.REVERTED,
                            Told.of("old_answers", "the old revision answers and gets all requests again"))
                    .with(rollout.watch().inPlace());
        }
        if (rollout.watch().heldAt() != null && !oldIsDown()) {
            return go(
                            RolloutPhase.REVERTING,
                            BACK,
                            Kind.REVERTING,
                            Told.of("old_well_again", "the old revision is healthy again and gets all requests"))
                    .with(rollout.watch().held(null));
        }
        boolean newServes = oldIsDown() && candidateWell();
        Instant limit = newServes ? from().plus(GRACE) : stoppingEnds();
        if (now.isBefore(limit)) {
            return new Stay(limit);
        }
        if (newServes) {
            return go(end, STAY, kind, oldFailsToo()).with(rollout.watch().told());
        }
        return go(
                        end,
                        KEEP_OLD,
                        kind,
                        Told.of(
                                "old_unconfirmed",
                                "the agent has not confirmed yet that the old revision answers and serves as before"))
                .with(rollout.watch().told());
    }

    private Told oldFailsToo() {
        Seen old = observation.seen(rollout.previous());
        return old == null
                ? Told.of(
                        "old_gone_too",
                        "the old revision is not there any more, so the new one, which answers, keeps the requests")
                : Told.of(
                        "old_fails_too",
                        "the old revision does not answer either ({0}), so the new one, which does, keeps the requests",
                        old.said());
    }

    /** One that the agent does not know any more is as good as one that fails. */
    private boolean oldIsDown() {
        Seen old = observation.seen(rollout.previous());
        AgentView agent = observation.agent();
        return old == null
                ? agent != null && agent.caughtUp() && heardSince(rollout.since())
                : old.state() != RevisionState.HEALTHY;
    }

    private RolloutDecision stoppingNew(RolloutPhase end, Kind kind) {
        if (stopped(rollout.revision())) {
            return go(end, NONE, kind, Told.of("old_serves", "the old revision answers and serves as before"));
        }
        Instant limit = stoppingEnds().plus(rollout.policy().stopping());
        return now.isBefore(limit)
                ? new Stay(limit)
                : go(
                        end,
                        NONE,
                        kind,
                        Told.of(
                                "old_serves_stopping",
                                "the old revision answers and serves as before; the new one is still stopping"));
    }

    /** It passed the check that it was asked for when it got all requests, and still does. */
    private boolean answers(@Nullable String revision) {
        Seen seen = observation.seen(revision);
        return seen != null && seen.state() == RevisionState.HEALTHY && seen.proved();
    }

    private boolean trafficIsBack() {
        AgentView agent = observation.agent();
        return agent != null
                && agent.caughtUp()
                && (rollout.previous() == null
                        || agent.share(rollout.previous()) == 100
                        || agent.weights().isEmpty());
    }

    private boolean stopped(@Nullable String revision) {
        AgentView agent = observation.agent();
        Seen seen = observation.seen(revision);
        return agent != null
                && agent.caughtUp()
                && (seen == null || seen.state() == RevisionState.STOPPED || seen.state() == RevisionState.FAILED);
    }

    private RolloutDecision toStep(int step, int restarts, Kind kind, @Nullable Told because) {
        String percent = Integer.toString(rollout.steps().get(step));
        String moving = "moving {0} % of new requests to the new revision";
        Told told = kind == Kind.HEALTHY
                ? Told.of("healthy", "healthy; " + moving, percent)
                : because == null ? Told.of("traffic", moving, percent) : because(because, percent);
        return new Go(
                RolloutPhase.SWITCHING,
                step,
                SHIFT,
                null,
                restarts,
                new Event(kind, told),
                null,
                List.of(),
                rollout.watch().next());
    }

    /** Why the step before may end, then what follows; the last argument is the share. */
    private static Told because(Told why, String percent) {
        List<String> arguments = new ArrayList<>(why.arguments());
        arguments.add(percent);
        return new Told(
                "next_" + why.code(),
                arguments,
                why.text() + "; moving " + percent + " % of new requests to the new revision");
    }

    /** Something is remembered and told; nothing moves. */
    private Go stay(Watch watch, Kind kind, Told told) {
        return go(rollout.phase(), NONE, kind, told).with(watch);
    }

    private Go go(RolloutPhase phase, Effect effect, Kind kind, Told told) {
        return new Go(
                phase,
                rollout.step(),
                effect,
                rollout.ending(),
                rollout.restarts(),
                new Event(kind, told),
                null,
                List.of(),
                phase == rollout.phase() ? rollout.watch() : rollout.watch().next());
    }

    private Go revert(RolloutPhase ending, Told reason, @Nullable Seen culprit) {
        Effect way = wayBack();
        return new Go(
                RolloutPhase.REVERTING,
                rollout.step(),
                way,
                ending,
                rollout.restarts(),
                new Event(Kind.REVERTING, reason),
                reason,
                culprit == null ? List.of() : culprit.logTail(),
                way == STAY ? Watch.FRESH.held(now) : Watch.FRESH);
    }

    /** Requests are not given back to a revision that is known to be down, as long as this one answers. */
    private Effect wayBack() {
        if (rollout.previous() == null) {
            return KEEP_OLD;
        }
        boolean underTraffic = rollout.phase() == RolloutPhase.SWITCHING || rollout.phase() == RolloutPhase.SETTLING;
        return underTraffic && !oldIsWell() && candidateWell() ? STAY : BACK;
    }

    private Instant deadline() {
        Instant begin = rollout.phase() == RolloutPhase.SETTLING
                ? from().plus(rollout.policy().bake())
                : from();
        return begin.plus(rollout.policy().progressDeadline());
    }

    private Instant stoppingEnds() {
        return from().plus(rollout.policy().stopping());
    }

    /** Time in which no server was looking is nobody's fault. */
    private Instant from() {
        Instant watched = observation.watchedSince();
        return rollout.since().isAfter(watched) ? rollout.since() : watched;
    }
}
