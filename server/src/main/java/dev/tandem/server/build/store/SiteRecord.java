package dev.tandem.server.build.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A web site that a job published.
 *
 * @param prefix below which part of the project's site; empty: its root
 * @param expiresAt null: it stays
 */
public record SiteRecord(
        long id,
        long projectId,
        String prefix,
        long pipelineId,
        long jobId,
        long sizeBytes,
        Instant createdAt,
        @Nullable Instant expiresAt) {

    /** A file of a site; its bytes are in the object store. */
    public record File(String path, String objectKey, long sizeBytes) {}
}
