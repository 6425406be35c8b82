package dev.tandem.runner;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How long a stage may take, apart from the job as a whole. */
final class StageLimits {
    private static final Duration AFTER_SCRIPT = Duration.ofMinutes(5);
    private static final Duration NONE = Duration.ofDays(30);
    private static final Pattern DURATION =
            Pattern.compile("(?:([0-9]{1,6})h)?(?:([0-9]{1,7})m)?(?:([0-9]{1,9})(?:\\.[0-9]+)?s)?");

    private StageLimits() {}

    static Duration of(String stage, JobVariables variables) {
        return switch (stage) {
            case "after_script" -> parse(variables.value("RUNNER_AFTER_SCRIPT_TIMEOUT"), AFTER_SCRIPT);
            case "step_script" -> parse(variables.value("RUNNER_SCRIPT_TIMEOUT"), NONE);
            default -> NONE;
        };
    }

    /** Reads "90s" or "1h30m"; anything else gives the default. */
    static Duration parse(String text, Duration otherwise) {
        var match = DURATION.matcher(text);
        if (text.isEmpty() || !match.matches()) {
            return otherwise;
        }
        return Duration.ofHours(number(match.group(1)))
                .plusMinutes(number(match.group(2)))
                .plusSeconds(number(match.group(3)));
    }

    private static long number(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
