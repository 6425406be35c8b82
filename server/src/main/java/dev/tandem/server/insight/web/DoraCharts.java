package dev.tandem.server.insight.web;

import dev.tandem.server.insight.dora.FiveKeys;
import dev.tandem.server.platform.web.Chart;
import dev.tandem.server.platform.web.Chart.Grain;
import dev.tandem.server.platform.web.Chart.Point;
import dev.tandem.server.platform.web.Chart.Series;
import dev.tandem.server.platform.web.Chart.Shape;
import dev.tandem.server.platform.web.Chart.Tone;
import dev.tandem.server.platform.web.Chart.Unit;
import dev.tandem.server.platform.web.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The five keys over time. A piece of the window without records is a gap: nothing is known of it, which is not zero. */
final class DoraCharts {
    private final List<FiveKeys> trend;
    private final int pieceDays;
    private final List<Chart> charts = new ArrayList<>();

    private DoraCharts(List<FiveKeys> trend, int pieceDays) {
        this.trend = trend;
        this.pieceDays = pieceDays;
    }

    /** @param trend oldest first, pieces of {@code pieceDays} days */
    static List<Chart> of(List<FiveKeys> trend, int pieceDays) {
        DoraCharts all = new DoraCharts(trend, pieceDays);
        all.add(
                "lead",
                Unit.DURATION,
                Shape.LINE,
                keys -> millis(keys.leadTime().median()));
        all.add("frequency", Unit.COUNT, Shape.BARS, DoraCharts::deployments);
        all.add(
                "recovery",
                Unit.DURATION,
                Shape.LINE,
                keys -> millis(keys.recovery().median()));
        all.add("fail", Unit.PERCENT, Shape.LINE, keys -> percent(keys.failRate()));
        all.add("rework", Unit.PERCENT, Shape.LINE, keys -> percent(keys.reworkRate()));
        return all.charts;
    }

    private void add(String name, Unit unit, Shape shape, Function<FiveKeys, @Nullable Double> value) {
        List<Point> points = new ArrayList<>();
        for (FiveKeys keys : trend) {
            List<@Nullable Double> values = new ArrayList<>();
            values.add(value.apply(keys));
            points.add(new Point(keys.window().from(), values));
        }
        String title = "insight.chart." + name + (pieceDays == 1 ? ".day" : ".week");
        Chart chart = Chart.of(
                "chart-" + name,
                Text.of(title),
                unit,
                shape,
                Grain.DAY,
                List.of(new Series(name, Text.of("insight." + name), Tone.PLAIN)),
                points);
        charts.add(
                trend.isEmpty()
                        ? chart
                        : chart.over(
                                trend.getFirst().window().from(),
                                trend.getLast().window().from(),
                                "dora"));
    }

    private static @Nullable Double deployments(FiveKeys keys) {
        return keys.successes().isEmpty()
                ? null
                : Double.valueOf(keys.successes().size());
    }

    private static @Nullable Double millis(Optional<Duration> duration) {
        return duration.map(Duration::toMillis).map(Long::doubleValue).orElse(null);
    }

    private static @Nullable Double percent(Optional<Double> ratio) {
        return ratio.map(value -> 100 * value).orElse(null);
    }
}
