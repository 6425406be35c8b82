package dev.tandem.server.platform.web;

import java.math.RoundingMode;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How durations, sizes and times are written; the same in both languages where digits and units are. */
final class Words {
    private static final DateTimeFormatter EXACT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};
    private static final long MINUTE = 60;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final long MONTH = 30 * DAY;
    private static final long YEAR = 365 * DAY;

    private Words() {}

    /** {@code 340ms}, {@code 4.2s}, {@code 1m 04s}, {@code 2h 05m}, {@code 3d 04h}. */
    static String duration(Duration duration) {
        Duration d = duration.isNegative() ? Duration.ZERO : duration;
        long seconds = d.toSeconds();
        if (seconds < 1) {
            return d.toMillis() + "ms";
        }
        if (seconds < 10) {
            return "%d.%ds".formatted(seconds, d.toMillisPart() / 100);
        }
        if (seconds < MINUTE) {
            return seconds + "s";
        }
        if (seconds < HOUR) {
            return "%dm %02ds".formatted(seconds / MINUTE, seconds % MINUTE);
        }
        return seconds < DAY
                ? "%dh %02dm".formatted(seconds / HOUR, seconds % HOUR / MINUTE)
                : "%dd %02dh".formatted(seconds / DAY, seconds % DAY / HOUR);
    }

    /** Whole seconds, rounded up, so that 0s means that it is over. */
    static String left(Duration duration) {
        long seconds = Math.max(0, -Math.floorDiv(-duration.toMillis(), 1000));
        return seconds < MINUTE ? seconds + "s" : duration(Duration.ofSeconds(seconds));
    }

    /** Decimal units, three digits: {@code 812 B}, {@code 1.24 MB}. */
    static String bytes(long bytes) {
        double value = Math.max(0, bytes);
        int unit = 0;
        while (value >= 999.5 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        String digits = unit == 0 || value >= 99.95 ? "%.0f" : value >= 9.995 ? "%.1f" : "%.2f";
        return digits.formatted(value) + " " + UNITS[unit];
    }

    /** A value with its unit, three digits: {@code 1,204}, {@code 31.2 /s}, {@code 0.31 %}, {@code 42 ms}. Mirrored in chart.js. */
    static String quantity(double value, Chart.Unit unit) {
        return switch (unit) {
            case COUNT -> digits(value);
            case PER_SECOND -> digits(value) + " /s";
            case PERCENT -> digits(value) + " %";
            case MILLISECONDS -> value < 1000 ? digits(value) + " ms" : digits(value / 1000) + " s";
            case DURATION -> duration(Duration.ofMillis(Math.round(value)));
            case BYTES -> bytes(Math.round(value));
        };
    }

    private static String digits(double value) {
        double size = Math.abs(value);
        String pattern = size >= 99.95 ? "#,##0" : size >= 9.995 ? "#,##0.#" : "#,##0.##";
        DecimalFormat format = new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(Locale.ROOT));
        format.setRoundingMode(RoundingMode.HALF_UP);
        return format.format(value);
    }

    static String exact(Instant instant) {
        return EXACT.format(instant);
    }

    /** The largest unit that fits: {@code platform.time.past.minutes} with 5. Mirrored in time.js. */
    static String relative(Instant then, Instant now, Messages messages) {
        long seconds = Duration.between(then, now).toSeconds();
        String way = seconds >= 0 ? "past" : "future";
        long size = Math.abs(seconds);
        if (size < 5) {
            return messages.text("platform.time.now");
        }
        String unit = unit(size);
        long count = size
                / switch (unit) {
                    case "years" -> YEAR;
                    case "months" -> MONTH;
                    case "days" -> DAY;
                    case "hours" -> HOUR;
                    case "minutes" -> MINUTE;
                    default -> 1;
                };
        return messages.text("platform.time." + way + "." + unit, count);
    }

    private static String unit(long seconds) {
        if (seconds < MINUTE) {
            return "seconds";
        }
        if (seconds < HOUR) {
            return "minutes";
        }
        if (seconds < DAY) {
            return "hours";
        }
        if (seconds < MONTH) {
            return "days";
        }
        return seconds < YEAR ? "months" : "years";
    }
}
