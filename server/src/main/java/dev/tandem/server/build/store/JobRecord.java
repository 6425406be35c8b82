package dev.tandem.server.build.store;

import dev.tandem.pipeline.state.JobState;
import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.pipeline.state.When;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a job.
 *
 * @param position within its pipeline, in the order of the plan
 * @param needs null: waits for all earlier stages
 * @param attempt counts from 1
 * @param retried a newer attempt took its place
 * @param systemFailures how many attempts before it were lost to the runner's own faults
 * @param manual started by a person
 * @param bridge it starts another pipeline and never goes to a runner
 * @param claimedUntil a runner holds it and has not acknowledged yet
 */
public record JobRecord(
        long id,
        long pipelineId,
        long projectId,
        String name,
        String stage,
        int stageIndex,
        int position,
        JobStatus status,
        When when,
        boolean allowFailure,
        boolean interruptible,
        @Nullable List<String> needs,
        @Nullable String environment,
        @Nullable String environmentAction,
        @Nullable String resourceGroup,
        List<String> tags,
        Duration timeout,
        int attempt,
        boolean retried,
        int systemFailures,
        boolean manual,
        long userId,
        @Nullable Long runnerId,
        boolean cancelsGracefully,
        @Nullable Instant claimedUntil,
        Instant createdAt,
        @Nullable Instant queuedAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable String failureReason,
        @Nullable Integer exitCode,
        boolean canceledByUser,
        long logBytes,
        boolean logArchived,
        boolean bridge) {

    /** What the engine needs to know. */
    public JobState state() {
        return new JobState(name, stageIndex, needs, when, allowFailure, status);
    }

    /** Time on the runner so far, or in all; null before it starts. */
    public @Nullable Duration duration(Instant now) {
        return startedAt == null ? null : Duration.between(startedAt, finishedAt == null ? now : finishedAt);
    }

    /** Time in the queue so far, or in all; null before it was queued. */
    public @Nullable Duration queued(Instant now) {
        return queuedAt == null ? null : Duration.between(queuedAt, startedAt == null ? now : startedAt);
    }
}
