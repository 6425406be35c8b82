package dev.tandem.pipeline.state;

/** One decision of the engine: apply it as a conditional update from {@code from} to {@code to}. */
public record JobChange(String job, JobEvent event, JobStatus from, JobStatus to) {}
