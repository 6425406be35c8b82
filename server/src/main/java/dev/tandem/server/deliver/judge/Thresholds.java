package dev.tandem.server.deliver.judge;

import java.util.ArrayList;
import java.util.List;

/**
 * What counts as slow in a rollout, and which streams it has. Fixed before it begins.
 *
 * @param slowMillis what the old revision's p50, p90 and p99 allow; empty when too little is known of them
 * @param hasOld whether there is an old revision
 * @param probes whether probes are sent
 */
public record Thresholds(List<Integer> slowMillis, boolean hasOld, boolean probes) {
    /** Fewer requests say too little about the slowest of a hundred. */
    public static final long FEWEST = 100;

    private static final double[] QUANTILES = {0.5, 0.9, 0.99};

    public Thresholds {
        slowMillis = List.copyOf(slowMillis);
        if (!slowMillis.isEmpty() && slowMillis.size() != QUANTILES.length) {
            throw new IllegalArgumentException("there are three thresholds or none, not " + slowMillis);
        }
    }

    /** A first deployment: nothing to compare with. */
    public static final Thresholds FIRST = new Thresholds(List.of(), false, false);

    /**
     * From the old revision's recent answers: each quantile, and a fifth and 5 ms beyond, up to the edge of a bucket.
     *
     * @param edges upper bounds of the buckets in milliseconds, growing
     * @param buckets answers by bucket; one more than edges
     */
    public static Thresholds of(List<Integer> edges, List<Long> buckets, boolean probes) {
        long total = buckets.stream().mapToLong(Long::longValue).sum();
        if (total < FEWEST) {
            return new Thresholds(List.of(), true, probes);
        }
        List<Integer> slow = new ArrayList<>();
        for (double quantile : QUANTILES) {
            slow.add(edge(edges, quantile(edges, buckets, total, quantile) * 1.2 + 5));
        }
        return new Thresholds(slow, true, probes);
    }

    /** Answers are taken to be spread evenly over their bucket; {@code total} of them, at least one. */
    public static double quantile(List<Integer> edges, List<Long> buckets, long total, double quantile) {
        double rank = quantile * total;
        long seen = 0;
        for (int i = 0; i < edges.size(); i++) {
            long here = buckets.get(i);
            if (here > 0 && seen + here >= rank) {
                double from = i == 0 ? 0 : edges.get(i - 1);
                return from + (edges.get(i) - from) * (rank - seen) / here;
            }
            seen += here;
        }
        return edges.getLast();
    }

    private static int edge(List<Integer> edges, double millis) {
        return edges.stream().filter(edge -> edge >= millis).findFirst().orElse(edges.getLast());
    }

    /** The streams whose evidence is averaged; one without data stays at 1. */
    List<Stream> streams() {
        List<Stream> streams = new ArrayList<>(Segment.Kind.TRAFFIC.streams());
        if (probes) {
            streams.addAll(Segment.Kind.PROBES.streams());
        }
        return streams;
    }

    int millis(Stream stream) {
        return switch (stream) {
            case SLOW_P50 -> millis(0);
            case SLOW_P90, PROBE_SLOW -> millis(1);
            case SLOW_P99 -> millis(2);
            case ERRORS, PROBE_ERRORS, LIMIT_ERRORS, LIMIT_P95, FIRST_REQUESTS -> 0;
        };
    }

    private int millis(int index) {
        return slowMillis.isEmpty() ? 0 : slowMillis.get(index);
    }
}
