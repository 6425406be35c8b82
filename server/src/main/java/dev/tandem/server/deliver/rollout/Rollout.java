package dev.tandem.server.deliver.rollout;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the decision needs to know of a rollout.
 *
 * @param revision the new revision
 * @param previous the revision that served when this rollout's turn came; null when there was none
 * @param shares percent of new requests for the new revision, step by step; the last is 100
 * @param step index into the shares while {@link RolloutPhase#SWITCHING}
 * @param since when phase and step began
 * @param restarts how often the new revision's process had been started again when it became healthy
 * @param cancelReason why somebody wants it to end; null when nobody does
 * @param ending what {@link RolloutPhase#REVERTING} leads to
 * @param watch what is remembered of this step
 */
public record Rollout(
        String revision,
        @Nullable String previous,
        Strategy strategy,
        List<Integer> shares,
        RolloutPolicy policy,
        RolloutPhase phase,
        int step,
        Instant since,
        int restarts,
        @Nullable Told cancelReason,
        @Nullable RolloutPhase ending,
        Watch watch) {
    public Rollout {
        shares = List.copyOf(shares);
    }

    /** Whether the judge decides when a step ends. */
    boolean judged() {
        return strategy == Strategy.CANARY && previous != null;
    }

    /** Percent of new requests for the new revision, step by step; with nothing to share with, it gets all at once. */
    public List<Integer> steps() {
        return previous == null ? Strategy.BLUE_GREEN.steps() : shares;
    }

    /** Percent of new requests that the new revision should get now. */
    public int share() {
        return switch (phase) {
            case QUEUED, PREPARING, CHECKING, REVERTING, FAILED, CANCELED, SUPERSEDED -> 0;
            case SWITCHING -> steps().get(step);
            case SETTLING, DRAINING, SUCCESS -> 100;
        };
    }
}
