package dev.tandem.server.operate;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One notice on its way through one channel.
 *
 * @param answer what the last attempt came to, in English; null before it
 */
public record Delivery(
        long id,
        long channelId,
        Notice notice,
        State state,
        int attempts,
        @Nullable String answer,
        Instant createdAt,
        Instant updatedAt) {

    /** How far it is. */
    public enum State {
        WAITING,
        SENT,
        FAILED;

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        static State ofWire(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }
}
