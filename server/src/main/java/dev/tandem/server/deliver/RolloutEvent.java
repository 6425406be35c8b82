package dev.tandem.server.deliver;

import dev.tandem.server.deliver.rollout.RolloutDecision.Kind;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of a rollout's story. Ids grow.
 *
 * @param message in English
 * @param code the same as the name of a message, {@code deliver.reason.CODE}; null where it has none
 * @param arguments of that message
 */
public record RolloutEvent(
        long id,
        long rolloutId,
        Kind kind,
        String message,
        @Nullable String code,
        List<String> arguments,
        Instant at) {
    public RolloutEvent {
        arguments = List.copyOf(arguments);
    }

    /** Whether from here on more requests go to the new revision than before. */
    public boolean shifts() {
        return switch (kind) {
            // Healthy means that the first requests go there.
            case HEALTHY, TRAFFIC, SETTLING -> true;
            default -> false;
        };
    }

    /** The kind in lower case, as in the messages {@code deliver.story.NAME}. */
    public String name() {
        return kind.name().toLowerCase(java.util.Locale.ROOT);
    }
}
