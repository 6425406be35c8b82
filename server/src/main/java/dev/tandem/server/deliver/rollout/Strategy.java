package dev.tandem.server.deliver.rollout;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How new requests move from the old revision to the new one. */
public enum Strategy {
    /** Some first, then more, then all. */
    ROLLING(List.of(25, 50, 100)),
    /** All at once. */
    BLUE_GREEN(List.of(100)),
    /** A few first; each step goes on when the judge saw no harm. */
    CANARY(List.of(10, 50, 100));

    private final List<Integer> steps;

    Strategy(List<Integer> steps) {
        this.steps = steps;
    }

    /** Percent of new requests that the new revision gets, step by step; the last is 100. */
    public List<Integer> steps() {
        return steps;
    }

    /** As on the command line: {@code rolling}, {@code blue-green}, {@code canary}. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<Strategy> ofWire(String word) {
        for (Strategy strategy : values()) {
            if (strategy.wire().equals(word)) {
                return Optional.of(strategy);
            }
        }
        return Optional.empty();
    }
}
