package dev.tandem.server.build;

import dev.tandem.server.platform.DomainEvent;

/** A pipeline and all its jobs exist; some may wait for a runner already. */
public record PipelineCreated(long pipelineId, long projectId, String ref, String sha) implements DomainEvent {}
