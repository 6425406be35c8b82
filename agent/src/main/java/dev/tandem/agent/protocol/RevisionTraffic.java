package dev.tandem.agent.protocol;

import java.util.List;

/**
 * Cumulative counts of one revision since the proxy process named by {@code epoch} started. Two reports may be
 * subtracted only when their epochs are equal.
 *
 * @param requests answered or failed requests
 * @param answered5xx answers of the service with a status from 500
 * @param failed requests for which the service gave no answer: refused, reset, timed out
 *     or broke off
 * @param latencyBuckets from the request's last byte sent to the service until the head of its answer, so that slow
 *     clients are not held against it; each request counts in one bucket: counts by upper bound, see {@link #BUCKET_MILLIS}; the last one is without bound
 */
public record RevisionTraffic(
        String service,
        String revision,
        String epoch,
        long requests,
        long answered5xx,
        long failed,
        List<Long> latencyBuckets) {

    /** Upper bounds (inclusive) of the latency buckets in milliseconds; one more bucket follows for everything above. */
    public static final List<Integer> BUCKET_MILLIS = List.of(
            1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 1500, 2000, 3000, 5000, 10000,
            30000);

    public RevisionTraffic {
        latencyBuckets = List.copyOf(latencyBuckets);
    }
}
