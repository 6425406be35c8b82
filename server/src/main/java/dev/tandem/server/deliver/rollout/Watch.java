package dev.tandem.server.deliver.rollout;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered within one traffic step; each step begins afresh.
 *
 * @param placed the agent has confirmed the step
 * @param paused who or what holds it there; null when nothing does
 * @param promoted whether a person lets it go on without more evidence
 * @param heldAt since when nothing can be measured; null while it can
 * @param personTold somebody was asked to look
 */
public record Watch(
        boolean placed,
        @Nullable String paused,
        Promotion promoted,
        @Nullable Instant heldAt,
        boolean personTold) {
    public static final Watch FRESH = new Watch(false, null, Promotion.NONE, null, false);

    /** Who pauses for lack of evidence. */
    public static final String INCONCLUSIVE = "inconclusive";

    /** How far a person lets it go on. */
    public enum Promotion {
        NONE,
        /** To the next step. */
        NEXT,
        /** To the end. */
        FULL;

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    Watch inPlace() {
        return new Watch(true, paused, promoted, heldAt, personTold);
    }

    Watch held(@Nullable Instant since) {
        return new Watch(placed, paused, promoted, since, personTold);
    }

    Watch told() {
        return new Watch(placed, paused, promoted, heldAt, true);
    }

    Watch pausedBy(String whom) {
        return new Watch(placed, whom, promoted, heldAt, true);
    }

    /** For the next step: only a full promotion lasts. */
    Watch next() {
        return promoted == Promotion.FULL ? new Watch(false, null, Promotion.FULL, null, false) : FRESH;
    }
}
