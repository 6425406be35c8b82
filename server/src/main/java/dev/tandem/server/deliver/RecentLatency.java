package dev.tandem.server.deliver;

import dev.tandem.server.deliver.judge.Thresholds;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** How fast a revision answered lately. What it did hours ago, at another load, says little about what is slow now. */
final class RecentLatency {
    /** The shortest that holds enough answers counts: the quieter a service, the further back. */
    private static final List<Duration> WINDOWS =
            List.of(Duration.ofMinutes(10), Duration.ofHours(1), Duration.ofHours(24));

    private RecentLatency() {}

    /** Answers by bucket, as in {@link Tally#latencyBuckets()}; not to be called in a transaction. */
    static List<Long> buckets(Signals signals, long environmentId, String revision, Instant now) {
        List<Long> buckets = Tally.NONE.latencyBuckets();
        for (Duration window : WINDOWS) {
            buckets = tally(signals, environmentId, revision, now, window).latencyBuckets();
            if (answers(buckets) >= Thresholds.FEWEST) {
                break;
            }
        }
        return buckets;
    }

    private static Tally tally(Signals signals, long environmentId, String revision, Instant now, Duration window) {
        return signals.read(environmentId, now.minus(window), now, Signals.MINUTE).stream()
                .filter(series -> series.revision().equals(revision))
                .map(SignalSeries::total)
                .reduce(Tally.NONE, Tally::plus);
    }

    private static long answers(List<Long> buckets) {
        return buckets.stream().mapToLong(Long::longValue).sum();
    }
}
