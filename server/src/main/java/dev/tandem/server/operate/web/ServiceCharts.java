package dev.tandem.server.operate.web;

import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.DeploymentFilter;
import dev.tandem.server.deliver.Deployments;
import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.Signals;
import dev.tandem.server.operate.SignalColumns;
import dev.tandem.server.platform.web.Chart;
import dev.tandem.server.platform.web.Chart.Series;
import dev.tandem.server.platform.web.Chart.Tone;
import dev.tandem.server.platform.web.Chart.Unit;
import dev.tandem.server.platform.web.ProjectNav;
import dev.tandem.server.platform.web.Text;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The golden signals of an environment as charts, with its deployments as lines. */
@Component
class ServiceCharts {
    private static final int MOST_MARKS = 50;
    private static final int TABLE_ROWS = 15;

    private final Signals signals;
    private final Deployments deployments;

    ServiceCharts(Signals signals, Deployments deployments) {
        this.signals = signals;
        this.deployments = deployments;
    }

    /** How far back one looks. Steps divide the span, and give some hundred points. */
    enum Span {
        M15("15m", Duration.ofMinutes(15), 5),
        H1("1h", Duration.ofHours(1), 10),
        H6("6h", Duration.ofHours(6), 60),
        D1("1d", Duration.ofDays(1), 300),
        D7("7d", Duration.ofDays(7), 1800),
        D31("31d", Duration.ofDays(31), 7200);

        private final String wire;
        private final Duration length;
        private final int stepSeconds;

        Span(String wire, Duration length, int stepSeconds) {
            this.wire = wire;
            this.length = length;
            this.stepSeconds = stepSeconds;
        }

        String wire() {
            return wire;
        }

        static Span ofWire(String word) {
            return Arrays.stream(values())
                    .filter(span -> span.wire.equals(word))
                    .findFirst()
                    .orElse(M15);
        }
    }

    /** What {@code chart.js} reads. */
    record Answer(List<Key> series, List<List<@Nullable Number>> points, List<Mark> marks) {
        record Key(String key) {}

        record Mark(long at, String label, String href) {}
    }

    /** A value of all revisions together. */
    private record Column(String key, Tone tone, Function<SignalColumns.Row, @Nullable Double> value) {}

    private static final List<Column> REQUESTS =
            List.of(new Column("requests", Tone.PLAIN, SignalColumns.Row::requestsPerSecond));
    private static final List<Column> ERRORS = List.of(new Column("errors", Tone.BAD, ServiceCharts::percent));
    private static final List<Column> LATENCY = List.of(
            new Column("p50", Tone.PLAIN, row -> row.quantile(0.5)),
            new Column("p90", Tone.OLD, row -> row.quantile(0.9)),
            new Column("p99", Tone.NEW, row -> row.quantile(0.99)));

    private static @Nullable Double percent(SignalColumns.Row row) {
        Double ratio = row.errorRatio();
        return ratio == null ? null : ratio * 100;
    }

    private static List<Column> all() {
        List<Column> all = new ArrayList<>(REQUESTS);
        all.addAll(ERRORS);
        all.addAll(LATENCY);
        return all;
    }

    /** @param since only later points; null for all */
    Answer answer(ProjectNav nav, Environment environment, Span span, Instant now, @Nullable Instant since) {
        Instant from = since == null ? now.minus(span.length) : since.plusMillis(1);
        SignalColumns columns = read(environment, from, now, span.stepSeconds);
        List<List<@Nullable Number>> points = new ArrayList<>();
        for (int i = 0; i < columns.times().size(); i++) {
            SignalColumns.Row row = columns.total().get(i);
            List<@Nullable Number> point = new ArrayList<>();
            point.add(columns.times().get(i).toEpochMilli());
            for (Column column : all()) {
                point.add(row == null ? null : rounded(column.value().apply(row)));
            }
            points.add(point);
        }
        return new Answer(
                all().stream().map(column -> new Answer.Key(column.key())).toList(),
                points,
                marks(environment, from, now).stream()
                        .map(deployment -> new Answer.Mark(
                                deployment.createdAt().toEpochMilli(), deployment.shortSha(), link(nav, deployment)))
                        .toList());
    }

    private static @Nullable Double rounded(@Nullable Double value) {
        return value == null ? null : Math.round(value * 1000) / 1000.0;
    }

    List<Chart> charts(ProjectNav nav, Environment environment, Span span, Instant now) {
        Instant from = now.minus(span.length);
        int step = Math.max(span.stepSeconds, Math.toIntExact(span.length.toSeconds() / TABLE_ROWS));
        SignalColumns table = read(environment, from, now, step);
        List<Chart.Mark> marks = marks(environment, from, now).stream()
                .map(deployment -> new Chart.Mark(
                        deployment.createdAt(), Text.plain(deployment.shortSha()), link(nav, deployment)))
                .toList();
        String source = nav.path("/-/service/signals?environment=" + environment.id() + "&span=" + span.wire());
        String topic = "signals/" + environment.id();
        return List.of(
                        chart("requests", Unit.PER_SECOND, REQUESTS, table),
                        chart("errors", Unit.PERCENT, ERRORS, table),
                        chart("latency", Unit.MILLISECONDS, LATENCY, table))
                .stream()
                .map(chart -> chart.withMarks(marks).over(from, now, "signals").from(source, topic))
                .toList();
    }

    private static Chart chart(String name, Unit unit, List<Column> columns, SignalColumns table) {
        List<Chart.Point> points = new ArrayList<>();
        for (int i = 0; i < table.times().size(); i++) {
            SignalColumns.Row row = table.total().get(i);
            List<@Nullable Double> values = new ArrayList<>();
            columns.forEach(
                    column -> values.add(row == null ? null : column.value().apply(row)));
            points.add(new Chart.Point(table.times().get(i), values));
        }
        return Chart.of(
                "chart-" + name,
                Text.of("operate.signal." + name),
                unit,
                Chart.Shape.LINE,
                Chart.Grain.TIME,
                columns.stream()
                        .map(column ->
                                new Series(column.key(), Text.of("operate.signal." + column.key()), column.tone()))
                        .toList(),
                points);
    }

    private SignalColumns read(Environment environment, Instant from, Instant now, int step) {
        return SignalColumns.of(signals.read(environment.id(), from, now.plusSeconds(1), Duration.ofSeconds(step)));
    }

    private List<Deployment> marks(Environment environment, Instant from, Instant now) {
        DeploymentFilter since =
                new DeploymentFilter(environment.name(), null, null, null, from, now, DeploymentFilter.Order.ID, false);
        return deployments.list(environment.projectId(), since, 0, MOST_MARKS).stream()
                .filter(deployment -> !deployment.createdAt().isBefore(from))
                .toList()
                .reversed();
    }

    private static String link(ProjectNav nav, Deployment deployment) {
        return nav.path("/-/deployments/" + deployment.id());
    }
}
