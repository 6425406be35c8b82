package dev.tandem.server.code.search;

import java.io.IOException;

/** The index cannot be read; it has to be made anew. */
public final class IndexDamagedException extends IOException {
    private static final long serialVersionUID = 1L;

    IndexDamagedException(Throwable cause) {
        super("the search index cannot be read: " + cause, cause);
    }
}
