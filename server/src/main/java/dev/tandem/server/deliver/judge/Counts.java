package dev.tandem.server.deliver.judge;

import java.util.ArrayList;
import java.util.List;

/**
 * What one revision did since a segment began. Cumulative.
 *
 * @param requests attempts to have a request answered
 * @param errors of these that failed, each of them
 * @param judgedForLatency of these that were answered when the revision was warm
 * @param overLimit of those that took longer than the limit for the 95th percentile
 * @param events bad events by {@link Segment.Kind#streams()}, of which one client makes at most one a second
 */
public record Counts(long requests, long errors, long judgedForLatency, long overLimit, List<Long> events) {
    public Counts {
        events = List.copyOf(events);
    }

    /** Nothing yet, in {@code streams} streams. */
    public static Counts none(int streams) {
        return new Counts(0, 0, 0, 0, java.util.Collections.nCopies(streams, 0L));
    }

    /** What happened since {@code earlier}. */
    public Counts since(Counts earlier) {
        List<Long> difference = new ArrayList<>(events.size());
        for (int i = 0; i < events.size(); i++) {
            difference.add(events.get(i) - earlier.events.get(i));
        }
        return new Counts(
                requests - earlier.requests,
                errors - earlier.errors,
                judgedForLatency - earlier.judgedForLatency,
                overLimit - earlier.overLimit,
                difference);
    }

    public Counts plus(Counts other) {
        return since(Counts.none(events.size()).since(other));
    }

    /** Counters only grow: one that shrank was begun anew. */
    public boolean continues(Counts earlier) {
        Counts difference = since(earlier);
        return difference.requests >= 0
                && difference.errors >= 0
                && difference.judgedForLatency >= 0
                && difference.overLimit >= 0
                && difference.events.stream().allMatch(count -> count >= 0);
    }

    public Rate rate() {
        return new Rate(Math.min(errors, requests), requests);
    }
}
