package dev.tandem.server.build;

import dev.tandem.server.platform.DomainEvent;
import org.jspecify.annotations.Nullable;

/** A runner acknowledged a job and works on it. */
public record JobStarted(
        long jobId,
        long projectId,
        long pipelineId,
        @Nullable String environment) implements DomainEvent {}
