package dev.tandem.pipeline.plan;

import java.util.List;

/** Which failures are forgiven: all, none, or those with one of the exit codes. */
public record AllowFailure(boolean always, List<Integer> exitCodes) {
    public static final AllowFailure NEVER = new AllowFailure(false, List.of());
    public static final AllowFailure ALWAYS = new AllowFailure(true, List.of());

    public AllowFailure {
        exitCodes = List.copyOf(exitCodes);
    }

    /** Whether a script that ended with {@code exitCode} is forgiven. */
    public boolean forgives(int exitCode) {
        return always || exitCodes.contains(exitCode);
    }
}
