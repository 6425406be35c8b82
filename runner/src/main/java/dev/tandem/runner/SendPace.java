package dev.tandem.runner;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When the next part of a log may be sent. A job that says little is heard at once; one that talks without end is
 * heard twice or three times a second, or as often as the coordinator asked for. Used by one thread.
 */
final class SendPace {
    /** Parts that may follow each other closely; what a small job prints in all. */
    private static final int BURST = 12;

    /** Parts at the start that do not wait for the coordinator's interval: someone waits for the first lines. */
    private static final int FREE_AT_START = 6;

    private static final Duration CLOSE = Duration.ofMillis(25);
    private static final Duration STEADY = Duration.ofMillis(400);

    private @Nullable Duration interval;
    private double tokens = BURST;
    private long total;
    private long last = System.nanoTime() - STEADY.toNanos();

    void obey(Duration asked) {
        interval = asked;
    }

    Optional<Duration> interval() {
        return Optional.ofNullable(interval);
    }

    Duration untilNext() {
        var since = System.nanoTime() - last;
        var gap = gap(since);
        return Duration.ofNanos(Math.max(0, gap.toNanos() - since));
    }

    void sending() {
        var now = System.nanoTime();
        tokens = Math.min(BURST, tokens + (now - last) / (double) STEADY.toNanos()) - 1;
        last = now;
        total++;
    }

    private Duration gap(long since) {
        if (interval != null && total >= FREE_AT_START) {
            return interval;
        }
        return tokens + since / (double) STEADY.toNanos() >= 1 ? CLOSE : STEADY;
    }
}
