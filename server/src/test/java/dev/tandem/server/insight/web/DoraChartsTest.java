package dev.tandem.server.insight.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.insight.dora.ChangeRecord;
import dev.tandem.server.insight.dora.DeploymentRecord;
import dev.tandem.server.insight.dora.Dora;
import dev.tandem.server.insight.dora.FiveKeys;
import dev.tandem.server.insight.dora.Records;
import dev.tandem.server.insight.dora.Service;
import dev.tandem.server.insight.dora.Window;
import dev.tandem.server.platform.web.Chart;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
    void aServiceCountsTheDeploymentsOfAllItsEnvironmentsAndEachCommitOnce() {
        Service api = new Service(7, "api");
        Service web = new Service(7, "web");
        Records records = new Records(
                List.of(deployment(1, "eu", 1), deployment(2, "us", 2), deployment(3, "web", 3)),
                List.of(),
                List.of(
                        new ChangeRecord(7, 1, "a", 1, MONDAY, MONDAY.plusSeconds(1)),
                        new ChangeRecord(7, 2, "a", 2, MONDAY, MONDAY.plusSeconds(2)),
                        new ChangeRecord(7, 3, "a", 3, MONDAY, MONDAY.plusSeconds(3))),
                Map.of(1L, api, 2L, api, 3L, web));
        Window window = new Window(MONDAY, MONDAY.plus(WEEK));

        assertThat(records.deployed()).containsExactly(api, web);
        FiveKeys ofApi = new Dora(records.of(api)).over(window);
        assertThat(ofApi.successes()).extracting(DeploymentRecord::id).containsExactly(1L, 2L);
        assertThat(ofApi.changes()).extracting(ChangeRecord::deploymentId).containsExactly(1L);
        assertThat(new Dora(records.of(web)).over(window).changes())
                .extracting(ChangeRecord::deploymentId)
                .containsExactly(3L);
        assertThat(new Dora(records).over(window).changes()).hasSize(1);
    }

    @Test
    void aCommitThatCameBeforeTheWindowIsNotNewInIt() {
        Service api = new Service(7, "api");
        Records records = new Records(
                List.of(),
                List.of(),
                List.of(
                        new ChangeRecord(7, 1, "a", 1, MONDAY, MONDAY.minusSeconds(1)),
                        new ChangeRecord(7, 2, "a", 2, MONDAY, MONDAY.plusSeconds(2))),
                Map.of(1L, api, 2L, api));

        assertThat(new Dora(records).over(new Window(MONDAY, MONDAY.plus(WEEK))).changes())
                .isEmpty();
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
                id, 7, id, environment, DeploymentRecord.Kind.CHANGE, true, true, "sha" + id, null, at, at, at);
    }
}
