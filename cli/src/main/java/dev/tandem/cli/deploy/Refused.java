package dev.tandem.cli.deploy;

import java.io.Serial;

/** What was asked for cannot be; the message is one or two sentences for the person who asked. */
final class Refused extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    Refused(String reason) {
        super(reason, null, false, false);
    }
}
