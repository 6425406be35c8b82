package dev.tandem.server.operate;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A revision that gets requests is not well, or is well again.
 *
 * @param message the agent's sentence, in English
 * @param said the same as {@code AgentTexts} keeps it; null in tasks that were written before there was such a thing
 */
record HealthChange(
        long agentId,
        String service,
        String revision,
        boolean lost,
        String message,
        @Nullable List<String> said,
        Instant at) {
    static final int LONGEST = 500;
    /** An agent's sentence about a sentence about a third has no more parts. */
    static final int MOST = 12;

    HealthChange {
        said = said == null ? List.of() : List.copyOf(said);
    }

    /** Names it for ever. */
    String key() {
        return "health-" + (lost ? "lost-" : "back-") + revision + "-" + at.toEpochMilli();
    }
}
