package dev.tandem.server.operate;

import dev.tandem.server.identity.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One line of an incident's timeline.
 *
 * @param user who did it; null when it happened by itself
 * @param deploymentId which one it is about; null for none
 * @param text what a person wrote, or why something failed, in English; null for nothing
 * @param arguments of the message {@code operate.event.KIND}
 */
public record IncidentEvent(
        long id,
        Kind kind,
        @Nullable UserId user,
        @Nullable Long deploymentId,
        @Nullable String text,
        List<String> arguments,
        Instant at) {
    public IncidentEvent {
        arguments = List.copyOf(arguments);
    }

    /** What happened. The first seven are the origins, in the same words. */
    public enum Kind {
        FAILED_ROLLOUT,
        ROLLBACK,
        FAILED_ROLLBACK,
        LOST_HEALTH,
        UPTIME_CHECK,
        PERSON,
        ELSEWHERE,
        /** The revision is healthy again. */
        HEALTH_BACK,
        /** The check gets the answer it should again. */
        UPTIME_BACK,
        /** The service is well again. */
        RECOVERED,
        /** A deployment of something newer succeeded. */
        MENDED,
        ACKNOWLEDGED,
        ASSIGNED,
        UNASSIGNED,
        NOTE,
        RESOLVED,
        /** Nothing new for so long that it is taken to be over. */
        QUIET;

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Kind ofWire(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }

        static Kind of(IncidentOrigin origin) {
            return valueOf(origin.name());
        }
    }
}
