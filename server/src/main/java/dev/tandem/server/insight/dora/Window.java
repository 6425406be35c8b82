package dev.tandem.server.insight.dora;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A span of time that figures are counted over; {@code from} belongs to it, {@code to} does not. */
public record Window(Instant from, Instant to) {
    /** Longest window that may be asked for. */
    public static final int MOST_DAYS = 366;

    private static final Pattern DAYS = Pattern.compile("([1-9][0-9]{0,2})d");

    public Window {
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException("a window from " + from + " cannot end at " + to);
        }
    }

    /** The {@code days} that end at {@code end}. */
    public static Window last(int days, Instant end) {
        return new Window(end.minus(Duration.ofDays(days)), end);
    }

    /** Days from {@code 30d}; empty for anything else, and for more than {@link #MOST_DAYS}. */
    public static Optional<Integer> days(String text) {
        Matcher matcher = DAYS.matcher(text);
        return matcher.matches()
                ? Optional.of(Integer.valueOf(matcher.group(1))).filter(days -> days <= MOST_DAYS)
                : Optional.empty();
    }

    public boolean contains(Instant at) {
        return !at.isBefore(from) && at.isBefore(to);
    }

    /** Length in days, with their fraction. */
    public double days() {
        return Duration.between(from, to).toMillis()
                / (double) Duration.ofDays(1).toMillis();
    }

    /** The window of the same length that ends where this one begins. */
    public Window before() {
        return new Window(from.minus(Duration.between(from, to)), from);
    }

    /** Cut at midnight UTC into pieces of {@code days} days, oldest first; the first one may be shorter. */
    public List<Window> pieces(int days) {
        Instant end = to.atOffset(ZoneOffset.UTC).with(LocalTime.MIDNIGHT).toInstant();
        end = end.isBefore(to) ? end.plus(Duration.ofDays(1)) : end;
        List<Window> pieces = new ArrayList<>();
        while (end.isAfter(from)) {
            Instant begin = end.minus(Duration.ofDays(days));
            pieces.addFirst(new Window(begin.isBefore(from) ? from : begin, end.isAfter(to) ? to : end));
            end = begin;
        }
        return List.copyOf(pieces);
    }
}
