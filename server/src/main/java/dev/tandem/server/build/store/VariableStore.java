package dev.tandem.server.build.store;

import static dev.tandem.server.platform.tables.Tables.CI_VARIABLES;

import dev.tandem.server.platform.tables.tables.records.CiVariablesRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;

/**
 * Rows of CI/CD variables. A variable is known by its holder, name and environment scope.
 */
public final class VariableStore {
    /** More than one holder can have. */
    private static final int MOST = 1000;

    public List<VariableRecord> list(DSLContext sql, VariableHolder holder) {
        return sql.selectFrom(CI_VARIABLES)
                .where(owner(holder))
                .orderBy(CI_VARIABLES.NAME, CI_VARIABLES.ENVIRONMENT_SCOPE)
                .limit(MOST)
                .fetch(VariableStore::record);
    }

    public Optional<VariableRecord> find(DSLContext sql, VariableHolder holder, String name, String scope) {
        return sql.selectFrom(CI_VARIABLES).where(key(holder, name, scope)).fetchOptional(VariableStore::record);
    }

    /** Stores a variable, in the place of the one with the same key if there is one. */
    public void put(DSLContext sql, VariableRecord variable) {
        delete(sql, variable.holder(), variable.name(), variable.environmentScope());
        VariableRecord.Change change = variable.change();
        CiVariablesRecord row = sql.newRecord(CI_VARIABLES);
        row.setProjectId(variable.holder().projectId());
        row.setGroupId(variable.holder().groupId());
        row.setName(variable.name());
        row.setSealedValue(variable.sealedValue());
        row.setType(variable.type());
        row.setProtected(variable.protectedOnly());
        row.setMasked(variable.masked());
        row.setHidden(variable.hidden());
        row.setRaw(variable.raw());
        row.setEnvironmentScope(variable.environmentScope());
        row.setDescription(variable.description());
        row.setChangedAt(change == null ? null : Long.valueOf(change.at().toEpochMilli()));
        row.setChangedBy(change == null ? null : change.by());
        row.insert();
    }

    public boolean delete(DSLContext sql, VariableHolder holder, String name, String scope) {
        return sql.deleteFrom(CI_VARIABLES).where(key(holder, name, scope)).execute() == 1;
    }

    public void deleteProject(DSLContext sql, long projectId) {
        sql.deleteFrom(CI_VARIABLES)
                .where(CI_VARIABLES.PROJECT_ID.eq(projectId))
                .execute();
    }

    private static Condition key(VariableHolder holder, String name, String scope) {
        return owner(holder).and(CI_VARIABLES.NAME.eq(name)).and(CI_VARIABLES.ENVIRONMENT_SCOPE.eq(scope));
    }

    private static Condition owner(VariableHolder holder) {
        Long project = holder.projectId();
        Long group = holder.groupId();
        return (project == null ? CI_VARIABLES.PROJECT_ID.isNull() : CI_VARIABLES.PROJECT_ID.eq(project))
                .and(group == null ? CI_VARIABLES.GROUP_ID.isNull() : CI_VARIABLES.GROUP_ID.eq(group));
    }

    private static VariableRecord record(CiVariablesRecord row) {
        Long changedAt = row.getChangedAt();
        String changedBy = row.getChangedBy();
        return new VariableRecord(
                new VariableHolder(row.getGroupId(), row.getProjectId()),
                row.getName(),
                row.getSealedValue(),
                row.getType(),
                row.getProtected(),
                row.getMasked(),
                row.getHidden(),
                row.getRaw(),
                row.getEnvironmentScope(),
                row.getDescription(),
                changedAt == null || changedBy == null
                        ? null
                        : new VariableRecord.Change(Instant.ofEpochMilli(changedAt), changedBy));
    }
}
