package dev.tandem.server.build;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.platform.DomainEvent;
import org.jspecify.annotations.Nullable;

/**
 * A job ended; the only result it will ever have.
 *
 * @param status success, failed or canceled
 * @param failureReason GitLab's word, given when it failed
 * @param canceledByUser whether a person asked it to end; false when a newer pipeline did
 */
public record JobFinished(
        long jobId,
        long projectId,
        long pipelineId,
        JobStatus status,
        @Nullable String failureReason,
        @Nullable String environment,
        boolean canceledByUser)
        implements DomainEvent {}
