package dev.tandem.server.build.store;

import static dev.tandem.server.platform.tables.Tables.CI_VARIABLES;

import dev.tandem.server.platform.tables.tables.records.CiVariablesRecord;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;

/** Rows of projects' CI/CD variables. A variable is known by project, name and environment scope. */
public final class VariableStore {

    public List<VariableRecord> list(DSLContext sql, long projectId) {
        return sql.selectFrom(CI_VARIABLES)
                .where(CI_VARIABLES.PROJECT_ID.eq(projectId))
                .orderBy(CI_VARIABLES.NAME, CI_VARIABLES.ENVIRONMENT_SCOPE)
                .limit(1000)
                .fetch(VariableStore::record);
    }

    public Optional<VariableRecord> find(DSLContext sql, long projectId, String name, String scope) {
        return sql.selectFrom(CI_VARIABLES).where(key(projectId, name, scope)).fetchOptional(VariableStore::record);
    }

    /** Stores a variable, in the place of the one with the same key if there is one. */
    public void put(DSLContext sql, VariableRecord variable) {
        delete(sql, variable.projectId(), variable.name(), variable.environmentScope());
        CiVariablesRecord row = sql.newRecord(CI_VARIABLES);
        row.setProjectId(variable.projectId());
        row.setName(variable.name());
        row.setSealedValue(variable.sealedValue());
        row.setType(variable.type());
        row.setProtected(variable.protectedOnly());
        row.setMasked(variable.masked());
        row.setRaw(variable.raw());
        row.setEnvironmentScope(variable.environmentScope());
        row.setDescription(variable.description());
        row.insert();
    }

    public boolean delete(DSLContext sql, long projectId, String name, String scope) {
        return sql.deleteFrom(CI_VARIABLES).where(key(projectId, name, scope)).execute() == 1;
    }

    public void deleteProject(DSLContext sql, long projectId) {
        sql.deleteFrom(CI_VARIABLES)
                .where(CI_VARIABLES.PROJECT_ID.eq(projectId))
                .execute();
    }

    private static Condition key(long projectId, String name, String scope) {
        return CI_VARIABLES
                .PROJECT_ID
                .eq(projectId)
                .and(CI_VARIABLES.NAME.eq(name))
                .and(CI_VARIABLES.ENVIRONMENT_SCOPE.eq(scope));
    }

    private static VariableRecord record(CiVariablesRecord row) {
        return new VariableRecord(
                row.getProjectId(),
                row.getName(),
                row.getSealedValue(),
                row.getType(),
                row.getProtected(),
                row.getMasked(),
                row.getRaw(),
                row.getEnvironmentScope(),
                row.getDescription());
    }
}
