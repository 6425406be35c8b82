package dev.tandem.server.insight.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.insight.dora.ChangeRecord;
import dev.tandem.server.insight.dora.DeploymentRecord;
import dev.tandem.server.insight.dora.FiveKeys;
import dev.tandem.server.insight.dora.Records;
import dev.tandem.server.insight.dora.Window;
import dev.tandem.server.platform.web.Chart;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DoraChartsTest {
    private static final Instant MONDAY = Instant.parse("2026-11-02T00:00:00Z");
    private static final Duration WEEK = Duration.ofDays(7);

    @Test
    void aWeekWithoutRecordsIsAGapAndAWeekWithoutFailuresIsZero() {
        List<Chart> charts = DoraCharts.of(List.of(week(0, 2), week(1, 0), week(2, 1)), 7);

        assertThat(charts)
                .extracting(Chart::id)
                .containsExactly("chart-lead", "chart-frequency", "chart-recovery", "chart-fail", "chart-rework");
        assertThat(values(charts.get(1))).containsExactly(2.0, null, 1.0);
        assertThat(values(charts.get(2))).containsExactly(null, null, null);
        assertThat(charts.get(2).isEmpty()).isTrue();
        assertThat(values(charts.get(3))).containsExactly(0.0, null, 0.0);
        assertThat(charts.get(3).latest(0)).isZero();
    }

    @Test
    void figuresOfOneEnvironmentCountItsOwnDeploymentsOnly() {
        Records records = new Records(
                List.of(deployment(1, "production", 1), deployment(2, "production/eu", 2)),
                List.of(),
                List.of(
                        new ChangeRecord(7, "a", 1, MONDAY, MONDAY.plusSeconds(1)),
                        new ChangeRecord(7, "b", 2, MONDAY, MONDAY.plusSeconds(2))));

        Records europe = records.in("production/eu");

        assertThat(europe.deployments()).extracting(DeploymentRecord::id).containsExactly(2L);
        assertThat(europe.changes()).extracting(ChangeRecord::sha).containsExactly("b");
    }

    private static List<Double> values(Chart chart) {
        return chart.points().stream().map(point -> point.values().getFirst()).toList();
    }

    private static FiveKeys week(int number, int successes) {
        Instant from = MONDAY.plus(WEEK.multipliedBy(number));
        List<DeploymentRecord> reached = java.util.stream.IntStream.range(0, successes)
                .mapToObj(i -> deployment(10L * number + i, "production", i))
                .toList();
        return new FiveKeys(
                new Window(from, from.plus(WEEK)),
                reached,
                reached,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    private static DeploymentRecord deployment(long id, String environment, int second) {
        Instant at = MONDAY.plusSeconds(second);
        return new DeploymentRecord(
                id, 7, environment, DeploymentRecord.Kind.CHANGE, true, true, "sha" + id, null, at, at, at);
    }
}
