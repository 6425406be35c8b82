package dev.tandem.server.build.store;

import static dev.tandem.server.platform.tables.Tables.COMMIT_STATUSES;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.pipeline.state.StatusGroup;
import dev.tandem.server.platform.tables.tables.records.CommitStatusesRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Rows of commit statuses. */
public final class CommitStatusStore {
    /** Of one commit or pipeline. */
    private static final int MOST = 1000;

    private static final int LAST_STAGE = 1_000_000;

    /** Those of a commit, newest first, of each name every one. */
    public List<CommitStatus> ofCommit(DSLContext sql, long projectId, String sha) {
        return sql.selectFrom(COMMIT_STATUSES)
                .where(COMMIT_STATUSES.PROJECT_ID.eq(projectId), COMMIT_STATUSES.SHA.eq(sha))
                .orderBy(COMMIT_STATUSES.ID.desc())
                .limit(MOST)
                .fetch(CommitStatusStore::status);
    }

    /** The same beside one pipeline. */
    public List<CommitStatus> ofPipeline(DSLContext sql, long pipelineId) {
        return sql.selectFrom(COMMIT_STATUSES)
                .where(COMMIT_STATUSES.PIPELINE_ID.eq(pipelineId))
                .orderBy(COMMIT_STATUSES.ID.desc())
                .limit(MOST)
                .fetch(CommitStatusStore::status);
    }

    /** What the newest of each name amount to beside the jobs of a pipeline: a stage of their own, after all others. */
    public List<StatusGroup> groups(DSLContext sql, long pipelineId) {
        Set<String> names = new HashSet<>();
        return ofPipeline(sql, pipelineId).stream()
                .filter(status -> names.add(status.name()))
                .map(status -> new StatusGroup(LAST_STAGE, status.status(), false))
                .distinct()
                .toList();
    }

    /** Nobody waits for them any more. */
    public void cancelOpen(DSLContext sql, long pipelineId, Instant now) {
        sql.update(COMMIT_STATUSES)
                .set(COMMIT_STATUSES.STATUS, JobStatus.CANCELED.wire())
                .set(COMMIT_STATUSES.FINISHED_AT, now.toEpochMilli())
                .where(
                        COMMIT_STATUSES.PIPELINE_ID.eq(pipelineId),
                        COMMIT_STATUSES.STATUS.in(JobStatus.PENDING.wire(), JobStatus.RUNNING.wire()))
                .execute();
    }

    /** The newest of this name. */
    public Optional<CommitStatus> newest(DSLContext sql, long projectId, String sha, String ref, String name) {
        return sql.selectFrom(COMMIT_STATUSES)
                .where(
                        COMMIT_STATUSES.PROJECT_ID.eq(projectId),
                        COMMIT_STATUSES.SHA.eq(sha),
                        COMMIT_STATUSES.REF.eq(ref),
                        COMMIT_STATUSES.NAME.eq(name))
                .orderBy(COMMIT_STATUSES.ID.desc())
                .limit(1)
                .fetchOptional(CommitStatusStore::status);
    }

    /** Stores a new one, or what is now said of one that is there. */
    public CommitStatus put(DSLContext sql, CommitStatus status) {
        CommitStatusesRecord row = sql.newRecord(COMMIT_STATUSES);
        row.setProjectId(status.projectId());
        row.setPipelineId(status.pipelineId());
        row.setSha(status.sha());
        row.setRef(status.ref());
        row.setName(status.name());
        row.setStatus(status.status().wire());
        row.setTargetUrl(status.targetUrl());
        row.setDescription(status.description());
        row.setCoverage(status.coverage() == null ? null : status.coverage().toPlainString());
        row.setUserId(status.userId());
        row.setCreatedAt(status.createdAt().toEpochMilli());
        row.setStartedAt(millis(status.startedAt()));
        row.setFinishedAt(millis(status.finishedAt()));
        if (status.id() == 0) {
            row.insert();
        } else {
            row.setId(status.id());
            row.touched(COMMIT_STATUSES.ID, false);
            row.update();
        }
        return status(row);
    }

    private static CommitStatus status(CommitStatusesRecord row) {
        return new CommitStatus(
                row.getId(),
                row.getProjectId(),
                row.getPipelineId(),
                row.getSha(),
                row.getRef(),
                row.getName(),
                JobStatus.ofWire(row.getStatus()).orElseThrow(),
                row.getTargetUrl(),
                row.getDescription(),
                row.getCoverage() == null ? null : new BigDecimal(row.getCoverage()),
                row.getUserId(),
                Instant.ofEpochMilli(row.getCreatedAt()),
                time(row.getStartedAt()),
                time(row.getFinishedAt()));
    }

    private static @Nullable Long millis(@Nullable Instant time) {
        return time == null ? null : time.toEpochMilli();
    }

    private static @Nullable Instant time(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }
}
