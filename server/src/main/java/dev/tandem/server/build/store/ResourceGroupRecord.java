package dev.tandem.server.build.store;

import java.time.Instant;

/** What jobs of a project share one at a time, by its key. */
public record ResourceGroupRecord(
        long id, long projectId, String key, ProcessMode mode, Instant createdAt, Instant updatedAt) {}
