package dev.tandem.server.platform.doctor;

/**
 * One thing that was looked at.
 *
 * @param what in a word or two
 * @param says one sentence: how it is, and, unless it is well, how to mend it
 */
record Finding(Level level, String what, String says) {
    /** How bad it is; only {@link #FAILED} makes the command fail. */
    enum Level {
        OK,
        WARNING,
        FAILED
    }

    static Finding ok(String what, String says) {
        return new Finding(Level.OK, what, says);
    }

    static Finding warning(String what, String says) {
        return new Finding(Level.WARNING, what, says);
    }

    static Finding failed(String what, String says) {
        return new Finding(Level.FAILED, what, says);
    }
}
