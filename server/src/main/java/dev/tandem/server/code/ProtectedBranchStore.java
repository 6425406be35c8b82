package dev.tandem.server.code;

import static dev.tandem.server.platform.tables.Tables.PROTECTED_BRANCHES;

import dev.tandem.server.platform.access.Role;
import dev.tandem.server.platform.tables.tables.records.ProtectedBranchesRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** Rows of protected branches. */
final class ProtectedBranchStore {
    private final DSLContext sql;

    ProtectedBranchStore(DSLContext sql) {
        this.sql = sql;
    }

    List<ProtectedBranch> list(long projectId, int limit) {
        return sql.selectFrom(PROTECTED_BRANCHES)
                .where(PROTECTED_BRANCHES.PROJECT_ID.eq(projectId))
                .orderBy(PROTECTED_BRANCHES.NAME)
                .limit(limit)
                .fetch(ProtectedBranchStore::branch);
    }

    /** @return whether there was no rule of this name yet */
    boolean insert(long projectId, ProtectedBranches.Rule rule, Instant now) {
        return sql.insertInto(PROTECTED_BRANCHES)
                        .set(PROTECTED_BRANCHES.PROJECT_ID, projectId)
                        .set(PROTECTED_BRANCHES.NAME, rule.name())
                        .set(PROTECTED_BRANCHES.PUSH_ACCESS_LEVEL, level(rule.push()))
                        .set(PROTECTED_BRANCHES.MERGE_ACCESS_LEVEL, level(rule.merge()))
                        .set(PROTECTED_BRANCHES.ALLOW_FORCE_PUSH, rule.allowForcePush())
                        .set(PROTECTED_BRANCHES.CREATED_AT, now.toEpochMilli())
                        .onConflict(PROTECTED_BRANCHES.PROJECT_ID, PROTECTED_BRANCHES.NAME)
                        .doNothing()
                        .execute()
                == 1;
    }

    /** @return whether there is a rule of this name */
    boolean update(long projectId, ProtectedBranches.Rule rule) {
        return sql.update(PROTECTED_BRANCHES)
                        .set(PROTECTED_BRANCHES.PUSH_ACCESS_LEVEL, level(rule.push()))
                        .set(PROTECTED_BRANCHES.MERGE_ACCESS_LEVEL, level(rule.merge()))
                        .set(PROTECTED_BRANCHES.ALLOW_FORCE_PUSH, rule.allowForcePush())
                        .where(PROTECTED_BRANCHES.PROJECT_ID.eq(projectId), PROTECTED_BRANCHES.NAME.eq(rule.name()))
                        .execute()
                == 1;
    }

    boolean delete(long projectId, String name) {
        return sql.deleteFrom(PROTECTED_BRANCHES)
                        .where(PROTECTED_BRANCHES.PROJECT_ID.eq(projectId), PROTECTED_BRANCHES.NAME.eq(name))
                        .execute()
                == 1;
    }

    private static int level(Optional<Role> role) {
        return role.map(Role::accessLevel).orElse(ProtectedBranch.NO_ONE);
    }

    private static ProtectedBranch branch(ProtectedBranchesRecord row) {
        return new ProtectedBranch(
                row.getId(),
                row.getName(),
                Role.of(row.getPushAccessLevel()),
                Role.of(row.getMergeAccessLevel()),
                row.getAllowForcePush());
    }
}
