package dev.tandem.server.deliver;

import dev.tandem.agent.protocol.RevisionTraffic;
import dev.tandem.server.deliver.judge.Thresholds;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Requests and how they ended. Two of them add up, whatever times and revisions they are from; quantiles are taken from the
 * sum, never averaged.
 *
 * @param requests that ended
 * @param answered5xx of these that the service answered with a status from 500
 * @param failed of these for which it gave no answer
 * @param latencyBuckets answers by {@link RevisionTraffic#BUCKET_MILLIS}, and one more for everything above
 */
public record Tally(long requests, long answered5xx, long failed, List<Long> latencyBuckets) {
    private static final int BUCKETS = RevisionTraffic.BUCKET_MILLIS.size() + 1;

    public static final Tally NONE = new Tally(0, 0, 0, Collections.nCopies(BUCKETS, 0L));

    public Tally {
        latencyBuckets = List.copyOf(latencyBuckets);
        if (latencyBuckets.size() != BUCKETS) {
            throw new IllegalArgumentException("there are " + BUCKETS + " buckets, not " + latencyBuckets.size());
        }
    }

    public long errors() {
        return answered5xx + failed;
    }

    /** 0 to 1; empty without requests. */
    public OptionalDouble errorRatio() {
        return requests == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) errors() / requests);
    }

    /**
     * How long the fastest {@code share} of the answers took, in milliseconds; the answers of a bucket are taken to be spread
     * evenly over it, and those above all buckets to be as slow as the last edge. Empty without answers.
     */
    public OptionalDouble quantile(double share) {
        long answers = latencyBuckets.stream().mapToLong(Long::longValue).sum();
        return answers == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(Thresholds.quantile(RevisionTraffic.BUCKET_MILLIS, latencyBuckets, answers, share));
    }

    /**
     * Slower than this is slow where this is usual, in milliseconds: longer than 99 of 100 answers took, with some to spare.
     * Empty when there were too few to say so.
     */
    public OptionalInt slowMillis() {
        List<Integer> slow = Thresholds.of(RevisionTraffic.BUCKET_MILLIS, latencyBuckets, false)
                .slowMillis();
        return slow.isEmpty() ? OptionalInt.empty() : OptionalInt.of(slow.getLast());
    }

    /** Answers that took longer. @param millis an edge of a bucket, so that the number is exact */
    public long slowerThan(int millis) {
        return IntStream.range(0, BUCKETS)
                .filter(i -> i == BUCKETS - 1 || RevisionTraffic.BUCKET_MILLIS.get(i) > millis)
                .mapToLong(latencyBuckets::get)
                .sum();
    }

    public Tally plus(Tally other) {
        if (other.requests == 0 || requests == 0) {
            return requests == 0 ? other : this;
        }
        return new Tally(
                requests + other.requests,
                answered5xx + other.answered5xx,
                failed + other.failed,
                IntStream.range(0, BUCKETS)
                        .mapToObj(i -> latencyBuckets.get(i) + other.latencyBuckets.get(i))
                        .toList());
    }
}
