package dev.tandem.server.platform.http;

import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why there is no answer. The message is a sentence for people; it names no address that the asker did not know. */
public final class OutgoingException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What went wrong; each is a message {@code platform.outgoing.NAME}. */
    public enum Why {
        /** Neither http nor https, or no host. */
        ADDRESS,
        /** An address inside of this network that no administrator allowed. */
        FORBIDDEN,
        /** The name is not known. */
        NAME,
        /** Nobody listens there. */
        CONNECTION,
        /** Its certificate is not valid for this name. */
        CERTIFICATE,
        TIME,
        /** More than was wanted. */
        SIZE,
        REDIRECTS,
        /** What came is no HTTP. */
        ANSWER;

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Why why;

    OutgoingException(Why why, String message) {
        this(why, message, null);
    }

    OutgoingException(Why why, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.why = why;
    }

    public Why why() {
        return why;
    }
}
