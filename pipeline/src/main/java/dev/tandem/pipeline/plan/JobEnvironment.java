package dev.tandem.pipeline.plan;

import org.jspecify.annotations.Nullable;

/**
 * The environment a job works on.
 *
 * @param name expanded
 * @param nameAsWritten before expansion
 * @param url as written: it may use variables that only the finished job knows
 * @param onStop the job that stops the environment
 * @param action start, prepare, stop, verify or access; only start makes a deployment
 * @param tier production, staging, testing, development, other, or null to derive it from the name
 * @param autoStopIn as written, expanded
 */
public record JobEnvironment(
        String name,
        String nameAsWritten,
        @Nullable String url,
        @Nullable String onStop,
        String action,
        @Nullable String tier,
        @Nullable String autoStopIn) {}
