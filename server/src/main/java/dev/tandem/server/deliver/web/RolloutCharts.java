package dev.tandem.server.deliver.web;

import dev.tandem.server.deliver.RolloutStep;
import dev.tandem.server.deliver.SignalSeries;
import dev.tandem.server.deliver.Signals;
import dev.tandem.server.deliver.StoredRollout;
import dev.tandem.server.deliver.rollout.Rollout;
import dev.tandem.server.platform.web.Chart;
import dev.tandem.server.platform.web.Chart.Grain;
import dev.tandem.server.platform.web.Chart.Mark;
import dev.tandem.server.platform.web.Chart.Point;
import dev.tandem.server.platform.web.Chart.Series;
import dev.tandem.server.platform.web.Chart.Shape;
import dev.tandem.server.platform.web.Chart.Tone;
import dev.tandem.server.platform.web.Chart.Unit;
import dev.tandem.server.platform.web.Text;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Old and new revision of a rollout on the same axes: requests, errors and latency, from a little before its first step. */
@Component
final class RolloutCharts {
    private static final Duration BEFORE = Duration.ofSeconds(30);
    private static final Duration AFTER = Duration.ofSeconds(30);
    /** The table is for reading; the chart draws finer ones. */
    private static final int MOST_ROWS = 24;

    private static final int MOST_POINTS = 200;
    private static final int[] STEPS = {1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600};

    private final Signals signals;
    private final Clock clock;

    RolloutCharts(Signals signals, Clock clock) {
        this.signals = signals;
        this.clock = clock;
    }

    /** What chart.js reads; see docs/face.md. */
    record SourceJson(List<Key> series, List<List<@Nullable Number>> points) {
        record Key(String key) {}
    }

    /** One for each measure; none before its first traffic step, or when nothing is known any more. */
    List<Chart> of(StoredRollout stored, List<RolloutStep> steps, String source, String oldLabel, String newLabel) {
        if (steps.isEmpty()) {
            return List.of();
        }
        Span span = span(stored, steps, MOST_ROWS, null);
        Map<Instant, SignalSeries.@Nullable Point[]> known = read(stored, span);
        boolean over = stored.rollout().phase().isTerminal();
        if (known.isEmpty() && over) {
            return List.of();
        }
        List<Mark> marks = steps.stream()
                .map(step -> new Mark(step.startedAt(), Text.plain(step.percent() + " %"), null))
                .toList();
        List<Chart> charts = new ArrayList<>();
        for (Measure measure : Measure.values()) {
            List<Series> series = new ArrayList<>();
            series.add(new Series(measure.key("new"), Text.plain(newLabel), Tone.NEW));
            if (stored.rollout().previous() != null) {
                series.add(new Series(measure.key("old"), Text.plain(oldLabel), Tone.OLD));
            }
            List<Point> points = known.entrySet().stream()
                    .map(entry -> new Point(entry.getKey(), measure.values(entry.getValue(), series.size())))
                    .toList();
            charts.add(Chart.of(
                            "signal-" + measure.name().toLowerCase(java.util.Locale.ROOT),
                            Text.of(measure.title),
                            measure.unit,
                            Shape.LINE,
                            Grain.TIME,
                            series,
                            points)
                    .withMarks(marks)
                    .over(span.from(), settled(stored), "rollout")
                    .from(source, over ? null : "deployment/" + stored.deploymentId()));
        }
        return charts;
    }

    /** Where the axis ends: a little after the end; null as long as there may be more. */
    private @Nullable Instant settled(StoredRollout stored) {
        Instant end = stored.finishedAt() == null ? null : stored.finishedAt().plus(AFTER);
        return end == null || end.isAfter(clock.instant()) ? null : end;
    }

