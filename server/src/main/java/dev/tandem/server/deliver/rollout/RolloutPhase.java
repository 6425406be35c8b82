package dev.tandem.server.deliver.rollout;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The states of a rollout. */
public enum RolloutPhase {
    /** Waits for its turn in the queue of its environment. Nothing of it runs. */
    QUEUED,
    /** The agent fetches the bundle and starts the new revision beside the old one. */
    PREPARING,
    /** The new revision runs; its health check has not succeeded yet. */
    CHECKING,
    /** New requests move to the new revision, step by step. */
    SWITCHING,
    /** All requests go to the new revision; the old one still stands by, so that the way back is short. */
    SETTLING,
    /** The old revision ends what it still answers, and stops. There is no way back from here but a rollback. */
    DRAINING,
    /** Requests go back to the old revision and the new one stops. */
    REVERTING,
    /** The new revision serves. */
    SUCCESS,
    /** The old revision serves as before, unless it does not answer and the new one does; the reason is kept. */
    FAILED,
    /** Somebody ended it; the old revision serves as before. */
    CANCELED,
    /** A newer rollout of the same environment took its place before it began. */
    SUPERSEDED;

    /** The whole state machine: what may follow what. Within {@link #SWITCHING} the step grows, within others something is remembered. */
    public static final Map<RolloutPhase, Set<RolloutPhase>> NEXT = next();

    private static Map<RolloutPhase, Set<RolloutPhase>> next() {
        Map<RolloutPhase, Set<RolloutPhase>> next = new EnumMap<>(RolloutPhase.class);
        next.put(QUEUED, EnumSet.of(PREPARING, CANCELED, SUPERSEDED));
        next.put(PREPARING, EnumSet.of(CHECKING, SWITCHING, REVERTING));
        next.put(CHECKING, EnumSet.of(SWITCHING, REVERTING));
        next.put(SWITCHING, EnumSet.of(SWITCHING, SETTLING, REVERTING));
        next.put(SETTLING, EnumSet.of(SETTLING, DRAINING, SUCCESS, REVERTING));
        next.put(DRAINING, EnumSet.of(SUCCESS));
        next.put(REVERTING, EnumSet.of(REVERTING, FAILED, CANCELED));
        for (RolloutPhase end : EnumSet.of(SUCCESS, FAILED, CANCELED, SUPERSEDED)) {
            next.put(end, EnumSet.noneOf(RolloutPhase.class));
        }
        return Map.copyOf(next);
    }

    public boolean isTerminal() {
        return this == SUCCESS || this == FAILED || this == CANCELED || this == SUPERSEDED;
    }

    /** It is its environment's turn: neither waiting nor at its end. */
    public boolean isActive() {
        return this != QUEUED && !isTerminal();
    }

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException for a word that is none of ours */
    public static RolloutPhase ofWire(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
