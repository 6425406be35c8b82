package dev.tandem.server.identity;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the requests of each person and, of those who are nobody, of each address, minute by minute. Kept in memory; a
 * restart forgets it. Safe for use by many threads.
 */
public final class RequestLimit {
    private static final long MINUTE_MILLIS = 60_000;
    /** Whoever comes with ever new addresses shares one count with all others that do. */
    private static final int MOST_KEYS = 100_000;

    private final int perMinute;
    private final Clock clock;
    private volatile Window window = new Window(0, new ConcurrentHashMap<>());

    private record Window(long minute, Map<String, AtomicInteger> counts) {}

    /** @param perMinute 0 for no limit */
    RequestLimit(int perMinute, Clock clock) {
        this.perMinute = perMinute;
        this.clock = clock;
    }

    /**
     * How one request stands.
     *
     * @param observed how many there were in this minute, with this one
     * @param resetAt when the count begins anew
     */
    public record Standing(int limit, int observed, Instant resetAt) {
        public boolean within() {
            return limit == 0 || observed <= limit;
        }
    }

    /** Counts a request. */
    public Standing count(Actor actor, String address) {
        if (perMinute == 0) {
            return new Standing(0, 0, Instant.EPOCH);
        }
        Window now = current();
        String key = actor.userId().map(user -> "user " + user.value()).orElse("address " + address);
        String counted = now.counts().size() < MOST_KEYS || now.counts().containsKey(key) ? key : "";
        int observed = now.counts()
                .computeIfAbsent(counted, first -> new AtomicInteger())
                .incrementAndGet();
        return new Standing(perMinute, observed, Instant.ofEpochMilli((now.minute() + 1) * MINUTE_MILLIS));
    }

    private Window current() {
        long minute = clock.millis() / MINUTE_MILLIS;
        Window now = window;
        if (now.minute() == minute) {
            return now;
        }
        synchronized (this) {
            if (window.minute() != minute) {
                window = new Window(minute, new ConcurrentHashMap<>());
            }
            return window;
        }
    }
}
