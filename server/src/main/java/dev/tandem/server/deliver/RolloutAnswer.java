package dev.tandem.server.deliver;

/** What comes of asking for a rollout. */
public sealed interface RolloutAnswer {

    /**
     * It is under way, or waits for its turn.
     *
     * @param attached it was under way before; this request goes along with it
     */
    record Accepted(StoredRollout rollout, boolean attached) implements RolloutAnswer {}

    /** It is not. {@code reason}: one or two sentences, what is wrong and how to mend it. */
    record Refused(Why why, String reason) implements RolloutAnswer {}

    /** Whose fault it is, for the status of the reply. */
    enum Why {
        /** What was asked for cannot be. */
        INVALID,
        /** Who asks may not. */
        FORBIDDEN,
        /** What it needs is not there. */
        MISSING,
        /** Not in the state that things are in. */
        CONFLICT
    }
}
