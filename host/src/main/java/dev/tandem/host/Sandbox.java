package dev.tandem.host;

import java.util.List;

/**
 * Starts processes without rights and without sight of anything that is not theirs. Safe for use by many threads.
 */
public interface Sandbox {

    /** How strong it is, for the log of a job and for {@code tandem doctor}. */
    Strength strength();

    /** The argument vector that runs {@code command} inside; start it with an empty environment. */
    List<String> wrap(SandboxSpec spec, List<String> command);

    /** How well a process is kept apart. */
    enum Strength {
        /** Own uid, no capabilities, own view of files and processes. */
        ISOLATED,
        /** Runs as the caller with the caller's sight; only after an administrator allowed {@code unsafe-shell}. */
        UNSAFE
    }
}
