package dev.tandem.agent;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One check of a web process.
 *
 * @param path HTTP path that must answer 200 to 399; null to see only whether something listens on PORT
 * @param content what the answer must contain; empty for anything
 * @param uptime how long the process must have run
 * @param attempts failures in a row that count as failed
 * @param interval between attempts
 */
record HealthCheck(
        Type type,
        @Nullable String path,
        String content,
        Map<String, String> headers,
        Duration uptime,
        int attempts,
        Duration timeout,
        Duration interval,
        Duration initialDelay) {

    enum Type {
        STARTUP,
        LIVENESS,
        READINESS
    }

    /** Without app.json: something listens on PORT within a minute. */
    static final HealthCheck DEFAULT = new HealthCheck(
            Type.STARTUP,
            null,
            "",
            Map.of(),
            Duration.ZERO,
            12,
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ZERO);

    HealthCheck {
        headers = Map.copyOf(headers);
    }
}
