package dev.tandem.server.deliver;

import dev.tandem.server.deliver.rollout.Rollout;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rollout as it stands in the database.
 *
 * @param version counts its transitions
 * @param overridesHold somebody said that a hold does not count
 * @param reason why it did not succeed; null while it may yet, and when it did
 * @param logTail last lines of the service that failed, oldest first
 */
public record StoredRollout(
        long id,
        long projectId,
        long environmentId,
        long deploymentId,
        long bundleId,
        long version,
        boolean overridesHold,
        @Nullable String reason,
        List<String> logTail,
        Instant createdAt,
        @Nullable Instant finishedAt,
        Rollout rollout) {
    public StoredRollout {
        logTail = List.copyOf(logTail);
    }
}
