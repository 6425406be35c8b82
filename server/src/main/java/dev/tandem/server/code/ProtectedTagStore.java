package dev.tandem.server.code;

import static dev.tandem.server.platform.tables.Tables.PROTECTED_TAGS;

import dev.tandem.server.platform.access.Role;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** Rows of protected tags. */
final class ProtectedTagStore {
    private final DSLContext sql;

    ProtectedTagStore(DSLContext sql) {
        this.sql = sql;
    }

    List<ProtectedTag> list(long projectId, int limit) {
        return sql.selectFrom(PROTECTED_TAGS)
                .where(PROTECTED_TAGS.PROJECT_ID.eq(projectId))
                .orderBy(PROTECTED_TAGS.NAME)
                .limit(limit)
                .fetch(row -> new ProtectedTag(row.getId(), row.getName(), Role.of(row.getCreateAccessLevel())));
    }

    /** @return whether there was no rule of this name yet */
    boolean insert(long projectId, String name, Optional<Role> create, Instant now) {
        return sql.insertInto(PROTECTED_TAGS)
                        .set(PROTECTED_TAGS.PROJECT_ID, projectId)
                        .set(PROTECTED_TAGS.NAME, name)
                        .set(
                                PROTECTED_TAGS.CREATE_ACCESS_LEVEL,
                                create.map(Role::accessLevel).orElse(ProtectedBranch.NO_ONE))
                        .set(PROTECTED_TAGS.CREATED_AT, now.toEpochMilli())
                        .onConflict(PROTECTED_TAGS.PROJECT_ID, PROTECTED_TAGS.NAME)
                        .doNothing()
                        .execute()
                == 1;
    }

    boolean delete(long projectId, String name) {
        return sql.deleteFrom(PROTECTED_TAGS)
                        .where(PROTECTED_TAGS.PROJECT_ID.eq(projectId), PROTECTED_TAGS.NAME.eq(name))
                        .execute()
                == 1;
    }
}
