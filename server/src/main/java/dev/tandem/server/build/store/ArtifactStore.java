package dev.tandem.server.build.store;

import static dev.tandem.server.platform.tables.Tables.ARTIFACTS;
import static dev.tandem.server.platform.tables.Tables.JOBS;
import static dev.tandem.server.platform.tables.Tables.PIPELINES;

import dev.tandem.server.platform.tables.tables.records.ArtifactsRecord;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** Rows of artifacts. The bytes are in the object store. */
public final class ArtifactStore {

    /** Stores an artifact in the place of an earlier one of the same job and type. */
    public ArtifactRecord replace(DSLContext sql, ArtifactRecord artifact) {
        sql.deleteFrom(ARTIFACTS)
                .where(ARTIFACTS.JOB_ID.eq(artifact.jobId()).and(ARTIFACTS.TYPE.eq(artifact.type())))
                .execute();
        ArtifactsRecord row = sql.newRecord(ARTIFACTS);
        row.setJobId(artifact.jobId());
        row.setProjectId(artifact.projectId());
        row.setType(artifact.type());
        row.setFormat(artifact.format());
        row.setFilename(artifact.filename());
        row.setSizeBytes(artifact.sizeBytes());
        row.setSha256(artifact.sha256());
        row.setObjectKey(artifact.objectKey());
        row.setExpiresAt(Codec.millis(artifact.expiresAt()));
        row.setCreatedAt(artifact.createdAt().toEpochMilli());
        row.insert();
        return record(row);
    }

    public Optional<ArtifactRecord> find(DSLContext sql, long jobId, String type) {
        return sql.selectFrom(ARTIFACTS)
                .where(ARTIFACTS.JOB_ID.eq(jobId).and(ARTIFACTS.TYPE.eq(type)))
                .fetchOptional(ArtifactStore::record);
    }

    public List<ArtifactRecord> ofJobs(DSLContext sql, Collection<Long> jobIds) {
        return sql.selectFrom(ARTIFACTS)
                .where(ARTIFACTS.JOB_ID.in(jobIds))
                .orderBy(ARTIFACTS.ID)
                .limit(20_000)
                .fetch(ArtifactStore::record);
    }

    public Optional<ArtifactRecord> find(DSLContext sql, long id) {
        return sql.selectFrom(ARTIFACTS).where(ARTIFACTS.ID.eq(id)).fetchOptional(ArtifactStore::record);
    }

    public void keep(DSLContext sql, long jobId) {
        sql.update(ARTIFACTS)
                .set(ARTIFACTS.EXPIRES_AT, (Long) null)
                .where(ARTIFACTS.JOB_ID.eq(jobId))
                .execute();
    }

    /** Whether this artifact's job belongs to the newest successful pipeline of its ref; those are kept. */
    public boolean isOfLatestSuccess(DSLContext sql, ArtifactRecord artifact) {
        var own = PIPELINES.as("own");
        return sql.select(own.ID, own.STATUS, own.REF, own.PROJECT_ID)
                .from(JOBS)
                .join(own)
                .on(own.ID.eq(JOBS.PIPELINE_ID))
                .where(JOBS.ID.eq(artifact.jobId()))
                .fetchOptional()
                .filter(row -> "success".equals(row.get(own.STATUS)))
                .map(row -> !sql.fetchExists(
                        PIPELINES,
                        PIPELINES
                                .PROJECT_ID
                                .eq(row.get(own.PROJECT_ID))
                                .and(PIPELINES.REF.eq(row.get(own.REF)))
                                .and(PIPELINES.STATUS.eq("success"))
                                .and(PIPELINES.ID.gt(row.get(own.ID)))))
                .orElse(false);
    }

    public void delete(DSLContext sql, long id) {
        sql.deleteFrom(ARTIFACTS).where(ARTIFACTS.ID.eq(id)).execute();
    }

    /** Artifacts that were due to go by {@code now}, with numbers beyond {@code after}, in the order of their numbers. */
    public List<ArtifactRecord> expired(DSLContext sql, Instant now, long after, int limit) {
        return sql.selectFrom(ARTIFACTS)
                .where(ARTIFACTS.EXPIRES_AT.le(now.toEpochMilli()).and(ARTIFACTS.ID.gt(after)))
                .orderBy(ARTIFACTS.ID)
                .limit(limit)
                .fetch(ArtifactStore::record);
    }

    /** The newest job of this name in a successful pipeline of the ref that left an archive. */
    public Optional<ArtifactRecord> latestArchive(DSLContext sql, long projectId, String ref, String jobName) {
        return sql.select(ARTIFACTS.fields())
                .from(ARTIFACTS)
                .join(JOBS)
                .on(JOBS.ID.eq(ARTIFACTS.JOB_ID))
                .join(PIPELINES)
                .on(PIPELINES.ID.eq(JOBS.PIPELINE_ID))
                .where(ARTIFACTS.TYPE.eq("archive"))
                .and(PIPELINES.PROJECT_ID.eq(projectId))
                .and(PIPELINES.REF.eq(ref))
                .and(PIPELINES.STATUS.eq("success"))
                .and(JOBS.NAME.eq(jobName))
                .and(JOBS.RETRIED.eq(false))
                .orderBy(PIPELINES.ID.desc())
                .limit(1)
                .fetchOptional(row -> record(row.into(ARTIFACTS)));
    }

    private static ArtifactRecord record(ArtifactsRecord row) {
        return new ArtifactRecord(
                row.getId(),
                row.getJobId(),
                row.getProjectId(),
                row.getType(),
                row.getFormat(),
                row.getFilename(),
                row.getSizeBytes(),
                row.getSha256(),
                row.getObjectKey(),
                Codec.instant(row.getExpiresAt()),
                Instant.ofEpochMilli(row.getCreatedAt()));
    }
}
