package dev.tandem.server.build.store;

import static dev.tandem.server.platform.tables.Tables.RESOURCE_GROUPS;

import dev.tandem.server.platform.tables.tables.records.ResourceGroupsRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** Rows of resource groups. Who holds one is not stored here: it is the job whose status says so. */
public final class ResourceGroupStore {

    /** Makes it known; nothing happens when it is. */
    public void ensure(DSLContext sql, long projectId, String key, Instant now) {
        sql.insertInto(RESOURCE_GROUPS)
                .set(RESOURCE_GROUPS.PROJECT_ID, projectId)
                .set(RESOURCE_GROUPS.NAME, key)
                .set(RESOURCE_GROUPS.PROCESS_MODE, ProcessMode.UNORDERED.wire())
                .set(RESOURCE_GROUPS.CREATED_AT, now.toEpochMilli())
                .set(RESOURCE_GROUPS.UPDATED_AT, now.toEpochMilli())
                .onConflictDoNothing()
                .execute();
    }

    public Optional<ResourceGroupRecord> find(DSLContext sql, long projectId, String key) {
        return sql.selectFrom(RESOURCE_GROUPS)
                .where(RESOURCE_GROUPS.PROJECT_ID.eq(projectId).and(RESOURCE_GROUPS.NAME.eq(key)))
                .fetchOptional(ResourceGroupStore::record);
    }

    /** One that nobody has chosen a mode for is unordered. */
    public ProcessMode mode(DSLContext sql, long projectId, String key) {
        return find(sql, projectId, key).map(ResourceGroupRecord::mode).orElse(ProcessMode.UNORDERED);
    }

    /** In the order of their numbers. */
    public List<ResourceGroupRecord> list(DSLContext sql, long projectId, int offset, int limit) {
        return sql.selectFrom(RESOURCE_GROUPS)
                .where(RESOURCE_GROUPS.PROJECT_ID.eq(projectId))
                .orderBy(RESOURCE_GROUPS.ID)
                .limit(limit)
                .offset(offset)
                .fetch(ResourceGroupStore::record);
    }

    public int count(DSLContext sql, long projectId) {
        return sql.fetchCount(RESOURCE_GROUPS, RESOURCE_GROUPS.PROJECT_ID.eq(projectId));
    }

    /** Tells whether there is such a group. */
    public boolean choose(DSLContext sql, long projectId, String key, ProcessMode mode, Instant now) {
        return sql.update(RESOURCE_GROUPS)
                        .set(RESOURCE_GROUPS.PROCESS_MODE, mode.wire())
                        .set(RESOURCE_GROUPS.UPDATED_AT, now.toEpochMilli())
                        .where(RESOURCE_GROUPS.PROJECT_ID.eq(projectId).and(RESOURCE_GROUPS.NAME.eq(key)))
                        .execute()
                == 1;
    }

    private static ResourceGroupRecord record(ResourceGroupsRecord row) {
        return new ResourceGroupRecord(
                row.getId(),
                row.getProjectId(),
                row.getName(),
                ProcessMode.ofWire(row.getProcessMode()).orElseThrow(),
                Instant.ofEpochMilli(row.getCreatedAt()),
                Instant.ofEpochMilli(row.getUpdatedAt()));
    }
}
