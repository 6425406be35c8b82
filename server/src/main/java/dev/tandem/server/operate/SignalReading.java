package dev.tandem.server.operate;

import dev.tandem.server.deliver.SignalSeries;
import dev.tandem.server.deliver.Tally;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Puts chunks together to series of the wanted step. Not safe for use by many threads. */
final class SignalReading {
    private final Resolution resolution;
    private final Instant from;
    private final Instant to;
    private final long stepMillis;
    private final Map<String, TreeMap<Long, SignalCodec.Stored>> steps = new HashMap<>();
    private final Set<Held> held = new HashSet<>();

    SignalReading(Resolution resolution, Instant from, Instant to, Duration step) {
        this.resolution = resolution;
        this.from = from;
        this.to = to;
        this.stepMillis = step.toMillis();
    }

    private record Held(String revision, Instant start) {}

    /** Chunks in memory come before rows. */
    void add(String revision, SignalChunk chunk) {
        if (chunk.resolution() != resolution) {
            return;
        }
        if (chunk.isWhole()) {
            held.add(new Held(revision, chunk.start()));
        }
        add(revision, chunk.start(), chunk.bytes());
    }

    /** One whose chunk is in memory, and whole there, says nothing more. */
    void add(SignalStore.Row row) {
        if (!held.contains(new Held(row.revision(), row.start()))) {
            add(row.revision(), row.start(), row.points());
        }
    }

    private void add(String revision, Instant start, byte[] points) {
        for (SignalCodec.Stored point : SignalCodec.read(points)) {
            Instant at = resolution.at(start, point.offset());
            if (point.tally().requests() == 0) {
                idle(revision, at, point);
            } else {
                put(revision, at, point);
            }
        }
    }

    /** Nothing happened for as long as it covers. */
    private void idle(String revision, Instant last, SignalCodec.Stored point) {
        long left = point.coveredMillis();
        for (Instant at = last; left > 0 && !at.isBefore(from); at = at.minusMillis(stepMillis)) {
            put(revision, at, new SignalCodec.Stored(0, Math.min(left, stepMillis), point.weight(), Tally.NONE));
            left -= stepMillis;
        }
    }

    private void put(String revision, Instant at, SignalCodec.Stored point) {
        if (!at.isBefore(from) && at.isBefore(to)) {
            int since = Math.toIntExact(Duration.between(from, at).toSeconds());
            SignalCodec.Stored placed =
                    new SignalCodec.Stored(since, point.coveredMillis(), point.weight(), point.tally());
            steps.computeIfAbsent(revision, key -> new TreeMap<>())
                    .merge(Math.floorDiv(at.toEpochMilli(), stepMillis), placed, SignalCodec.Stored::with);
        }
    }

    List<SignalSeries> series() {
        List<SignalSeries> all = new ArrayList<>();
        steps.forEach((revision, points) -> all.add(new SignalSeries(
                revision,
                points.entrySet().stream()
                        .map(entry -> point(entry.getKey(), entry.getValue()))
                        .toList())));
        all.sort(Comparator.comparing(
                        (SignalSeries one) -> one.points().getFirst().at())
                .thenComparing(SignalSeries::revision));
        return all;
    }

    private SignalSeries.Point point(long step, SignalCodec.Stored point) {
        return new SignalSeries.Point(
                Instant.ofEpochMilli(step * stepMillis),
                Duration.ofMillis(point.coveredMillis()),
                point.weight() == SignalCodec.UNKNOWN ? null : point.weight(),
                point.tally());
    }
}
