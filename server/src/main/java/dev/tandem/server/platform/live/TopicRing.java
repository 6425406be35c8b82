package dev.tandem.server.platform.live;

import java.util.ArrayDeque;
import java.util.List;

/** The last events of one topic. Not for use by several threads; {@link LiveHub} locks. */
final class TopicRing {
    private final int capacity;
    private final ArrayDeque<LiveEvent> events = new ArrayDeque<>();
    private long droppedUpTo;

    TopicRing(int capacity, long nothingKnownUpTo) {
        this.capacity = capacity;
        this.droppedUpTo = nothingKnownUpTo;
    }

    void add(LiveEvent event) {
        if (events.size() == capacity) {
            droppedUpTo = events.removeFirst().sequence();
        }
        events.addLast(event);
    }

    /** Whether every event after {@code sequence} is still here. */
    boolean completeSince(long sequence) {
        return sequence >= droppedUpTo;
    }

    List<LiveEvent> since(long sequence) {
        return events.stream().filter(event -> event.sequence() > sequence).toList();
    }

    long newest() {
        return events.isEmpty() ? droppedUpTo : events.getLast().sequence();
    }
}
