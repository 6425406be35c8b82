package dev.tandem.server.code;

import com.google.re2j.Pattern;
import dev.tandem.pipeline.rule.SafePattern;
import java.util.Optional;

/**
 * Regular expressions of strangers for many or long texts. A match takes time linear in the text, but in the size of the
 * expression, too: those that are only just good enough for a name are refused.
 */
public final class LinearPattern {
    private static final int LONGEST = 200;
    private static final int LARGEST_PROGRAM = 5000;

    private LinearPattern() {}

    /**
     * The pattern, or empty when it is no regular expression of RE2, or one that would cost too much.
     *
     * @param flags as of {@link SafePattern#compile}
     */
    public static Optional<Pattern> compile(String regex, String flags) {
        return regex.length() > LONGEST
                ? Optional.empty()
                : SafePattern.compile(regex, flags).filter(pattern -> pattern.programSize() <= LARGEST_PROGRAM);
    }
}
