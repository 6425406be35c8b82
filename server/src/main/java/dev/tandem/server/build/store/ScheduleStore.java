package dev.tandem.server.build.store;

import static dev.tandem.server.platform.tables.Tables.PIPELINE_SCHEDULES;

import dev.tandem.server.platform.tables.tables.records.PipelineSchedulesRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Rows of pipeline schedules. */
public final class ScheduleStore {
    public List<ScheduleRecord> list(DSLContext sql, long projectId, int most) {
        return sql.selectFrom(PIPELINE_SCHEDULES)
                .where(PIPELINE_SCHEDULES.PROJECT_ID.eq(projectId))
                .orderBy(PIPELINE_SCHEDULES.ID)
                .limit(most)
                .fetch(ScheduleStore::record);
    }

    public Optional<ScheduleRecord> find(DSLContext sql, long id) {
        return sql.selectFrom(PIPELINE_SCHEDULES)
                .where(PIPELINE_SCHEDULES.ID.eq(id))
                .fetchOptional(ScheduleStore::record);
    }

    /** Stores a new one under a number of its own; {@code schedule} has none yet. */
    public ScheduleRecord insert(DSLContext sql, ScheduleRecord schedule) {
        PipelineSchedulesRecord row = sql.newRecord(PIPELINE_SCHEDULES);
        row.setProjectId(schedule.projectId());
        row.setCreatedAt(schedule.createdAt().toEpochMilli());
        fill(row, schedule);
        row.insert();
        return record(row);
    }

    /** Stores what people may change of it. */
    public void update(DSLContext sql, ScheduleRecord schedule) {
        PipelineSchedulesRecord row = sql.newRecord(PIPELINE_SCHEDULES);
        fill(row, schedule);
        sql.update(PIPELINE_SCHEDULES)
                .set(row)
                .where(PIPELINE_SCHEDULES.ID.eq(schedule.id()))
                .execute();
    }

    /** Notes a run by the clock; false when the schedule was not, or no more, to run at {@code due}. */
    public boolean ran(
            DSLContext sql,
            long id,
            Instant due,
            @Nullable Instant next,
            Instant now,
            @Nullable Long pipelineId,
            @Nullable String problem) {
        return sql.update(PIPELINE_SCHEDULES)
                        .set(PIPELINE_SCHEDULES.NEXT_RUN_AT, Codec.millis(next))
                        .set(PIPELINE_SCHEDULES.LAST_RUN_AT, now.toEpochMilli())
                        .set(PIPELINE_SCHEDULES.LAST_PIPELINE_ID, pipelineId)
                        .set(PIPELINE_SCHEDULES.LAST_PROBLEM, problem)
                        .where(PIPELINE_SCHEDULES.ID.eq(id))
                        .and(PIPELINE_SCHEDULES.NEXT_RUN_AT.eq(due.toEpochMilli()))
                        .execute()
                == 1;
    }

    /** Notes a run that somebody asked for. */
    public void played(DSLContext sql, long id, Instant now, @Nullable Long pipelineId, @Nullable String problem) {
        sql.update(PIPELINE_SCHEDULES)
                .set(PIPELINE_SCHEDULES.LAST_RUN_AT, now.toEpochMilli())
                .set(PIPELINE_SCHEDULES.LAST_PIPELINE_ID, pipelineId)
                .set(PIPELINE_SCHEDULES.LAST_PROBLEM, problem)
                .where(PIPELINE_SCHEDULES.ID.eq(id))
                .execute();
    }

    public boolean delete(DSLContext sql, long id) {
        return sql.deleteFrom(PIPELINE_SCHEDULES)
                        .where(PIPELINE_SCHEDULES.ID.eq(id))
                        .execute()
                == 1;
    }

    private static void fill(PipelineSchedulesRecord row, ScheduleRecord schedule) {
        row.setDescription(schedule.description());
        row.setRef(schedule.ref());
        row.setCron(schedule.cron());
        row.setCronTimezone(schedule.cronTimezone());
        row.setActive(schedule.active());
        row.setOwnerId(schedule.ownerId());
        row.setVariables(schedule.sealedVariables());
        row.setNextRunAt(Codec.millis(schedule.nextRunAt()));
        row.setUpdatedAt(schedule.updatedAt().toEpochMilli());
    }

    private static ScheduleRecord record(PipelineSchedulesRecord row) {
        return new ScheduleRecord(
                row.getId(),
                row.getProjectId(),
                row.getDescription(),
                row.getRef(),
                row.getCron(),
                row.getCronTimezone(),
                row.getActive(),
                row.getOwnerId(),
                row.getVariables(),
                Codec.instant(row.getNextRunAt()),
                Codec.instant(row.getLastRunAt()),
                row.getLastPipelineId(),
                row.getLastProblem(),
                Instant.ofEpochMilli(row.getCreatedAt()),
                Instant.ofEpochMilli(row.getUpdatedAt()));
    }
}
