package dev.tandem.agent;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * One of the two revisions of a probed step.
 *
 * @param startedAt when the process that listens on the port was started
 * @param requests how many requests of clients it has had, as far as is known
 * @param headers what to send beside each path
 */
record ProbedSide(
        String revision, int port, Instant startedAt, long requests, Map<String, Map<String, String>> headers) {

    private static final Duration COLD = Duration.ofSeconds(10);
    private static final long COLD_REQUESTS = 500;

    /** Programs start cold; as long as they are, their latency says nothing. */
    boolean warm(long probes, Instant now) {
        return requests + probes >= COLD_REQUESTS
                && Duration.between(startedAt, now).compareTo(COLD) >= 0;
    }
}
