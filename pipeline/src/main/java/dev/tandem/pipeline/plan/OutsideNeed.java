package dev.tandem.pipeline.plan;

import org.jspecify.annotations.Nullable;

/**
 * A job of another pipeline whose artifacts a job takes; it orders nothing. Variables are expanded.
 *
 * @param pipeline the id of a pipeline above or below this one; null: the latest one of {@code project} in which the job succeeded
 * @param project null exactly when {@code pipeline} is given
 * @param ref branch or tag of the project; given exactly with it
 */
public record OutsideNeed(
        @Nullable String pipeline,
        @Nullable String project,
        @Nullable String ref,
        String job,
        boolean artifacts) {}
