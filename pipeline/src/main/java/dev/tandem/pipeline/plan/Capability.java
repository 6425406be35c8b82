package dev.tandem.pipeline.plan;

/** What only some callers can do with a pipeline. Without it the keyword is reported and the job left out, or refused. */
public enum Capability {
    /** Starts downstream pipelines: jobs with {@code trigger}. */
    DOWNSTREAM_PIPELINES,
    /** Fetches artifacts of jobs of other pipelines: {@code needs:project} and {@code needs:pipeline} with a job. */
    OUTSIDE_ARTIFACTS,
    /** Follows the status of other projects' pipelines: jobs with nothing but {@code needs:pipeline}. */
    MIRRORS,
    /** Gives jobs signed tokens that say who they are: {@code id_tokens}. */
    ID_TOKENS,
    /** Keeps releases: {@code release}. */
    RELEASES,
    /** Hands artifacts only to those whom {@code artifacts:access} names. */
    ARTIFACT_ACCESS,
    /** Publishes folders of jobs as web sites: {@code pages}. */
    PAGES,
    /** Takes jobs whose work is the steps of {@code run}, without executing them. */
    STEPS
}
