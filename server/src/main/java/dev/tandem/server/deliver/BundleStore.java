package dev.tandem.server.deliver;

import static dev.tandem.server.platform.tables.Tables.BUNDLES;
import static dev.tandem.server.platform.tables.Tables.BUNDLE_OBJECTS;
import static dev.tandem.server.platform.tables.Tables.ENVIRONMENTS;
import static dev.tandem.server.platform.tables.Tables.REVISIONS;
import static dev.tandem.server.platform.tables.Tables.ROLLOUTS;

import dev.tandem.server.platform.tables.tables.records.BundlesRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Rows of release bundles, and of the objects that hold them. */
final class BundleStore {
    private final DSLContext sql;

    BundleStore(DSLContext sql) {
        this.sql = sql;
    }

    Optional<ReleaseBundle> find(long projectId, String sha256) {
        return sql.selectFrom(BUNDLES)
                .where(BUNDLES.PROJECT_ID.eq(projectId), BUNDLES.SHA256.eq(sha256))
                .fetchOptional(BundleStore::bundle);
    }

    Optional<ReleaseBundle> find(long id) {
        return sql.selectFrom(BUNDLES).where(BUNDLES.ID.eq(id)).fetchOptional(BundleStore::bundle);
    }

    /** Where the bytes of a bundle lie. */
    Optional<String> objectKey(long id) {
        return sql.select(BUNDLES.OBJECT_KEY)
                .from(BUNDLES)
                .where(BUNDLES.ID.eq(id))
                .fetchOptional(BUNDLES.OBJECT_KEY);
    }

    /** Where the bytes of a bundle lie that {@code agentId} should run now; empty for every other bundle. */
    Optional<String> objectKeyForAgent(long agentId, String sha256) {
        return sql.select(BUNDLES.OBJECT_KEY)
                .from(REVISIONS)
                .join(ENVIRONMENTS)
                .on(ENVIRONMENTS.ID.eq(REVISIONS.ENVIRONMENT_ID))
                .join(BUNDLES)
                .on(BUNDLES.ID.eq(REVISIONS.BUNDLE_ID))
                .where(ENVIRONMENTS.AGENT_ID.eq(agentId), BUNDLES.SHA256.eq(sha256))
                .limit(1)
                .fetchOptional(BUNDLES.OBJECT_KEY);
    }

    void uploading(String objectKey, Instant now) {
        sql.insertInto(BUNDLE_OBJECTS)
                .set(BUNDLE_OBJECTS.OBJECT_KEY, objectKey)
                .set(BUNDLE_OBJECTS.STARTED_AT, now.toEpochMilli())
                .execute();
    }

    void forget(String objectKey) {
        sql.deleteFrom(BUNDLE_OBJECTS)
                .where(BUNDLE_OBJECTS.OBJECT_KEY.eq(objectKey))
                .execute();
    }

    /**
     * Those that nothing runs or is to run, and that nobody uploaded or rolled out since {@code moment}; what a rollback
     * would need is among them.
     */
    List<ReleaseBundle> idleSince(Instant moment, int limit) {
        return sql.selectFrom(BUNDLES)
                .where(BUNDLES.EXPIRED_AT.isNull(), BUNDLES.CREATED_AT.lt(moment.toEpochMilli()))
                .andNotExists(DSL.selectOne().from(REVISIONS).where(REVISIONS.BUNDLE_ID.eq(BUNDLES.ID)))
                .andNotExists(DSL.selectOne()
                        .from(ROLLOUTS)
                        .where(
                                ROLLOUTS.BUNDLE_ID.eq(BUNDLES.ID),
                                ROLLOUTS.FINISHED_AT.isNull().or(ROLLOUTS.FINISHED_AT.ge(moment.toEpochMilli()))))
                .orderBy(BUNDLES.ID)
                .limit(limit)
                .fetch(BundleStore::bundle);
    }

