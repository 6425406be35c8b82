package dev.tandem.server.deliver.rollout;

import static dev.tandem.server.deliver.rollout.RolloutDecision.Effect.*;

import dev.tandem.agent.protocol.RevisionState;
import dev.tandem.server.deliver.rollout.Observation.AgentView;
import dev.tandem.server.deliver.rollout.Observation.Seen;
import dev.tandem.server.deliver.rollout.RolloutDecision.Effect;
import dev.tandem.server.deliver.rollout.RolloutDecision.Event;
import dev.tandem.server.deliver.rollout.RolloutDecision.Go;
import dev.tandem.server.deliver.rollout.RolloutDecision.Kind;
import dev.tandem.server.deliver.rollout.RolloutDecision.Stay;
import java.time.Instant;
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
            String reason = "superseded by " + observation.newer() + " before its turn came";
            return unbegun(RolloutPhase.SUPERSEDED, Kind.SUPERSEDED, reason);
        }
        if (observation.busy()) {
            return new Stay(null);
        }
        return go(
                RolloutPhase.PREPARING,
                START_NEW,
                Kind.PREPARING,
                "fetching the bundle and starting it beside the old");
    }

    private Go unbegun(RolloutPhase end, Kind kind, String reason) {
        return new Go(end, 0, NONE, null, 0, new Event(kind, reason), reason, List.of());
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
            return toStep(0, candidate.restarts(), Kind.HEALTHY, "healthy; ");
        }
        if (!now.isBefore(deadline())) {
            return revert(RolloutPhase.FAILED, neverHealthy(candidate), candidate);
        }
        if (rollout.phase() == RolloutPhase.PREPARING && candidate != null && hasStarted(candidate)) {
            return go(RolloutPhase.CHECKING, NONE, Kind.STARTED, "started; waiting for its health check");
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

    private static String startFailure(Seen candidate) {
        return switch (candidate.state()) {
            case FAILED -> "the new revision cannot run: " + candidate.message();
            // It used up the attempts that its health check allows.
            case UNHEALTHY -> "the new revision did not become healthy: " + candidate.message();
            case FETCHING, STARTING, HEALTHY, CRASHED, DRAINING, STOPPED ->
                "the new revision keeps crashing: " + candidate.message();
        };
    }

    private String neverHealthy(@Nullable Seen candidate) {
        String within = "the new revision was not healthy within "
                + rollout.policy().progressDeadline().toSeconds() + " s: ";
        if (candidate != null) {
            return within + candidate.message();
        }
        return within
                + (observation.agent() == null
                        ? "its agent has not been heard from"
                        : "its agent reported nothing about it");
    }

    private RolloutDecision switching() {
        RolloutDecision problem = problemUnderTraffic();
        if (problem != null) {
            return problem;
        }
        AgentView agent = observation.agent();
        boolean inPlace = agent != null
                && agent.caughtUp()
                && agent.share(rollout.revision()) == rollout.share()
                && candidateWell();
        if (!inPlace) {
            return new Stay(deadline());
        }
        boolean last = rollout.step() == rollout.steps().size() - 1;
        if (last) {
            return go(RolloutPhase.SETTLING, SHIFT, Kind.SETTLING, "all requests go to the new revision");
        }
        Instant pauseEnds = rollout.since().plus(rollout.policy().stepPause());
        if (now.isBefore(pauseEnds)) {
            return new Stay(pauseEnds);
        }
        return toStep(rollout.step() + 1, rollout.restarts(), Kind.TRAFFIC, "");
    }

    private RolloutDecision settling() {
        RolloutDecision problem = problemUnderTraffic();
        if (problem != null) {
            return problem;
        }
        Instant settled = rollout.since().plus(rollout.policy().settle());
        if (now.isBefore(settled)) {
            return new Stay(settled);
        }
        if (!candidateWell() || !heardSince(settled)) {
            return new Stay(deadline());
        }
        if (rollout.previous() == null) {
            return go(RolloutPhase.SUCCESS, KEEP_NEW, Kind.SUCCESS, "done; the new revision serves");
        }
        return go(RolloutPhase.DRAINING, KEEP_NEW, Kind.DRAINING, "draining and stopping the old revision");
    }

    /** While the new revision gets requests: what makes the way back the next step, or null. */
    private @Nullable RolloutDecision problemUnderTraffic() {
        if (rollout.cancelReason() != null) {
            return revert(RolloutPhase.CANCELED, rollout.cancelReason(), null);
        }
        Seen candidate = observation.seen(rollout.revision());
        if (candidate != null) {
            String failure = failureUnderTraffic(candidate);
            if (failure != null) {
                return revert(RolloutPhase.FAILED, failure, candidate);
            }
        }
        if (now.isBefore(deadline()) || wellAndSettled()) {
            return null;
        }
        return revert(
                RolloutPhase.FAILED,
                "the agent did not confirm that the new revision serves within "
                        + rollout.policy().progressDeadline().toSeconds() + " s",
                candidate);
    }

    private @Nullable String failureUnderTraffic(Seen candidate) {
        return switch (candidate.state()) {
            case CRASHED -> "the new revision crashed while it got requests: " + candidate.message();
            case FAILED -> "the new revision failed while it got requests: " + candidate.message();
            case UNHEALTHY -> lostHealth(candidate);
            case FETCHING, STARTING, HEALTHY, DRAINING, STOPPED ->
                candidate.restarts() > rollout.restarts()
                        ? "the new revision crashed and was started again while it got requests: " + candidate.message()
                        : null;
        };
    }

    /** When the old revision fails the same check at the same time, something shared is down: hold, don't blame. */
    private @Nullable String lostHealth(Seen candidate) {
        Seen old = observation.seen(rollout.previous());
        return old != null && old.state() != RevisionState.HEALTHY
                ? null
                : "the new revision is not healthy any more: " + candidate.message();
    }

    private boolean wellAndSettled() {
        return rollout.phase() == RolloutPhase.SETTLING
                && candidateWell()
                && heardSince(rollout.since().plus(rollout.policy().settle()));
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
                    "done; the new revision serves and the old one is stopped");
        }
        Instant limit = stoppingEnds();
        if (now.isBefore(limit)) {
            return new Stay(limit);
        }
        return go(
                RolloutPhase.SUCCESS,
                NONE,
                Kind.SUCCESS,
                "done; the new revision serves, the old one is still stopping");
    }

    private RolloutDecision reverting() {
        RolloutPhase end = Objects.requireNonNull(rollout.ending(), "a revert knows what it leads to");
        Kind kind = end == RolloutPhase.CANCELED ? Kind.CANCELED : Kind.FAILED;
        String kept = rollout.previous() == null ? "nothing is left running" : "the old revision serves as before";
        if (trafficIsBack() && stopped(rollout.revision())) {
            return go(end, NONE, kind, kept);
        }
        Instant limit = stoppingEnds();
        if (now.isBefore(limit)) {
            return new Stay(limit);
        }
        return go(end, NONE, kind, "the agent has not confirmed yet that " + kept);
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

    private RolloutDecision toStep(int step, int restarts, Kind kind, String prefix) {
        int percent = rollout.steps().get(step);
        String message = prefix + "moving " + percent + " % of new requests to the new revision";
        return new Go(RolloutPhase.SWITCHING, step, SHIFT, null, restarts, new Event(kind, message), null, List.of());
    }

    private Go go(RolloutPhase phase, Effect effect, Kind kind, String message) {
        return new Go(
                phase,
                rollout.step(),
                effect,
                rollout.ending(),
                rollout.restarts(),
                new Event(kind, message),
                null,
                List.of());
    }

    private Go revert(RolloutPhase ending, String reason, @Nullable Seen culprit) {
        return new Go(
                RolloutPhase.REVERTING,
                rollout.step(),
                KEEP_OLD,
                ending,
                rollout.restarts(),
                new Event(Kind.REVERTING, reason),
                reason,
                culprit == null ? List.of() : culprit.logTail());
    }

    private Instant deadline() {
        return from().plus(rollout.policy().progressDeadline());
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
