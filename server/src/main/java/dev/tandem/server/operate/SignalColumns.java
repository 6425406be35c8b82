package dev.tandem.server.operate;

import dev.tandem.server.deliver.SignalSeries;
import dev.tandem.server.deliver.Tally;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Series laid beside each other for charts and tables: one list of times, and for each revision and all together a value for
 * each of these times, null where nothing is known.
 */
public final class SignalColumns {
    private final List<Instant> times;
    private final List<@Nullable Row> total;
    private final Map<String, List<@Nullable Row>> revisions;

    private SignalColumns(List<Instant> times, List<@Nullable Row> total, Map<String, List<@Nullable Row>> revisions) {
        this.times = times;
        this.total = total;
        this.revisions = revisions;
    }

    /**
     * One revision, or all, at one time.
     *
     * @param share of all requests at that time, 0 to 1; null when there were none
     * @param weight per cent; null when not known
     */
    public record Row(
            Duration covered,
            @Nullable Integer weight,
            Tally tally,
            @Nullable Double share) {
        public double requestsPerSecond() {
            return covered.isZero() ? 0 : tally.requests() * 1000.0 / covered.toMillis();
        }

        public @Nullable Double errorRatio() {
            return orNull(tally.errorRatio());
        }

        /** Milliseconds. */
        public @Nullable Double quantile(double of) {
            return orNull(tally.quantile(of));
        }

        private static @Nullable Double orNull(OptionalDouble value) {
            return value.isPresent() ? value.getAsDouble() : null;
        }
    }

    public static SignalColumns of(List<SignalSeries> series) {
        Map<Instant, Tally> sums = new HashMap<>();
        Map<Instant, Duration> covered = new HashMap<>();
        for (SignalSeries one : series) {
            one.points().forEach(point -> {
                sums.merge(point.at(), point.tally(), Tally::plus);
                covered.merge(point.at(), point.covered(), SignalColumns::longer);
            });
        }
        List<Instant> times = List.copyOf(new TreeSet<>(sums.keySet()));
        List<@Nullable Row> total = new ArrayList<>();
        times.forEach(at -> total.add(
                new Row(covered.getOrDefault(at, Duration.ZERO), null, sums.getOrDefault(at, Tally.NONE), null)));
        Map<String, List<@Nullable Row>> revisions = new LinkedHashMap<>();
        series.forEach(one -> revisions.put(one.revision(), rows(times, one, sums)));
        return new SignalColumns(times, total, revisions);
    }

    /** Revisions of one service are counted at the same time, not one after the other. */
    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    private static List<@Nullable Row> rows(List<Instant> times, SignalSeries series, Map<Instant, Tally> sums) {
        Map<Instant, SignalSeries.Point> points =
                series.points().stream().collect(Collectors.toMap(SignalSeries.Point::at, Function.identity()));
        List<@Nullable Row> rows = new ArrayList<>();
        for (Instant at : times) {
            SignalSeries.Point point = points.get(at);
            rows.add(point == null ? null : row(point, sums.getOrDefault(at, Tally.NONE)));
        }
        return rows;
    }

    private static Row row(SignalSeries.Point point, Tally all) {
        Double share = all.requests() == 0 ? null : (double) point.tally().requests() / all.requests();
        return new Row(point.covered(), point.weight(), point.tally(), share);
    }

    public List<Instant> times() {
        return times;
    }

    public List<@Nullable Row> total() {
        return total;
    }

    /** Those that came first first. */
    public Collection<String> revisions() {
        return revisions.keySet();
    }

    public List<@Nullable Row> of(String revision) {
        return revisions.getOrDefault(revision, List.of());
    }
}
