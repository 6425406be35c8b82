package dev.tandem.server.build.store;

import dev.tandem.pipeline.state.JobStatus;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What another system found about a commit.
 *
 * @param id 0 while it is not stored
 * @param pipelineId the pipeline beside whose jobs it is shown; null when the commit has none
 * @param coverage in percent; null when none was told
 */
public record CommitStatus(
        long id,
        long projectId,
        @Nullable Long pipelineId,
        String sha,
        String ref,
        String name,
        JobStatus status,
        @Nullable String targetUrl,
        @Nullable String description,
        @Nullable BigDecimal coverage,
        long userId,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt) {}
