package dev.tandem.pipeline.syntax;

/** Counts the steps of a compilation, so that a small file cannot ask for endless work. */
public final class Budget {
    private long left = Limits.STEPS;

    public void spend(long steps) {
        left -= steps;
        if (left < 0) {
            throw new Exhausted();
        }
    }

    /** Ends the compilation with {@link DiagnosticCode#TOO_LARGE}; caught by the compiler. */
    public static final class Exhausted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Exhausted() {
            super("the configuration expands to too much", null, false, false);
        }
    }
}
