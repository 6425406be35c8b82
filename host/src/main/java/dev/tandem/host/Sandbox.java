package dev.tandem.host;

import java.io.IOException;
import java.util.List;

/**
 * Starts processes without rights and without sight of anything that is not theirs. Safe for use by many threads.
 */
public interface Sandbox {

    /** How strong it is, for the log of a job and for {@code tandem doctor}. */
    Strength strength();

    /**
     * What to start so that {@code command} runs inside; hand it to {@link ProcessGroup#start}.
     *
     * @throws IOException if a path of {@code spec} does not exist
     */
    Launch prepare(SandboxSpec spec, List<String> command) throws IOException;

    /**
     * Finds the strongest sandbox of this machine by really starting a process in it (some 30 ms, so do it once).
     *
     * @param unsafeAllowed whether an administrator allowed processes to run as the caller where nothing better works
     */
    static SandboxDetection detect(boolean unsafeAllowed) {
        return SandboxProbe.detect(unsafeAllowed);
    }

    /** How well a process is kept apart. */
    enum Strength {
        /** Own uid (the caller's own when that is not root), no capabilities, own view of files and processes. */
        ISOLATED,
        /** Runs as the caller with the caller's sight; only after an administrator allowed {@code unsafe-shell}. */
        UNSAFE,
        /** Runs as the caller, who wants exactly that: on a person's own machine, at their own command. */
        OWN
    }

    /** No sandbox: for a person who runs their own files. */
    static Sandbox own() {
        return new UnsafeSandbox(Strength.OWN);
    }
}
