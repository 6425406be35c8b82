package dev.tandem.gallery;

import dev.tandem.server.platform.web.Chart;
import dev.tandem.server.platform.web.Chart.Grain;
import dev.tandem.server.platform.web.Chart.Mark;
import dev.tandem.server.platform.web.Chart.Point;
import dev.tandem.server.platform.web.Chart.Series;
import dev.tandem.server.platform.web.Chart.Shape;
import dev.tandem.server.platform.web.Chart.Tone;
import dev.tandem.server.platform.web.Chart.Unit;
import dev.tandem.server.platform.web.Text;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One chart of each kind: lines, bars, gaps, marks, nothing at all, and one with a source. */
final class SampleCharts {
    static final Instant START = Instant.parse("2026-11-20T10:00:00Z");
    private static final List<Series> BOTH = List.of(
            new Series("new", Text.plain("4f2c9e1"), Tone.NEW), new Series("old", Text.plain("3d19aa7"), Tone.OLD));
    private static final List<Series> ONE = List.of(new Series("all", Text.plain("all"), Tone.PLAIN));

    private SampleCharts() {}

    /** @param last what the newest bar of the chart {@code weeks} says */
    static List<Chart> all(int last) {
        return List.of(
                Chart.of("rate", Text.plain("Requests"), Unit.PER_SECOND, Shape.LINE, Grain.TIME, BOTH, waves(120))
                        .over(START, START.plusSeconds(240), "golden")
                        .withMarks(List.of(
                                new Mark(START.plusSeconds(60), Text.plain("10 %"), "/gallery"),
                                new Mark(START.plusSeconds(64), Text.plain("50 %"), null),
                                new Mark(START.plusSeconds(230), Text.plain("100 %"), null))),
                Chart.of("errors", Text.plain("Errors"), Unit.PERCENT, Shape.LINE, Grain.TIME, BOTH, waves(40))
                        .over(START, START.plusSeconds(240), "golden"),
                Chart.of(
                        "weeks",
                        Text.plain("Deployments per week"),
                        Unit.COUNT,
                        Shape.BARS,
                        Grain.DAY,
                        ONE,
                        weeks(last)),
                Chart.of("lead", Text.plain("Lead time"), Unit.DURATION, Shape.LINE, Grain.DAY, ONE, gaps()),
                Chart.of("none", Text.plain("Recovery"), Unit.DURATION, Shape.LINE, Grain.DAY, ONE, List.of()),
                Chart.of("live", Text.plain("Latency, p95"), Unit.MILLISECONDS, Shape.LINE, Grain.TIME, BOTH, List.of())
                        .from("/gallery/points", "pipeline/2"));
    }

    private static List<Point> waves(int seconds) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < seconds; i++) {
            Double fresh = i < 20 ? null : 40 + 12 * Math.sin(i / 6.0);
            points.add(new Point(START.plusSeconds(i * 2L), Arrays.asList(fresh, 90 - i / 3.0)));
        }
        return points;
    }

    private static List<Point> weeks(int last) {
        List<Point> points = new ArrayList<>();
        Instant monday = Instant.parse("2026-08-31T00:00:00Z");
        for (int i = 0; i < 12; i++) {
            Double value = i == 4 ? null : i == 11 ? Double.valueOf(last) : Double.valueOf(i % 5 * 3);
            points.add(new Point(monday.plus(Duration.ofDays(7L * i)), Arrays.asList(value)));
        }
        return points;
    }

    private static List<Point> gaps() {
        List<Point> points = new ArrayList<>();
        Instant monday = Instant.parse("2026-08-31T00:00:00Z");
        Double[] hours = {30.0, 26.5, null, 12.0, null, 8.0, 9.5, 7.25, null, null, 4.0, 3.5};
        for (int i = 0; i < hours.length; i++) {
            Double millis = hours[i] == null ? null : hours[i] * 3_600_000;
            points.add(new Point(monday.plus(Duration.ofDays(7L * i)), Arrays.asList(millis)));
        }
        return points;
    }
}
