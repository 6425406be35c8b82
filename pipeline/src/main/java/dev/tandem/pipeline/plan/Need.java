package dev.tandem.pipeline.plan;

/** An edge to a job of the same plan. */
public record Need(String job, boolean artifacts, boolean optional) {}
