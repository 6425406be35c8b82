package dev.tandem.server.deliver;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Times as columns hold them. */
final class Millis {
    private Millis() {}

    static @Nullable Instant instant(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }

    static @Nullable Long millis(@Nullable Instant instant) {
        return instant == null ? null : instant.toEpochMilli();
    }
}
