package dev.tandem.server.build.variables;

import dev.tandem.pipeline.rule.Variable;
import dev.tandem.server.build.store.VariableRecord;
import dev.tandem.server.build.store.VariableStore;
import dev.tandem.server.platform.SecretBox;
import java.util.List;
import java.util.regex.Pattern;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** The variables that a project's settings give to its jobs; values are encrypted at rest. Safe for use by many threads. */
public final class ProjectVariables {
    private static final Pattern KEY = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");
    private static final Pattern MASKABLE = Pattern.compile("\\S{8,}");
    private static final int LONGEST_VALUE = 65_536;

    private final VariableStore store;
    private final SecretBox box;

    public ProjectVariables(VariableStore store, SecretBox box) {
        this.store = store;
        this.box = box;
    }

    /** A variable with its value in clear. */
    public record Clear(VariableRecord stored, String value) {}

    /**
     * Why a variable is refused.
     *
     * @param problem what is wrong with the field, in the words of GitLab's API
     * @param code the same as the last part of a message key
     */
    public record Refusal(String field, String problem, String code) {}

    /** Those that a pipeline on such a ref may see, whatever the environment. */
    public List<Variable> of(DSLContext sql, long projectId, boolean refProtected) {
        return store.list(sql, projectId).stream()
                .filter(variable -> refProtected || !variable.protectedOnly())
                .map(this::variable)
                .toList();
    }

    public List<Clear> list(DSLContext sql, long projectId) {
        return store.list(sql, projectId).stream().map(this::clear).toList();
    }

    public java.util.Optional<Clear> find(DSLContext sql, long projectId, String name, String scope) {
        return store.find(sql, projectId, name, scope).map(this::clear);
    }

    /** What speaks against storing it; null when nothing does. */
    public static @Nullable Refusal refusal(VariableRecord variable, String value) {
        if (!KEY.matcher(variable.name()).matches()) {
            return new Refusal(
                    "key", "can contain only letters, digits and '_', and must not start with a digit", "key");
        }
        if (value.length() > LONGEST_VALUE) {
            return new Refusal("value", "is too long (maximum is " + LONGEST_VALUE + " characters)", "long");
        }
        if (variable.masked() && !MASKABLE.matcher(value).matches()) {
            return new Refusal(
                    "value", "cannot be masked: it needs at least 8 characters, on one line, without spaces", "mask");
        }
        if (!variable.type().equals("env_var") && !variable.type().equals("file")) {
            return new Refusal("variable_type", "does not have a valid value", "type");
        }
        return null;
    }

    public void put(DSLContext sql, VariableRecord variable, String value) {
        store.put(
                sql,
                new VariableRecord(
                        variable.projectId(),
                        variable.name(),
                        box.seal(value),
                        variable.type(),
                        variable.protectedOnly(),
                        variable.masked(),
                        variable.raw(),
                        variable.environmentScope(),
                        variable.description()));
    }

    public boolean delete(DSLContext sql, long projectId, String name, String scope) {
        return store.delete(sql, projectId, name, scope);
    }

    /** Whether a scope such as {@code review/*} covers a job's environment; {@code *} covers jobs without one too. */
    public static boolean covers(String scope, @Nullable String environment) {
        if (scope.equals("*")) {
            return true;
        }
        if (environment == null) {
            return false;
        }
        return Pattern.matches(
                "\\Q" + scope.replace("\\E", "\\E\\\\E\\Q").replace("*", "\\E.*\\Q") + "\\E", environment);
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
