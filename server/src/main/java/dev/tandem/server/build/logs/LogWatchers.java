package dev.tandem.server.build.logs;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;

/** Who looks at which log just now; runners send more often while somebody does. Safe for use by many threads. */
public final class LogWatchers {
    private static final Duration FRESH = Duration.ofSeconds(60);
    private static final int MANY = 10_000;

    private final ConcurrentHashMap<Long, Instant> lastLook = new ConcurrentHashMap<>();
    private final Clock clock;

    public LogWatchers(Clock clock) {
        this.clock = clock;
    }

    public void looked(long jobId) {
        if (lastLook.size() > MANY) {
            lastLook.values().removeIf(this::stale);
        }
        lastLook.put(jobId, clock.instant());
    }

    /** Seconds between two updates that a runner is asked for. */
    public int updateIntervalSeconds(long jobId) {
        Instant look = lastLook.get(jobId);
        return look == null || stale(look) ? 3 : 1;
    }

    private boolean stale(Instant look) {
        return look.plus(FRESH).isBefore(clock.instant());
    }
}
