package dev.tandem.host;

/** What {@link Sandbox#detect} found. */
public sealed interface SandboxDetection {

    /**
     * Processes may be started.
     *
     * @param how one sentence for a log: what keeps them apart, or why nothing does
     */
    record Available(Sandbox sandbox, String how) implements SandboxDetection {}

    /**
     * Nothing may be started here.
     *
     * @param reason what is missing
     * @param mend what an administrator can do about it
     */
    record Refused(String reason, String mend) implements SandboxDetection {}

    /** The sandbox. Throws {@link IllegalStateException} with reason and mend when there is none. */
    default Sandbox orThrow() {
        return switch (this) {
            case Available available -> available.sandbox();
            case Refused refused -> throw new IllegalStateException(refused.reason() + " " + refused.mend());
        };
    }
}
