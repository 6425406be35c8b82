package dev.tandem.server.insight.web;

import dev.tandem.server.insight.dora.FiveKeys;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One chart: a bar for each piece of the window; drawn on the server, so it needs no script.
 *
 * @param bars oldest first
 */
public record Bars(String titleKey, List<Bar> bars) {
    public Bars {
        bars = List.copyOf(bars);
    }

    /** @param value null where nothing was measured; @param text as people read it */
    public record Bar(Instant from, @Nullable Double value, String text) {}

    static Bars of(
            String titleKey,
            List<FiveKeys> trend,
            Function<FiveKeys, @Nullable Double> value,
            Function<Double, String> text) {
        return new Bars(
                titleKey,
                trend.stream()
                        .map(keys -> {
                            Double measured = value.apply(keys);
                            return new Bar(
                                    keys.window().from(), measured, measured == null ? "–" : text.apply(measured));
                        })
                        .toList());
    }

    public double max() {
        return bars.stream()
                .map(Bar::value)
                .mapToDouble(value -> value == null ? 0 : value)
                .max()
                .orElse(0);
    }

    public String maxText() {
        return bars.stream()
                .filter(bar -> bar.value() != null && bar.value() >= max())
                .map(Bar::text)
                .findFirst()
                .orElse("–");
    }

    /** From 0 to 100; a measured zero is a thin line, nothing measured is nothing. */
    public double height(Bar bar) {
        if (bar.value() == null) {
            return 0;
        }
        return max() == 0 ? 1 : Math.max(1, 100 * bar.value() / max());
    }
}
