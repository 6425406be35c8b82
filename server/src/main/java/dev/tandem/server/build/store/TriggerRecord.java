package dev.tandem.server.build.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A stored trigger token, without the token.
 *
 * @param tokenStart its beginning, by which people know it again
 * @param ownerId in whose name its pipelines run
 */
public record TriggerRecord(
        long id,
        long projectId,
        String description,
        String tokenStart,
        long ownerId,
        Instant createdAt,
        @Nullable Instant lastUsedAt) {}
