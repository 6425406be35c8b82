package dev.tandem.server.deliver.rollout;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What to do with a rollout now. */
public sealed interface RolloutDecision {

    /**
     * Nothing, until something is reported.
     *
     * @param until when to look again even if nothing is reported; null when only an event can change anything
     */
    record Stay(@Nullable Instant until) implements RolloutDecision {}

    /**
     * Go to {@code phase} (and {@code step}), change what should run as {@code effect} says, and tell people.
     *
     * @param ending what a revert leads to; null unless {@code phase} is REVERTING
     * @param restarts to remember from now on
     * @param event the line for timeline and log
     * @param reason why it did not succeed, one sentence; null while it may yet
     * @param logTail last lines of the service that failed; empty when they say nothing about the reason
     */
    record Go(
            RolloutPhase phase,
            int step,
            Effect effect,
            @Nullable RolloutPhase ending,
            int restarts,
            Event event,
            @Nullable String reason,
            List<String> logTail)
            implements RolloutDecision {
        public Go {
            logTail = List.copyOf(logTail);
        }
    }

    /** A change of what should run in the environment. */
    enum Effect {
        /** What should run stays as it is. */
        NONE,
        /** The new revision runs too, without requests. */
        START_NEW,
        /** Requests are shared as the phase and step say. */
        SHIFT,
        /** Only the new revision. */
        KEEP_NEW,
        /** Only the old revision, if there was one. */
        KEEP_OLD
    }

    /** One line of the timeline. */
    record Event(Kind kind, String message) {}

    /** Kinds of events, for icons and for programs. */
    enum Kind {
        QUEUED,
        PREPARING,
        STARTED,
        HEALTHY,
        TRAFFIC,
        SETTLING,
        DRAINING,
        REVERTING,
        ATTACHED,
        SUCCESS,
        FAILED,
        CANCELED,
        SUPERSEDED
    }
}
