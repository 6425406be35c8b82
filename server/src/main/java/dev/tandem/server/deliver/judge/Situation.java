package dev.tandem.server.deliver.judge;

import java.time.Duration;
import java.time.Instant;

/**
 * What is known beside the counts.
 *
 * @param now by the server's clock, as all times here
 * @param heardAt when the agent's latest report came
 * @param proxyRunning whether it says that its proxy answers
 * @param counted whether it brought counters of the traffic step that is under way
 * @param resetAt when the counters of the step began again; {@link Instant#MIN} when they did not
 * @param oldPasses whether the old revision passes its health check; false when there is none
 */
public record Situation(
        Instant now, Instant heardAt, boolean proxyRunning, boolean counted, Instant resetAt, boolean oldPasses) {
    /** Reports come every second while a rollout is judged. */
    public static final Duration AWAY = Duration.ofSeconds(10);

    /** After the counters began again, so long nothing is said. */
    public static final Duration SETTLE = Duration.ofSeconds(5);
}
