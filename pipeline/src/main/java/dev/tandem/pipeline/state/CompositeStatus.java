package dev.tandem.pipeline.state;

/** The status of a set of jobs. {@code warnings}: it succeeded although a job failed that was allowed to. */
public record CompositeStatus(JobStatus status, boolean warnings) {}
