package dev.tandem.server.insight.web;

import dev.tandem.server.insight.dora.FiveKeys;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the five figures are written; an en dash where there is nothing to say. */
public final class Figures {
    private Figures() {}

    /** {@code 12.5 %} */
    public static String percent(Optional<Double> ratio) {
        return ratio.map(Figures::percent).orElse("–");
    }

    static String percent(double ratio) {
        return trimmed(100 * ratio) + " %";
    }

    /** {@code 1.4}, {@code 0.07} */
    public static String rate(Optional<Double> perDay) {
        return perDay.map(value -> value >= 0.1 ? trimmed(value) : String.format(Locale.ROOT, "%.2f", value))
                .orElse("–");
    }

    private static String trimmed(double value) {
        return String.format(Locale.ROOT, "%.1f", value).replaceAll("\\.0$", "");
    }

    static @Nullable Double seconds(Optional<Duration> duration) {
        return duration.map(each -> each.toMillis() / 1000.0).orElse(null);
    }

    static Bars[] charts(java.util.List<FiveKeys> trend, java.util.function.Function<Duration, String> words) {
        java.util.function.Function<Double, String> time =
                value -> words.apply(Duration.ofMillis((long) (value * 1000)));
        return new Bars[] {
            Bars.of("insight.lead", trend, keys -> seconds(keys.leadTime().median()), time),
            Bars.of(
                    "insight.frequency",
                    trend,
                    keys -> (double) keys.successes().size(),
                    value -> Long.toString(Math.round(value))),
            Bars.of("insight.recovery", trend, keys -> seconds(keys.recovery().median()), time),
            Bars.of("insight.fail", trend, keys -> keys.failRate().orElse(null), Figures::percent),
            Bars.of("insight.rework", trend, keys -> keys.reworkRate().orElse(null), Figures::percent)
        };
    }

    /** The five charts in the order of the figures; {@code words} writes durations. */
    public static java.util.List<Bars> trend(
            java.util.List<FiveKeys> trend, java.util.function.Function<Duration, String> words) {
        return java.util.List.of(charts(trend, words));
    }
}