    /** @return whether nothing runs or is to run it, so that its bytes may go */
    boolean expire(long id, Instant now) {
        return sql.update(BUNDLES)
                        .set(BUNDLES.EXPIRED_AT, now.toEpochMilli())
                        .where(BUNDLES.ID.eq(id), BUNDLES.EXPIRED_AT.isNull())
                        .andNotExists(DSL.selectOne().from(REVISIONS).where(REVISIONS.BUNDLE_ID.eq(id)))
                        .andNotExists(DSL.selectOne()
                                .from(ROLLOUTS)
                                .where(ROLLOUTS.BUNDLE_ID.eq(id), ROLLOUTS.FINISHED_AT.isNull()))
                        .execute()
                == 1;
    }

    /** Objects of a project that no bundle names. */
    List<String> orphansOf(long projectId) {
        return sql.select(BUNDLE_OBJECTS.OBJECT_KEY)
                .from(BUNDLE_OBJECTS)
                .leftJoin(BUNDLES)
                .on(BUNDLES.OBJECT_KEY.eq(BUNDLE_OBJECTS.OBJECT_KEY))
                .where(BUNDLES.ID.isNull(), BUNDLE_OBJECTS.OBJECT_KEY.startsWith("bundles/" + projectId + "/"))
                .fetch(BUNDLE_OBJECTS.OBJECT_KEY);
    }

    /** Objects that no bundle names or needs, and whose upload began before {@code moment}. */
    List<String> orphans(Instant moment, int limit) {
        return sql.select(BUNDLE_OBJECTS.OBJECT_KEY)
                .from(BUNDLE_OBJECTS)
                .leftJoin(BUNDLES)
                .on(BUNDLES.OBJECT_KEY.eq(BUNDLE_OBJECTS.OBJECT_KEY), BUNDLES.EXPIRED_AT.isNull())
                .where(BUNDLES.ID.isNull(), BUNDLE_OBJECTS.STARTED_AT.lt(moment.toEpochMilli()))
                .limit(limit)
                .fetch(BUNDLE_OBJECTS.OBJECT_KEY);
    }

    /**
     * A new bundle, or the bytes of one that had expired.
     *
     * @return whether it is this one that is there now; false when the same bundle had come meanwhile
     */
    boolean insert(
            long projectId,
            String sha256,
            String objectKey,
            @Nullable Long jobId,
            @Nullable String commitSha,
            long sizeBytes,
            Instant now) {
        return sql.insertInto(BUNDLES)
                        .set(BUNDLES.PROJECT_ID, projectId)
                        .set(BUNDLES.SHA256, sha256)
                        .set(BUNDLES.OBJECT_KEY, objectKey)
                        .set(BUNDLES.JOB_ID, jobId)
                        .set(BUNDLES.COMMIT_SHA, commitSha)
                        .set(BUNDLES.SIZE_BYTES, sizeBytes)
                        .set(BUNDLES.CREATED_AT, now.toEpochMilli())
                        .onConflict(BUNDLES.PROJECT_ID, BUNDLES.SHA256)
                        .doUpdate()
                        .set(BUNDLES.OBJECT_KEY, objectKey)
                        .set(BUNDLES.JOB_ID, jobId)
                        .set(BUNDLES.COMMIT_SHA, commitSha)
                        .set(BUNDLES.CREATED_AT, now.toEpochMilli())
                        .set(BUNDLES.EXPIRED_AT, (Long) null)
                        .where(BUNDLES.EXPIRED_AT.isNotNull())
                        .execute()
                == 1;
    }

    private static ReleaseBundle bundle(BundlesRecord row) {
        return new ReleaseBundle(
                row.getId(),
                row.getProjectId(),
                row.getSha256(),
                row.getJobId(),
                row.getCommitSha(),
                row.getSizeBytes(),
                Instant.ofEpochMilli(row.getCreatedAt()),
                Millis.instant(row.getExpiredAt()));
    }
}
