package dev.tandem.server.platform.web;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A chart over time and the table behind it; {@code ui/chart.jte} shows both, {@code chart.js} draws. Without a source
 * the chart draws what its table says, so an element around it that is refreshed live moves the chart too. With a
 * source it draws the denser series from there, and the table is what people read without JavaScript.
 *
 * @param id of its element, once per page
 * @param points oldest first; each has as many values as there are series
 * @param marks vertical lines: what changed at that moment
 * @param from where the time axis begins; null for the first point
 * @param to where it ends; null for the last point
 * @param group charts of one group show the same moment when one of them is pointed at; null for none
 * @param source where the series are read from, see docs/face.md; null for the table
 * @param topic of live events after which the source is asked for what is new; null for none
 */
public record Chart(
        String id,
        Text title,
        Unit unit,
        Shape shape,
        Grain grain,
        List<Series> series,
        List<Point> points,
        List<Mark> marks,
        @Nullable Instant from,
        @Nullable Instant to,
        @Nullable String group,
        @Nullable String source,
        @Nullable String topic) {
    public Chart {
        series = List.copyOf(series);
        points = List.copyOf(points);
        marks = List.copyOf(marks);
    }

    /** One that draws its table. */
    public static Chart of(
            String id, Text title, Unit unit, Shape shape, Grain grain, List<Series> series, List<Point> points) {
        return new Chart(id, title, unit, shape, grain, series, points, List.of(), null, null, null, null, null);
    }

    public Chart withMarks(List<Mark> newMarks) {
        return new Chart(id, title, unit, shape, grain, series, points, newMarks, from, to, group, source, topic);
    }

    /** On a time axis that others may have too. */
    public Chart over(@Nullable Instant newFrom, @Nullable Instant newTo, @Nullable String newGroup) {
        return new Chart(id, title, unit, shape, grain, series, points, marks, newFrom, newTo, newGroup, source, topic);
    }

    /** Read from {@code newSource}, again after each event of the topic. */
    public Chart from(String newSource, @Nullable String newTopic) {
        return new Chart(id, title, unit, shape, grain, series, points, marks, from, to, group, newSource, newTopic);
    }

    /** What a value is; decides how it is written and which steps an axis has. */
    public enum Unit {
        /** Whole things. */
        COUNT,
        PER_SECOND,
        /** From 0 to 100. */
        PERCENT,
        MILLISECONDS,
        /** Milliseconds, written as {@code 1m 04s}. */
        DURATION,
        BYTES;

        String wire() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** How points are joined. A missing value is a gap in each. */
    public enum Shape {
        LINE,
        BARS
    }

    /** How times are written in the table and on the axis. */
    public enum Grain {
        /** Times of day. */
        TIME,
        /** Days; each point is the first day of its piece. */
        DAY
    }

    /** What a line stands for; each tone has its own dash too. */
    public enum Tone {
        PLAIN,
        NEW,
        OLD,
        BAD
    }

    /** @param key its name in the source's answer */
    public record Series(String key, Text label, Tone tone) {}

    /** @param values null where nothing was measured */
    public record Point(Instant at, List<@Nullable Double> values) {
        public Point {
            values = Collections.unmodifiableList(new ArrayList<>(values));
        }
    }

    /** @param href null for nowhere */
    public record Mark(Instant at, Text label, @Nullable String href) {}

    public String unitName() {
        return unit.wire();
    }

    public String shapeName() {
        return shape.name().toLowerCase(Locale.ROOT);
    }

    public String grainName() {
        return grain.name().toLowerCase(Locale.ROOT);
    }

    public static String css(Series one) {
        return one.tone().name().toLowerCase(Locale.ROOT);
    }

    /** The newest measured value of a series; null when nothing was. */
    public @Nullable Double latest(int index) {
        return points.reversed().stream()
                .map(point -> point.values().get(index))
                .filter(java.util.Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** Whether nothing was measured at all. */
    public boolean isEmpty() {
        return points.stream().allMatch(point -> point.values().stream().allMatch(java.util.Objects::isNull));
    }
}
