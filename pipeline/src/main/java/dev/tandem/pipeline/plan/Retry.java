package dev.tandem.pipeline.plan;

import java.util.List;

/**
 * How often a failed job is tried again, and after which failures: a failure reason of {@code when} (GitLab's words,
 * {@code always} for all) or an exit code.
 *
 * @param max 0 to 2
 */
public record Retry(int max, List<String> when, List<Integer> exitCodes) {
    public static final Retry NEVER = new Retry(0, List.of("always"), List.of());

    public Retry {
        when = List.copyOf(when);
        exitCodes = List.copyOf(exitCodes);
    }

    /** Whether a failure of this kind is retried at all; counting attempts is the caller's. */
    public boolean covers(String failureReason, int exitCode) {
        return when.contains("always") || when.contains(failureReason) || exitCodes.contains(exitCode);
    }
}
