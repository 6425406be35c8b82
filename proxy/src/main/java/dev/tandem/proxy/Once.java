package dev.tandem.proxy;

import java.util.HashSet;
import java.util.Set;

/**
 * Lets each client have one event of a kind a second: one that tries again and again must not look like many. Holds so
 * many at most; who comes after them in the same second is not counted, whatever revision it met. Safe for use by many
 * threads.
 */
final class Once {
    static final int MOST = 20_000;

    private record Event(String client, int kind) {}

    private final Set<Event> seen = new HashSet<>();
    private long second = Long.MIN_VALUE;

    /** @param now in seconds, growing */
    synchronized boolean first(String client, int kind, long now) {
        if (now != second) {
            second = now;
            seen.clear();
        }
        return seen.size() < MOST && seen.add(new Event(client, kind));
    }
}
