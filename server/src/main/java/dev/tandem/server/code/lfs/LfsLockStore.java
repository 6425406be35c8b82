package dev.tandem.server.code.lfs;

import static dev.tandem.server.platform.tables.Tables.LFS_LOCKS;
import static dev.tandem.server.platform.tables.Tables.USERS;

import dev.tandem.server.identity.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;

/** Rows of locks. */
final class LfsLockStore {
    private final DSLContext sql;

    LfsLockStore(DSLContext sql) {
        this.sql = sql;
    }

    /** @return false when the file is locked already */
    boolean add(long projectId, String path, UserId owner, Instant now) {
        return sql.insertInto(LFS_LOCKS)
                        .set(LFS_LOCKS.PROJECT_ID, projectId)
                        .set(LFS_LOCKS.PATH, path)
                        .set(LFS_LOCKS.USER_ID, owner.value())
                        .set(LFS_LOCKS.CREATED_AT, now.toEpochMilli())
                        .onConflict(LFS_LOCKS.PROJECT_ID, LFS_LOCKS.PATH)
                        .doNothing()
                        .execute()
                == 1;
    }

    int count(long projectId) {
        return sql.fetchCount(LFS_LOCKS, LFS_LOCKS.PROJECT_ID.eq(projectId));
    }

    Optional<LfsLock> find(long projectId, String path) {
        return list(LFS_LOCKS.PROJECT_ID.eq(projectId).and(LFS_LOCKS.PATH.eq(path)), 1).stream()
                .findFirst();
    }

    Optional<LfsLock> find(long projectId, long id) {
        return list(is(projectId, id), 1).stream().findFirst();
    }

    /** Those with a larger id than {@code after}, by id. */
    List<LfsLock> list(long projectId, long after, int limit) {
        return list(LFS_LOCKS.PROJECT_ID.eq(projectId).and(LFS_LOCKS.ID.gt(after)), limit);
    }

    /** @return false when it is gone already */
    boolean remove(long projectId, long id) {
        return sql.deleteFrom(LFS_LOCKS).where(is(projectId, id)).execute() == 1;
    }

    int removeAllOf(UserId owner) {
        return sql.deleteFrom(LFS_LOCKS)
                .where(LFS_LOCKS.USER_ID.eq(owner.value()))
                .execute();
    }

    private List<LfsLock> list(Condition condition, int limit) {
        return sql.select(LFS_LOCKS.ID, LFS_LOCKS.PATH, LFS_LOCKS.USER_ID, LFS_LOCKS.CREATED_AT, USERS.USERNAME)
                .from(LFS_LOCKS)
                .join(USERS)
                .on(USERS.ID.eq(LFS_LOCKS.USER_ID))
                .where(condition)
                .orderBy(LFS_LOCKS.ID)
                .limit(limit)
                .fetch(LfsLockStore::read);
    }

    private static LfsLock read(Record row) {
        return new LfsLock(
                row.get(LFS_LOCKS.ID),
                row.get(LFS_LOCKS.PATH),
                new UserId(row.get(LFS_LOCKS.USER_ID)),
                row.get(USERS.USERNAME),
                Instant.ofEpochMilli(row.get(LFS_LOCKS.CREATED_AT)));
    }

    private static Condition is(long projectId, long id) {
        return LFS_LOCKS.PROJECT_ID.eq(projectId).and(LFS_LOCKS.ID.eq(id));
    }
}
