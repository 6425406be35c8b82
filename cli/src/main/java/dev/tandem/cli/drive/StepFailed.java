package dev.tandem.cli.drive;

/** A step of the demo did not come to its end; the message says what was seen instead. */
public final class StepFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StepFailed(String message) {
        super(message);
    }

    /** The message again, never null. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
