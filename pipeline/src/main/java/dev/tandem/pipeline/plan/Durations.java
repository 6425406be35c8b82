package dev.tandem.pipeline.plan;

import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 90}, {@code 1h 30m}, {@code 3 mins 4 sec}, {@code one week}. */
public final class Durations {
    private static final Map<String, Long> UNITS = units();
    private static final Map<String, Integer> WORDS = Map.ofEntries(
            Map.entry("a", 1),
            Map.entry("an", 1),
            Map.entry("one", 1),
            Map.entry("two", 2),
            Map.entry("three", 3),
            Map.entry("four", 4),
            Map.entry("five", 5),
            Map.entry("six", 6),
            Map.entry("seven", 7),
            Map.entry("eight", 8),
            Map.entry("nine", 9),
            Map.entry("ten", 10));
    private static final int LONGEST = 100;
    private static final Pattern NUMBER_BESIDE_UNIT = Pattern.compile("(?<=[0-9])(?=[a-z])|(?<=[a-z])(?=[0-9])");
    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9})?");

    private Durations() {}

    private static Map<String, Long> units() {
        long day = 86_400;
        Map<String, Long> units = new HashMap<>();
        for (var unit : Map.of(
                        "s sec secs second seconds", 1L,
                        "m min mins minute minutes", 60L,
                        "h hr hrs hour hours", 3_600L,
                        "d day days", day,
                        "w week weeks wk wks", 7 * day,
                        "mo mos month months", 30 * day,
                        "y yr yrs year years", 31_557_600L)
                .entrySet()) {
            for (String name : unit.getKey().split(" ", -1)) {
                units.put(name, unit.getValue());
            }
        }
        return Map.copyOf(units);
    }

    /** The duration, or empty when the text is none. A bare number counts seconds. {@code never} is not a duration. */
    public static Optional<Duration> parse(String text) {
        String rest = text.trim().toLowerCase(Locale.ROOT);
        if (rest.isEmpty() || rest.length() > LONGEST) {
            return Optional.empty();
        }
        rest = NUMBER_BESIDE_UNIT.matcher(rest).replaceAll(" ").replace(',', ' ');
        double seconds = 0;
        double number = -1;
        for (String word : SPACE.split(rest.trim(), -1)) {
            if (word.equals("and")) {
                continue;
            }
            double given = number(word);
            Long unit = UNITS.get(word);
            if (given >= 0 && number < 0) {
                number = given;
            } else if (unit != null && number >= 0) {
                seconds += number * unit;
                number = -1;
            } else {
                return Optional.empty();
            }
        }
        seconds += Math.max(0, number);
        return seconds > Integer.MAX_VALUE ? Optional.empty() : Optional.of(Duration.ofSeconds(Math.round(seconds)));
    }

    private static double number(String word) {
        Integer named = WORDS.get(word);
        if (named != null) {
            return named;
        }
        return NUMBER.matcher(word).matches() ? Double.parseDouble(word) : -1;
    }
}
