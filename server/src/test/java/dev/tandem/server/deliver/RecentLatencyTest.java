package dev.tandem.server.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.agent.protocol.RevisionTraffic;
import dev.tandem.server.deliver.judge.Thresholds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentLatencyTest {
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

    private final List<SignalSeries.Point> old = new ArrayList<>();
    private final List<SignalSeries.Point> other = new ArrayList<>();

    @Test
    void whatWasSlowAnHourAgoDoesNotCount() {
        answered(old, Duration.ofMinutes(55), 100_000, 1000);
        answered(old, Duration.ofMinutes(5), 200, 10);

        assertThat(thresholds().slowMillis()).containsExactly(20, 20, 20);
    }

    @Test
    void aQuietServiceIsLookedAtFurtherBack() {
        answered(old, Duration.ofHours(20), 60, 10);
        answered(old, Duration.ofHours(2), 60, 10);
        answered(old, Duration.ofMinutes(5), 2, 1000);

        assertThat(buckets().stream().mapToLong(Long::longValue).sum()).isEqualTo(122);
    }

    @Test
    void otherRevisionsDoNotCount() {
        answered(other, Duration.ofMinutes(5), 1000, 10);
        answered(old, Duration.ofMinutes(5), 99, 10);

        assertThat(thresholds().slowMillis()).isEmpty();
    }

    private static void answered(List<SignalSeries.Point> points, Duration ago, long requests, int millis) {
        List<Long> buckets = new ArrayList<>(Tally.NONE.latencyBuckets());
        buckets.set(RevisionTraffic.BUCKET_MILLIS.indexOf(millis), requests);
        points.add(
                new SignalSeries.Point(NOW.minus(ago), Duration.ofMinutes(1), 100, new Tally(requests, 0, 0, buckets)));
    }

    private Thresholds thresholds() {
        return Thresholds.of(RevisionTraffic.BUCKET_MILLIS, buckets(), false);
    }

    private List<Long> buckets() {
        return RecentLatency.buckets(this::read, 7, "old", NOW);
    }

    private List<SignalSeries> read(long environmentId, Instant from, Instant to, Duration step) {
        return List.of(
                new SignalSeries("other", within(other, from, to)), new SignalSeries("old", within(old, from, to)));
    }

    private static List<SignalSeries.Point> within(List<SignalSeries.Point> points, Instant from, Instant to) {
        return points.stream()
                .filter(point -> !point.at().isBefore(from) && point.at().isBefore(to))
                .toList();
    }
}
