package dev.tandem.server.build;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.identity.UserId;
import org.jspecify.annotations.Nullable;

/**
 * What others may know of a job.
 *
 * @param environment the expanded name of the environment it declares
 * @param environmentUrl expanded as far as the server can
 * @param environmentTier as declared, null when it follows from the name
 * @param environmentAction start, prepare, stop, verify or access; null without an environment
 * @param user who runs it: who pushed, or who retried or played it
 */
public record JobFacts(
        long jobId,
        long projectId,
        long pipelineId,
        String name,
        String stage,
        String ref,
        boolean tag,
        String sha,
        boolean refProtected,
        @Nullable String environment,
        @Nullable String environmentUrl,
        @Nullable String environmentTier,
        @Nullable String environmentAction,
        UserId user,
        JobStatus status) {}
