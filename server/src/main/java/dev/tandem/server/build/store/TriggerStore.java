package dev.tandem.server.build.store;

import static dev.tandem.server.platform.tables.Tables.PIPELINE_TRIGGERS;

import dev.tandem.server.platform.tables.tables.records.PipelineTriggersRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** Rows of trigger tokens, which are known by their hashes. */
public final class TriggerStore {
    public List<TriggerRecord> list(DSLContext sql, long projectId, int most) {
        return sql.selectFrom(PIPELINE_TRIGGERS)
                .where(PIPELINE_TRIGGERS.PROJECT_ID.eq(projectId))
                .orderBy(PIPELINE_TRIGGERS.ID)
                .limit(most)
                .fetch(TriggerStore::record);
    }

    public Optional<TriggerRecord> find(DSLContext sql, long projectId, long id) {
        return sql.selectFrom(PIPELINE_TRIGGERS)
                .where(PIPELINE_TRIGGERS.ID.eq(id), PIPELINE_TRIGGERS.PROJECT_ID.eq(projectId))
                .fetchOptional(TriggerStore::record);
    }

    public Optional<TriggerRecord> ofToken(DSLContext sql, long projectId, String tokenHash) {
        return sql.selectFrom(PIPELINE_TRIGGERS)
                .where(PIPELINE_TRIGGERS.TOKEN_HASH.eq(tokenHash), PIPELINE_TRIGGERS.PROJECT_ID.eq(projectId))
                .fetchOptional(TriggerStore::record);
    }

    /** Stores a new one under a number of its own; {@code trigger} has none yet. */
    public TriggerRecord insert(DSLContext sql, TriggerRecord trigger, String tokenHash) {
        PipelineTriggersRecord row = sql.newRecord(PIPELINE_TRIGGERS);
        row.setProjectId(trigger.projectId());
        row.setDescription(trigger.description());
        row.setTokenHash(tokenHash);
        row.setTokenStart(trigger.tokenStart());
        row.setOwnerId(trigger.ownerId());
        row.setCreatedAt(trigger.createdAt().toEpochMilli());
        row.insert();
        return record(row);
    }

    public void describe(DSLContext sql, long id, String description) {
        sql.update(PIPELINE_TRIGGERS)
                .set(PIPELINE_TRIGGERS.DESCRIPTION, description)
                .where(PIPELINE_TRIGGERS.ID.eq(id))
                .execute();
    }

    public void used(DSLContext sql, long id, Instant now) {
        sql.update(PIPELINE_TRIGGERS)
                .set(PIPELINE_TRIGGERS.LAST_USED_AT, now.toEpochMilli())
                .where(PIPELINE_TRIGGERS.ID.eq(id))
                .execute();
    }

    public boolean delete(DSLContext sql, long projectId, long id) {
        return sql.deleteFrom(PIPELINE_TRIGGERS)
                        .where(PIPELINE_TRIGGERS.ID.eq(id), PIPELINE_TRIGGERS.PROJECT_ID.eq(projectId))
                        .execute()
                == 1;
    }

    private static TriggerRecord record(PipelineTriggersRecord row) {
        return new TriggerRecord(
                row.getId(),
                row.getProjectId(),
                row.getDescription(),
                row.getTokenStart(),
                row.getOwnerId(),
                Instant.ofEpochMilli(row.getCreatedAt()),
                Codec.instant(row.getLastUsedAt()));
    }
}
