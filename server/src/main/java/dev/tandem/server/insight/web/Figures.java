package dev.tandem.server.insight.web;

import java.util.Locale;
import java.util.Optional;

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
}
