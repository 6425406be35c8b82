package dev.tandem.server.platform.live;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written to one browser. Publishers never wait: when the browser is too slow and the queue is full,
 * everything in it is forgotten and the browser is told to read its pages again.
 */
final class LiveConnection {
    /** Wakes the writer of a closed connection; never written. */
    private static final LiveEvent END = new LiveEvent(0, "", "");

    private final Set<String> topics;
    private final BlockingQueue<LiveEvent> waiting;
    private final AtomicBoolean overflowed = new AtomicBoolean();
    private volatile boolean closed;

    LiveConnection(Set<String> topics, int capacity) {
        this.topics = Set.copyOf(topics);
        this.waiting = new ArrayBlockingQueue<>(capacity);
    }

    Set<String> topics() {
        return topics;
    }

    void offer(LiveEvent event) {
        if (!waiting.offer(event)) {
            overflowed.set(true);
            waiting.clear();
            waiting.offer(event);
        }
    }

    /** Whether events were lost since it was last asked. */
    boolean takeOverflow() {
        return overflowed.getAndSet(false);
    }

    /** The next event, or null when none came in time or the connection was closed meanwhile. */
    @Nullable
    LiveEvent next(Duration patience) {
        try {
            LiveEvent event = waiting.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            return closed ? null : event;
        } catch (InterruptedException stopping) {
            closed = true;
            return null;
        }
    }

    boolean closed() {
        return closed;
    }

    void close() {
        closed = true;
        waiting.clear();
        waiting.offer(END);
    }
}
