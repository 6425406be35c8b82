package dev.tandem.server.build.variables;

import dev.tandem.server.build.store.VariableRecord;
import dev.tandem.server.build.variables.ProjectVariables.Clear;
import dev.tandem.server.build.variables.ProjectVariables.Refusal;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Tx;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How people change a project's variables, on pages and through the API; each change is audited, values never are. */
public final class VariableEdits {
    private static final int MOST = 1000;

    private final Database database;
    private final ProjectVariables variables;
    private final Audit audit;

    public VariableEdits(Database database, ProjectVariables variables, Audit audit) {
        this.database = database;
        this.variables = variables;
        this.audit = audit;
    }

    public List<Clear> list(ProjectFacts project) {
        return database.read(sql -> variables.list(sql, project.id()));
    }

    public Optional<Clear> find(ProjectFacts project, String name, String scope) {
        return database.read(sql -> variables.find(sql, project.id(), name, scope));
    }

    /** Null when it was stored, else why not. */
    public @Nullable Refusal create(Actor by, ProjectFacts project, VariableRecord wanted, String value) {
        Refusal refusal = ProjectVariables.refusal(wanted, value);
        return refusal != null
                ? refusal
                : database.<@Nullable Refusal>write(tx -> {
                    String scope = wanted.environmentScope();
                    if (variables
                            .find(tx.sql(), project.id(), wanted.name(), scope)
                            .isPresent()) {
                        return new Refusal("key", "(" + wanted.name() + ") has already been taken", "taken");
                    }
                    if (variables.list(tx.sql(), project.id()).size() >= MOST) {
                        return new Refusal("base", "Maximum number of variables exceeded", "many");
                    }
                    store(tx, by, project, wanted, value, "variable.create");
                    return null;
                });
    }

    /** Null when it was stored in the place of the one of this key and scope, else why not. */
    public @Nullable Refusal update(Actor by, ProjectFacts project, VariableRecord wanted, String value) {
        Refusal refusal = ProjectVariables.refusal(wanted, value);
        if (refusal == null) {
            database.write(tx -> {
                store(tx, by, project, wanted, value, "variable.update");
                return wanted;
            });
        }
        return refusal;
    }

    /** False when there was none. */
    public boolean delete(Actor by, ProjectFacts project, String name, String scope) {
        return database.write(tx -> {
            boolean gone = variables.delete(tx.sql(), project.id(), name, scope);
            if (gone) {
                audit.record(tx, by, "variable.delete", project.fullPath(), name);
            }
            return gone;
        });
    }

    private void store(Tx tx, Actor by, ProjectFacts project, VariableRecord wanted, String value, String action) {
        variables.put(tx.sql(), wanted, value);
        audit.record(tx, by, action, project.fullPath(), wanted.name());
    }
}
