package dev.tandem.server.build.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A stored pipeline schedule.
 *
 * @param ownerId in whose name its pipelines run
 * @param nextRunAt null: it does not run by itself
 * @param lastProblem why the last run made no pipeline; null when it did, or never ran
 */
public record ScheduleRecord(
        long id,
        long projectId,
        String description,
        String ref,
        String cron,
        String cronTimezone,
        boolean active,
        long ownerId,
        @Nullable String sealedVariables,
        @Nullable Instant nextRunAt,
        @Nullable Instant lastRunAt,
        @Nullable Long lastPipelineId,
        @Nullable String lastProblem,
        Instant createdAt,
        Instant updatedAt) {}
