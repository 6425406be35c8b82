package dev.tandem.pipeline.state;

/** One or more jobs of a stage that share their status and whether their failure is forgiven. */
public record StatusGroup(int stageIndex, JobStatus status, boolean allowFailure) {}
