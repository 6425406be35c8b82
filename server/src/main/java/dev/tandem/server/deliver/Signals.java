package dev.tandem.server.deliver;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The golden signals of revisions over time: what their proxies counted, second by second for an hour and minute by minute
 * for a month. Declared here because rollouts are watched with it; kept by operate. Safe for use by many threads.
 */
public interface Signals {
    /** Shorter than this is kept for {@link #SECONDS_KEPT} only. */
    Duration MINUTE = Duration.ofMinutes(1);

    Duration SECONDS_KEPT = Duration.ofHours(1);

    Duration MINUTES_KEPT = Duration.ofDays(31);

    /**
     * What the revisions of an environment did. When the server was killed, the last ten seconds before may be missing.
     *
     * @param from the first moment
     * @param to the first moment after
     * @param step length of each point, whole seconds; from a minute on it is made of minutes, else of seconds
     * @return a series for each revision about which something is known, those that came first first
     */
    List<SignalSeries> read(long environmentId, Instant from, Instant to, Duration step);
}
