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
     * @param why it did not succeed; null while it may yet
     * @param logTail last lines of the service that failed; empty when they say nothing about the reason
     * @param watch to remember from now on; with somebody newly told, they are told the event
     */
    record Go(
            RolloutPhase phase,
            int step,
            Effect effect,
            @Nullable RolloutPhase ending,
            int restarts,
            Event event,
            @Nullable Told why,
            List<String> logTail,
            Watch watch)
            implements RolloutDecision {
        public Go {
            logTail = List.copyOf(logTail);
        }

        Go with(Watch remembered) {
            return new Go(phase, step, effect, ending, restarts, event, why, logTail, remembered);
        }

        /** One sentence in English, or null. */
        public @Nullable String reason() {
            return why == null ? null : why.text();
        }

        /**
         * Whether the time of a rollout that was in this phase and step counts from now on. What is only remembered begins nothing; but
         * the time until a step was in place, and that in which nothing could be measured, counts for no step: were its time over by
         * then, a rollout would go on without having been looked at.
         */
        public boolean beginsTime(RolloutPhase before, int stepBefore) {
            return phase != before
                    || step != stepBefore
                    || event.kind() == Kind.PLACED
                    || event.kind() == Kind.MEASURED;
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
        /** All requests go to the old revision again, and the new one goes on without any. */
        BACK,
        /** All requests go to the new revision after all, and the old one goes on without any. */
        STAY,
        /** Only the new revision. */
        KEEP_NEW,
        /** Only the old revision, if there was one. */
        KEEP_OLD
    }

    /** One line of the timeline. */
    record Event(Kind kind, Told told) {
        /** In English. */
        public String message() {
            return told.text();
        }
    }

    /** Kinds of events, for icons and for programs. */
    enum Kind {
        QUEUED,
        PREPARING,
        STARTED,
        HEALTHY,
        TRAFFIC,
        /** The agent confirmed the traffic step. */
        PLACED,
        PAUSED,
        RESUMED,
        PROMOTED,
        /** Nothing can be measured; traffic stays where it is. */
        HELD,
        /** It can be measured again. */
        MEASURED,
        /** Somebody has to look. */
        NEEDS_PERSON,
        SETTLING,
        DRAINING,
        REVERTING,
        /** The old revision has proved that it answers. */
        REVERTED,
        ATTACHED,
        SUCCESS,
        FAILED,
        CANCELED,
        SUPERSEDED
    }
}
