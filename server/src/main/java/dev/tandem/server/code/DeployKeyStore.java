package dev.tandem.server.code;

import static dev.tandem.server.platform.tables.Tables.DEPLOY_KEYS;

import dev.tandem.server.identity.SshPublicKey;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.platform.tables.tables.records.DeployKeysRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;

/** Rows of deploy keys. */
final class DeployKeyStore {
    /** Last use is written at most this often for one key. */
    private static final Duration USE_PRECISION = Duration.ofMinutes(1);

    private final DSLContext sql;

    DeployKeyStore(DSLContext sql) {
        this.sql = sql;
    }

    /** @return empty when the project has this key already */
    Optional<DeployKey> insert(
            long projectId, DeployKeys.Wanted wanted, SshPublicKey key, UserId creator, Instant now) {
        int inserted = sql.insertInto(DEPLOY_KEYS)
                .set(DEPLOY_KEYS.PROJECT_ID, projectId)
                .set(DEPLOY_KEYS.TITLE, wanted.title())
                .set(DEPLOY_KEYS.PUBLIC_KEY, key.text())
                .set(DEPLOY_KEYS.FINGERPRINT, key.fingerprint())
                .set(DEPLOY_KEYS.CAN_PUSH, wanted.canPush())
                .set(DEPLOY_KEYS.CREATOR_ID, creator.value())
                .set(DEPLOY_KEYS.CREATED_AT, now.toEpochMilli())
                .set(
                        DEPLOY_KEYS.EXPIRES_AT,
                        wanted.expiresAt().map(Instant::toEpochMilli).orElse(null))
                .onConflict(DEPLOY_KEYS.PROJECT_ID, DEPLOY_KEYS.FINGERPRINT)
                .doNothing()
                .execute();
        return inserted == 0
                ? Optional.empty()
                : one(DEPLOY_KEYS.PROJECT_ID.eq(projectId).and(DEPLOY_KEYS.FINGERPRINT.eq(key.fingerprint())));
    }

    /** Newest first. */
    List<DeployKey> list(long projectId, int offset, int limit) {
        return sql.selectFrom(DEPLOY_KEYS)
                .where(DEPLOY_KEYS.PROJECT_ID.eq(projectId))
                .orderBy(DEPLOY_KEYS.ID.desc())
                .offset(offset)
                .limit(limit)
                .fetch(DeployKeyStore::key);
    }

    int count(long projectId) {
        return sql.fetchCount(DEPLOY_KEYS, DEPLOY_KEYS.PROJECT_ID.eq(projectId));
    }

    Optional<DeployKey> find(long projectId, long id) {
        return one(DEPLOY_KEYS.PROJECT_ID.eq(projectId).and(DEPLOY_KEYS.ID.eq(id)));
    }

    /** Not expired at {@code now}. */
    Optional<DeployKey> findLive(long id, Instant now) {
        return one(DEPLOY_KEYS.ID.eq(id).and(liveAt(now)));
    }

    /** Of any project, not expired at {@code now}. */
    List<DeployKey> withFingerprint(String fingerprint, Instant now) {
        return sql.selectFrom(DEPLOY_KEYS)
                .where(DEPLOY_KEYS.FINGERPRINT.eq(fingerprint), liveAt(now))
                .fetch(DeployKeyStore::key);
    }

    boolean edit(long projectId, long id, String title, boolean canPush) {
        return sql.update(DEPLOY_KEYS)
                        .set(DEPLOY_KEYS.TITLE, title)
                        .set(DEPLOY_KEYS.CAN_PUSH, canPush)
                        .where(DEPLOY_KEYS.PROJECT_ID.eq(projectId), DEPLOY_KEYS.ID.eq(id))
                        .execute()
                == 1;
    }

    boolean delete(long projectId, long id) {
        return sql.deleteFrom(DEPLOY_KEYS)
                        .where(DEPLOY_KEYS.PROJECT_ID.eq(projectId), DEPLOY_KEYS.ID.eq(id))
                        .execute()
                == 1;
    }

    void used(long id, Instant now) {
        sql.update(DEPLOY_KEYS)
                .set(DEPLOY_KEYS.LAST_USED_AT, now.toEpochMilli())
                .where(
                        DEPLOY_KEYS.ID.eq(id),
                        DEPLOY_KEYS
                                .LAST_USED_AT
                                .isNull()
                                .or(DEPLOY_KEYS.LAST_USED_AT.lt(
                                        now.minus(USE_PRECISION).toEpochMilli())))
                .execute();
    }

    private Optional<DeployKey> one(Condition condition) {
        return sql.selectFrom(DEPLOY_KEYS).where(condition).fetchOptional(DeployKeyStore::key);
    }

    private static Condition liveAt(Instant now) {
        return DEPLOY_KEYS.EXPIRES_AT.isNull().or(DEPLOY_KEYS.EXPIRES_AT.gt(now.toEpochMilli()));
    }

    private static DeployKey key(DeployKeysRecord row) {
        return new DeployKey(
                row.getId(),
                row.getProjectId(),
                row.getTitle(),
                row.getPublicKey(),
                row.getFingerprint(),
                row.getCanPush(),
                new UserId(row.getCreatorId()),
                Instant.ofEpochMilli(row.getCreatedAt()),
                Optional.ofNullable(row.getExpiresAt()).map(Instant::ofEpochMilli),
                Optional.ofNullable(row.getLastUsedAt()).map(Instant::ofEpochMilli));
    }
}
