package dev.tandem.server.deliver;

import dev.tandem.server.deliver.rollout.RolloutDecision.Kind;
import java.time.Instant;

/** One line of a rollout's story. Ids grow. */
public record RolloutEvent(long id, long rolloutId, Kind kind, String message, Instant at) {
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
