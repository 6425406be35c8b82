package dev.tandem.server.build;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.identity.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What others may know of a pipeline. {@code warnings}: it succeeded although a job failed that was allowed to. */
public record PipelineFacts(
        long pipelineId,
        long projectId,
        long iid,
        String source,
        String ref,
        boolean tag,
        String sha,
        JobStatus status,
        boolean warnings,
        UserId user,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt) {}
