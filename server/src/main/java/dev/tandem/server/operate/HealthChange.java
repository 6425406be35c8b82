package dev.tandem.server.operate;

import java.time.Instant;

/**
 * A revision that gets requests is not well, or is well again.
 *
 * @param message the agent's sentence
 */
record HealthChange(long agentId, String service, String revision, boolean lost, String message, Instant at) {
    static final int LONGEST = 500;

    /** Names it for ever. */
    String key() {
        return "health-" + (lost ? "lost-" : "back-") + revision + "-" + at.toEpochMilli();
    }
}
