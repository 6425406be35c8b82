package dev.tandem.server.deliver;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one deployment brings: an immutable tar.gz, named by the SHA-256 of its bytes.
 *
 * @param sha256 64 lower-case hex digits
 * @param jobId the job that made it; null when somebody uploaded it
 * @param commitSha the commit it was made of; null when unknown
 * @param expiredAt since when its bytes are not kept any more; null while they are
 */
public record ReleaseBundle(
        long id,
        long projectId,
        String sha256,
        @Nullable Long jobId,
        @Nullable String commitSha,
        long sizeBytes,
        Instant createdAt,
        @Nullable Instant expiredAt) {}
