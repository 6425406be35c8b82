package dev.tandem.server.build.variables;

import dev.tandem.pipeline.rule.Variable;
import dev.tandem.server.build.store.VariableHolder;
import dev.tandem.server.build.store.VariableRecord;
import dev.tandem.server.build.store.VariableStore;
import dev.tandem.server.identity.Namespaces;
import dev.tandem.server.platform.SecretBox;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The variables that settings give to jobs: those of the installation, of the groups above the job's project, the farthest
 * first, and of the project. Values are encrypted at
 * rest. Safe for use by many threads.
 */
public final class ProjectVariables {
    /** The scope for all jobs first, patterns by their length, an exact name last: the last one that covers a job wins. */
    private static final Comparator<VariableRecord> LESS_SPECIAL_FIRST = Comparator.comparing(
                    (VariableRecord variable) -> !variable.environmentScope().equals("*"))
            .thenComparing(variable -> !variable.environmentScope().contains("*"))
            .thenComparing(variable -> variable.environmentScope().length());

    private final VariableStore store;
    private final SecretBox box;

    public ProjectVariables(VariableStore store, SecretBox box) {
        this.store = store;
        this.box = box;
    }

    /** A variable with its value in clear. */
    public record Clear(VariableRecord stored, String value) {}

    /** Those that a pipeline on such a ref may see, whatever the environment; of several that cover a job the last one counts. */
    public List<Variable> of(DSLContext sql, long projectId, boolean refProtected) {
        List<VariableHolder> holders = new ArrayList<>(List.of(VariableHolder.INSTALLATION));
        Namespaces.groupsAbove(sql, projectId).forEach(group -> holders.add(VariableHolder.group(group)));
        holders.add(VariableHolder.project(projectId));
        List<VariableRecord> all = new ArrayList<>();
        for (VariableHolder holder : holders) {
            store.list(sql, holder).stream().sorted(LESS_SPECIAL_FIRST).forEach(all::add);
        }
        return all.stream()
                .filter(variable -> refProtected || !variable.protectedOnly())
                .map(this::variable)
                .toList();
    }

    public List<Clear> list(DSLContext sql, VariableOwner owner) {
        return store.list(sql, owner.holder()).stream().map(this::clear).toList();
    }

    public Optional<Clear> find(DSLContext sql, VariableOwner owner, String name, String scope) {
        return store.find(sql, owner.holder(), name, scope).map(this::clear);
    }

    public void put(DSLContext sql, VariableRecord variable, String value, VariableRecord.Change change) {
        store.put(sql, variable.sealed(box.seal(value), change));
    }

    public boolean delete(DSLContext sql, VariableOwner owner, String name, String scope) {
        return store.delete(sql, owner.holder(), name, scope);
    }

    /** Whether a scope such as {@code review/*} covers a job's environment; {@code *} covers jobs without one too. */
    public static boolean covers(String scope, @Nullable String environment) {
        return Variable.inScope(scope, environment == null ? "" : environment);
    }

    private Clear clear(VariableRecord stored) {
        return new Clear(stored, box.open(stored.sealedValue()));
    }

    private Variable variable(VariableRecord stored) {
        return new Variable(
                stored.name(),
                box.open(stored.sealedValue()),
                stored.raw(),
                stored.type().equals("file"),
                stored.masked(),
                stored.environmentScope());
    }
}
