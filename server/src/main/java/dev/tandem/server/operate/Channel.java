package dev.tandem.server.operate;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a project wants to be told.
 *
 * @param target mail addresses with commas, or a URL; in clear text, so not to be shown: see {@link #shown}
 * @param secret signs what is sent to a URL; null for none
 */
public record Channel(
        long id,
        long projectId,
        Kind kind,
        String target,
        @Nullable String secret,
        Set<Notice.Event> events,
        Instant createdAt) {
    public Channel {
        events = events.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(events));
    }

    /** How. */
    public enum Kind {
        EMAIL,
        WEBHOOK;

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<Kind> ofWire(String word) {
            for (Kind kind : values()) {
                if (kind.wire().equals(word)) {
                    return Optional.of(kind);
                }
            }
            return Optional.empty();
        }
    }

    /** What may be shown of the target: the path of a hook is as good as a password. */
    public String shown() {
        if (kind == Kind.EMAIL) {
            return target;
        }
        int path = target.indexOf('/', "https://".length());
        return path < 0 ? target : target.substring(0, path) + "/…";
    }
}