    /** Points later than {@code since}; all when it is null. */
    SourceJson series(StoredRollout stored, List<RolloutStep> steps, @Nullable Instant since) {
        List<SourceJson.Key> keys = new ArrayList<>();
        for (Measure measure : Measure.values()) {
            keys.add(new SourceJson.Key(measure.key("new")));
            keys.add(new SourceJson.Key(measure.key("old")));
        }
        List<List<@Nullable Number>> points = new ArrayList<>();
        if (!steps.isEmpty()) {
            Span span = span(stored, steps, MOST_POINTS, since);
            read(stored, span).forEach((at, seen) -> {
                if (since == null || at.isAfter(since)) {
                    points.add(point(at, seen));
                }
            });
        }
        return new SourceJson(keys, points);
    }

    private static List<@Nullable Number> point(Instant at, SignalSeries.@Nullable Point[] seen) {
        List<@Nullable Number> point = new ArrayList<>();
        point.add(at.toEpochMilli());
        for (Measure measure : Measure.values()) {
            for (SignalSeries.Point each : seen) {
                point.add(measure.of(each));
            }
        }
        return point;
    }

    /** Whole steps only: the last one is still being counted. */
    private record Span(Instant from, Instant to, Duration step) {}

    private Span span(StoredRollout stored, List<RolloutStep> steps, int most, @Nullable Instant since) {
        Instant now = clock.instant();
        Instant begin = steps.getFirst().startedAt().minus(BEFORE);
        Instant end = stored.finishedAt() == null ? now : stored.finishedAt().plus(AFTER);
        end = end.isAfter(now) ? now : end;
        long seconds = Math.max(1, Duration.between(begin, end).toSeconds());
        boolean old = begin.isBefore(now.minus(Signals.SECONDS_KEPT));
        long step = Arrays.stream(STEPS)
                .filter(each -> each * (long) most >= seconds && (!old || each >= 60))
                .findFirst()
                .orElse(STEPS[STEPS.length - 1]);
        Instant from = since == null || since.isBefore(begin) ? begin : since;
        return new Span(
                Instant.ofEpochSecond(from.getEpochSecond() / step * step),
                Instant.ofEpochSecond(end.getEpochSecond() / step * step),
                Duration.ofSeconds(step));
    }

    /** New and old revision by time. */
    private Map<Instant, SignalSeries.@Nullable Point[]> read(StoredRollout stored, Span span) {
        Map<Instant, SignalSeries.@Nullable Point[]> all = new TreeMap<>();
        if (!span.from().isBefore(span.to())) {
            return all;
        }
        Rollout rollout = stored.rollout();
        for (SignalSeries series : signals.read(stored.environmentId(), span.from(), span.to(), span.step())) {
            int index = series.revision().equals(rollout.revision())
                    ? 0
                    : series.revision().equals(rollout.previous()) ? 1 : -1;
            if (index >= 0) {
                series.points()
                        .forEach(point ->
                                all.computeIfAbsent(point.at(), at -> new SignalSeries.Point[2])[index] = point);
            }
        }
        return all;
    }

    private enum Measure {
        RATE("deliver.signal.rate", Unit.PER_SECOND),
        ERRORS("deliver.signal.errors", Unit.PERCENT),
        P95("deliver.signal.p95", Unit.MILLISECONDS);

        private final String title;
        private final Unit unit;

        Measure(String title, Unit unit) {
            this.title = title;
            this.unit = unit;
        }

        String key(String revision) {
            return name().toLowerCase(java.util.Locale.ROOT) + "." + revision;
        }

        List<@Nullable Double> values(SignalSeries.@Nullable Point[] seen, int most) {
            List<@Nullable Double> values = new ArrayList<>();
            for (int i = 0; i < most; i++) {
                values.add(of(seen[i]));
            }
            return values;
        }

        @Nullable
        Double of(SignalSeries.@Nullable Point point) {
            if (point == null) {
                return null;
            }
            return switch (this) {
                case RATE -> point.requestsPerSecond();
                case ERRORS -> boxed(point.tally().errorRatio(), 100);
                case P95 -> boxed(point.tally().quantile(0.95), 1);
            };
        }

        private static @Nullable Double boxed(OptionalDouble value, int times) {
            return value.isEmpty() ? null : Double.valueOf(times * value.getAsDouble());
        }
    }
}
