package dev.tandem.server.build.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A file that a job left behind; {@code expiresAt} null keeps it. */
public record ArtifactRecord(
        long id,
        long jobId,
        long projectId,
        String type,
        String format,
        String filename,
        long sizeBytes,
        String sha256,
        String objectKey,
        @Nullable Instant expiresAt,
        Instant createdAt) {}
