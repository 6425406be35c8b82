package dev.tandem.server.deliver;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one revision did over time.
 *
 * @param points oldest first, at most one a step; steps of which nothing is known are left out
 */
public record SignalSeries(String revision, List<Point> points) {
    public SignalSeries {
        points = List.copyOf(points);
    }

    /** All of it in one. */
    public Tally total() {
        return points.stream().map(Point::tally).reduce(Tally.NONE, Tally::plus);
    }

    /**
     * One step.
     *
     * @param at its first moment, by the server's clock
     * @param covered how long was counted: less than the step when the counting began or broke off within it, more when a
     *     report was late and tells of what came before too. Divide by this for a rate
     * @param weight per cent of new requests that the proxy should send here, at its end; null when not known
     */
    public record Point(
            Instant at, Duration covered, @Nullable Integer weight, Tally tally) {
        public double requestsPerSecond() {
            return covered.isZero() ? 0 : tally.requests() * 1000.0 / covered.toMillis();
        }
    }
}
