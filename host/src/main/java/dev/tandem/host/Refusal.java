package dev.tandem.host;

import java.io.Serial;

/** Carries a {@link UnpackOutcome.Refused} out of nested reading. */
final class Refusal extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private static final int MAX_SHOWN = 200;

    private final String entry;

    Refusal(String entry, String reason) {
        super(reason, null, false, false);
        var printable = entry.replaceAll("\\p{Cntrl}", "?");
        this.entry = printable.length() > MAX_SHOWN ? printable.substring(0, MAX_SHOWN) : printable;
    }

    static Refusal damaged(String entry, Exception cause) {
        return new Refusal(entry, "it is damaged: " + cause.getMessage());
    }

    UnpackOutcome.Refused outcome() {
        return new UnpackOutcome.Refused(entry, String.valueOf(getMessage()));
    }
}
