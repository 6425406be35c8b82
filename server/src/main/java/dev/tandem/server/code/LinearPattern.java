package dev.tandem.server.code;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Optional;

/**
 * Regular expressions of strangers. RE2 takes time linear in the text, but in the size of the expression, too, and
 * repetitions within repetitions make that large out of a few characters; such are refused.
 */
public final class LinearPattern {
    private static final int LONGEST = 200;
    private static final int MOST_REPETITIONS = 1000;
    private static final int LARGEST_PROGRAM = 5000;
    private static final Pattern REPETITION = Pattern.compile("\\{([0-9]{1,9})(?:,([0-9]{0,9}))?\\}");

    private LinearPattern() {}

    /** @return empty when it is no regular expression of RE2, or one that would cost too much */
    public static Optional<Pattern> compile(String regex, int flags) {
        if (regex.length() > LONGEST || repetitions(regex) > MOST_REPETITIONS) {
            return Optional.empty();
        }
        try {
            return Optional.of(Pattern.compile(regex, flags))
                    .filter(pattern -> pattern.programSize() <= LARGEST_PROGRAM);
        } catch (PatternSyntaxException e) {
            return Optional.empty();
        }
    }

    /** All counts multiplied, as if each stood within the others. */
    private static long repetitions(String regex) {
        long product = 1;
        Matcher count = REPETITION.matcher(regex);
        while (count.find() && product <= MOST_REPETITIONS) {
            String most = count.group(2) == null || count.group(2).isEmpty() ? count.group(1) : count.group(2);
            product *= Math.max(1, Long.parseLong(most));
        }
        return product;
    }
}
