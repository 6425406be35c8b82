package dev.tandem.server.code.lfs;

import static dev.tandem.server.platform.tables.Tables.LFS_OBJECTS;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jooq.Condition;
import org.jooq.DSLContext;

/** Rows of large files. */
final class LfsStore {
    private final DSLContext sql;

    LfsStore(DSLContext sql) {
        this.sql = sql;
    }

    /** Notes that content is on the way; what is there already stays. */
    void announce(long projectId, LfsPointer object, Instant now) {
        sql.insertInto(LFS_OBJECTS)
                .set(LFS_OBJECTS.PROJECT_ID, projectId)
                .set(LFS_OBJECTS.OID, object.oid())
                .set(LFS_OBJECTS.SIZE_BYTES, object.sizeBytes())
                .set(LFS_OBJECTS.CREATED_AT, now.toEpochMilli())
                .onConflict(LFS_OBJECTS.PROJECT_ID, LFS_OBJECTS.OID)
                .doNothing()
                .execute();
    }

    /** @return false when the project went meanwhile */
    boolean stored(long projectId, LfsPointer object, Instant now) {
        return sql.update(LFS_OBJECTS)
                        .set(LFS_OBJECTS.STORED_AT, now.toEpochMilli())
                        .set(LFS_OBJECTS.SIZE_BYTES, object.sizeBytes())
                        .where(is(projectId, object.oid()))
                        .execute()
                == 1;
    }

    /** From each oid that is stored to its size. */
    Map<String, Long> sizes(long projectId, Collection<String> oids) {
        return sql.select(LFS_OBJECTS.OID, LFS_OBJECTS.SIZE_BYTES)
                .from(LFS_OBJECTS)
                .where(
                        LFS_OBJECTS.PROJECT_ID.eq(projectId),
                        LFS_OBJECTS.OID.in(oids),
                        LFS_OBJECTS.STORED_AT.isNotNull())
                .fetchMap(LFS_OBJECTS.OID, LFS_OBJECTS.SIZE_BYTES);
    }

    /** Stored or on the way, after {@code last} in order. */
    List<String> list(long projectId, String last, int limit) {
        return sql.select(LFS_OBJECTS.OID)
                .from(LFS_OBJECTS)
                .where(LFS_OBJECTS.PROJECT_ID.eq(projectId), LFS_OBJECTS.OID.gt(last))
                .orderBy(LFS_OBJECTS.OID)
                .limit(limit)
                .fetch(LFS_OBJECTS.OID);
    }

    private static Condition is(long projectId, String oid) {
        return LFS_OBJECTS.PROJECT_ID.eq(projectId).and(LFS_OBJECTS.OID.eq(oid));
    }
}
