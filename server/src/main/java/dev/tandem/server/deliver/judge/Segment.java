package dev.tandem.server.deliver.judge;

import java.util.List;

/**
 * A stretch of a rollout in which requests were shared in one way and counted without a break: one traffic step, or the
 * part of it that one process counted.
 *
 * @param step the traffic step's name
 * @param epoch of the process that counts
 * @param share of the requests that the new revision gets, 0 to 1
 */
public record Segment(Kind kind, String step, String epoch, double share, Counts newer, Counts older) {

    /** What was counted. */
    public enum Kind {
        /** Requests of clients, each sent to one of the two revisions at random. */
        TRAFFIC(List.of(Stream.ERRORS, Stream.SLOW_P50, Stream.SLOW_P90, Stream.SLOW_P99)),
        /** Requests of our own, each sent to both revisions. */
        PROBES(List.of(Stream.PROBE_ERRORS, Stream.PROBE_SLOW));

        private final List<Stream> streams;

        Kind(List<Stream> streams) {
            this.streams = streams;
        }

        /** In the order of {@link Counts#events()}. */
        public List<Stream> streams() {
            return streams;
        }

        public Counts none() {
            return Counts.none(streams.size());
        }
    }

    /** Whether there is an old revision to compare with. */
    public boolean compares() {
        return share > 0 && share < 1;
    }

    boolean same(Segment other) {
        return kind == other.kind && step.equals(other.step) && epoch.equals(other.epoch);
    }

    /** Nothing was counted yet. */
    Segment empty() {
        return with(kind.none(), kind.none());
    }

    Segment since(Segment earlier) {
        return with(newer.since(earlier.newer), older.since(earlier.older));
    }

    boolean continues(Segment earlier) {
        return newer.continues(earlier.newer) && older.continues(earlier.older);
    }

    private Segment with(Counts newCounts, Counts oldCounts) {
        return new Segment(kind, step, epoch, share, newCounts, oldCounts);
    }
}
