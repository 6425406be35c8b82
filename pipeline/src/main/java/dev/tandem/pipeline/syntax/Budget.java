package dev.tandem.pipeline.syntax;

/** Counts what a compilation does and holds, so that small files cannot ask for endless work or memory. */
public final class Budget {
    private long steps = Limits.STEPS;
    private long nodes = Limits.ALL_NODES;
    private long bytes = Limits.ALL_BYTES;
    private long matched = Limits.MATCHED;

    /** Steps of merging, copying, expanding. */
    public void spend(long count) {
        steps -= count;
        check(steps);
    }

    /** Characters that patterns are held against. */
    public void match(long count) {
        matched -= count;
        check(matched);
    }

    /** Values that are kept. */
    void keep(long count) {
        nodes -= count;
        check(nodes);
    }

    /** Bytes of one more file. */
    void read(long count) {
        bytes -= count;
        check(bytes);
    }

    private static void check(long left) {
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
