package dev.tandem.server.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.agent.protocol.RevisionTraffic;
import dev.tandem.server.SettableClock;
import dev.tandem.server.deliver.SignalSeries;
import dev.tandem.server.deliver.Tally;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IncidentImpactTest {
    private static final Instant IMPACT = Instant.parse("2026-11-28T12:00:00.5Z");

    private final SettableClock clock = new SettableClock(IMPACT.plusSeconds(60));
    private final List<SignalSeries.Point> points = new ArrayList<>();
    private final IncidentImpact impact = new IncidentImpact(this::read, clock);

    @Test
    void failuresAndSlowAnswersOfTheTimeInBetweenAreCounted() {
        answered(IMPACT.minusSeconds(600), 1000, 0, 10);
        answered(IMPACT.plusSeconds(1), 100, 7, 10);
        answered(IMPACT.plusSeconds(3), 40, 0, 1000);
        answered(IMPACT.plusSeconds(30), 500, 9, 10);

        UsersSaw saw = impact.of(incident(IMPACT, IMPACT.plusSeconds(5))).orElseThrow();

        assertThat(saw)
                .isEqualTo(new UsersSaw(
                        Instant.parse("2026-11-28T12:00:00Z"), Instant.parse("2026-11-28T12:00:06Z"), 140, 7, 20, 40));
    }

    @Test
    void itGoesOnUntilNowWhileItIsNotWell() {
        answered(IMPACT.plusSeconds(30), 10, 2, 10);

        UsersSaw saw = impact.of(incident(IMPACT, null)).orElseThrow();

        assertThat(saw.failed()).isEqualTo(2);
        assertThat(saw.slowMillis()).as("nothing is known of the hour before").isNull();
    }

    @Test
    void whatNobodyCouldNoticeWasNotSeen() {
        answered(IMPACT.plusSeconds(1), 100, 7, 10);

        assertThat(impact.of(incident(null, IMPACT.plusSeconds(5)))).isEmpty();
        clock.advance(Duration.ofDays(40));
        assertThat(impact.of(incident(IMPACT, IMPACT.plusSeconds(5)))).isEmpty();
    }

    private void answered(Instant at, long requests, long failed, int millis) {
        List<Long> buckets = new ArrayList<>(Tally.NONE.latencyBuckets());
        buckets.set(RevisionTraffic.BUCKET_MILLIS.indexOf(millis), requests);
        points.add(new SignalSeries.Point(at, Duration.ofSeconds(1), 100, new Tally(requests, failed, 0, buckets)));
    }

    private List<SignalSeries> read(long environmentId, Instant from, Instant to, Duration step) {
        List<SignalSeries.Point> within = points.stream()
                .filter(point -> !point.at().isBefore(from) && point.at().isBefore(to))
                .toList();
        return within.isEmpty() ? List.of() : List.of(new SignalSeries("d1", within));
    }

    private static Incident incident(@Nullable Instant impactAt, @Nullable Instant recoveredAt) {
        return new Incident(
                1,
                1,
                1,
                5L,
                "production",
                IncidentStatus.TRIGGERED,
                IncidentOrigin.FAILED_ROLLOUT,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                IMPACT,
                impactAt,
                recoveredAt,
                null,
                null);
    }
}
