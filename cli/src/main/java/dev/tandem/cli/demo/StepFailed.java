package dev.tandem.cli.demo;

/** A step of the demo did not come to its end; the message says what was seen instead. */
final class StepFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StepFailed(String message) {
        super(message);
    }

    /** The message again, never null. */
    String reason() {
        return String.valueOf(getMessage());
    }
}
