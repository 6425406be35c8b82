package dev.tandem.pipeline.plan;

/** What only some callers can do with a pipeline. Without it the keyword is reported and the job left out, or refused. */
public enum Capability {
    /** Starts downstream pipelines: jobs with {@code trigger}. */
    DOWNSTREAM_PIPELINES,
    /** Takes jobs whose work is the steps of {@code run}, without executing them. */
    STEPS
}
