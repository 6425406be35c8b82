package dev.tandem.server.build.store;

import static dev.tandem.server.platform.tables.Tables.SITES;
import static dev.tandem.server.platform.tables.Tables.SITE_FILES;
import static dev.tandem.server.platform.tables.Tables.SITE_REFUSALS;

import dev.tandem.server.platform.tables.tables.records.SitesRecord;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** Rows of published web sites. */
public final class SiteStore {

    public Optional<SiteRecord> find(DSLContext sql, long projectId, String prefix) {
        return sql.selectFrom(SITES)
                .where(SITES.PROJECT_ID.eq(projectId).and(SITES.PREFIX.eq(prefix)))
                .fetchOptional(SiteStore::record);
    }

    public Optional<SiteRecord> find(DSLContext sql, long id) {
        return sql.selectFrom(SITES).where(SITES.ID.eq(id)).fetchOptional(SiteStore::record);
    }

    /** What a job published, while nothing newer took its place. */
    public Optional<SiteRecord> ofJob(DSLContext sql, long jobId) {
        return sql.selectFrom(SITES).where(SITES.JOB_ID.eq(jobId)).limit(1).fetchOptional(SiteStore::record);
    }

    public int count(DSLContext sql, long projectId) {
        return sql.fetchCount(SITES, SITES.PROJECT_ID.eq(projectId));
    }

    /** Stores a site where there is none of its prefix. */
    public SiteRecord insert(DSLContext sql, SiteRecord site, List<SiteRecord.File> files) {
        SitesRecord row = sql.newRecord(SITES);
        row.setProjectId(site.projectId());
        row.setPrefix(site.prefix());
        row.setPipelineId(site.pipelineId());
        row.setJobId(site.jobId());
        row.setSizeBytes(site.sizeBytes());
        row.setCreatedAt(site.createdAt().toEpochMilli());
        row.setExpiresAt(Codec.millis(site.expiresAt()));
        row.insert();
        for (SiteRecord.File file : files) {
            sql.insertInto(SITE_FILES)
                    .set(SITE_FILES.SITE_ID, row.getId())
                    .set(SITE_FILES.PATH, file.path())
                    .set(SITE_FILES.OBJECT_KEY, file.objectKey())
                    .set(SITE_FILES.SIZE_BYTES, file.sizeBytes())
                    .execute();
        }
        return record(row);
    }

    public Optional<SiteRecord.File> file(DSLContext sql, long siteId, String path) {
        return sql.selectFrom(SITE_FILES)
                .where(SITE_FILES.SITE_ID.eq(siteId).and(SITE_FILES.PATH.eq(path)))
                .fetchOptional(row -> new SiteRecord.File(row.getPath(), row.getObjectKey(), row.getSizeBytes()));
    }

    /** Where the bytes of a site are. */
    public List<String> objectKeys(DSLContext sql, long siteId) {
        return sql.select(SITE_FILES.OBJECT_KEY)
                .from(SITE_FILES)
                .where(SITE_FILES.SITE_ID.eq(siteId))
                .orderBy(SITE_FILES.OBJECT_KEY)
                .fetch(SITE_FILES.OBJECT_KEY);
    }

    /** Where the bytes of all sites of a project are. */
    public List<String> objectKeysOfProject(DSLContext sql, long projectId) {
        return sql.select(SITE_FILES.OBJECT_KEY)
                .from(SITE_FILES)
                .join(SITES)
                .on(SITES.ID.eq(SITE_FILES.SITE_ID))
                .where(SITES.PROJECT_ID.eq(projectId))
                .orderBy(SITE_FILES.OBJECT_KEY)
                .fetch(SITE_FILES.OBJECT_KEY);
    }

    public void delete(DSLContext sql, long id) {
        sql.deleteFrom(SITES).where(SITES.ID.eq(id)).execute();
    }

    /** Notes why a job's site is not there, as a word. */
    public void refuse(DSLContext sql, long jobId, String why) {
        sql.deleteFrom(SITE_REFUSALS).where(SITE_REFUSALS.JOB_ID.eq(jobId)).execute();
        sql.insertInto(SITE_REFUSALS)
                .set(SITE_REFUSALS.JOB_ID, jobId)
                .set(SITE_REFUSALS.WHY, why)
                .execute();
    }

    public Optional<String> refusal(DSLContext sql, long jobId) {
        return sql.select(SITE_REFUSALS.WHY)
                .from(SITE_REFUSALS)
                .where(SITE_REFUSALS.JOB_ID.eq(jobId))
                .fetchOptional(SITE_REFUSALS.WHY);
    }

    private static SiteRecord record(SitesRecord row) {
        return new SiteRecord(
                row.getId(),
                row.getProjectId(),
                row.getPrefix(),
                row.getPipelineId(),
                row.getJobId(),
                row.getSizeBytes(),
                java.time.Instant.ofEpochMilli(row.getCreatedAt()),
                Codec.instant(row.getExpiresAt()));
    }
}
