package dev.tandem.server.insight.dora;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Durations, shortest first. */
public record Distribution(List<Duration> sorted) {
    public Distribution {
        sorted = sorted.stream().sorted().toList();
    }

    public int n() {
        return sorted.size();
    }

    /** Middle one, or halfway between the two in the middle; empty without any. */
    public Optional<Duration> median() {
        if (sorted.isEmpty()) {
            return Optional.empty();
        }
        Duration upper = sorted.get(n() / 2);
        return Optional.of(
                n() % 2 == 1 ? upper : sorted.get(n() / 2 - 1).plus(upper).dividedBy(2));
    }

    /** The smallest that is at least as long as {@code percent} percent of them; empty without any. */
    public Optional<Duration> percentile(int percent) {
        if (percent < 1 || percent > 100) {
            throw new IllegalArgumentException("no percentile: " + percent);
        }
        return sorted.isEmpty() ? Optional.empty() : Optional.of(sorted.get((n() * percent + 99) / 100 - 1));
    }

    /** How many are longer than {@code above} and at most {@code upTo}. */
    public long between(Duration above, Duration upTo) {
        return sorted.stream()
                .filter(each -> each.compareTo(above) > 0 && each.compareTo(upTo) <= 0)
                .count();
    }
}
