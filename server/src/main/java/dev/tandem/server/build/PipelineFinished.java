package dev.tandem.server.build;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.platform.DomainEvent;

/** A pipeline came to an end; told again if a job of it is retried and it ends once more. */
public record PipelineFinished(long pipelineId, long projectId, String ref, String sha, JobStatus status)
        implements DomainEvent {}
