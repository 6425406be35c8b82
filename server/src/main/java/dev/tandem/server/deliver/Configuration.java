package dev.tandem.server.deliver;

import dev.tandem.server.identity.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One version of the environment variables that an environment's service runs with. Never changes.
 *
 * @param version counts per environment; 0 is the empty one that each begins with
 * @param basedOn the version that was changed
 * @param by who made it; null for version 0
 */
public record Configuration(
        long environmentId,
        long version,
        long basedOn,
        List<Variable> variables,
        @Nullable UserId by,
        @Nullable Instant at) {
    public Configuration {
        variables = List.copyOf(variables);
    }

    /**
     * One variable.
     *
     * @param sealed the value, to be opened by those who may
     * @param secret whether it is never shown again
     */
    public record Variable(String name, String sealed, boolean secret) {}

    /** What one version has that another has not, by name. */
    public record Difference(List<String> added, List<String> changed, List<String> removed) {
        public static final Difference NONE = new Difference(List.of(), List.of(), List.of());

        public Difference {
            added = List.copyOf(added);
            changed = List.copyOf(changed);
            removed = List.copyOf(removed);
        }

        public boolean isEmpty() {
            return added.isEmpty() && changed.isEmpty() && removed.isEmpty();
        }
    }

    static Configuration empty(long environmentId) {
        return new Configuration(environmentId, 0, 0, List.of(), null, null);
    }

    public Optional<Variable> find(String name) {
        return variables.stream()
                .filter(variable -> variable.name().equals(name))
                .findFirst();
    }

    /** What makes this out of {@code before}. A variable that was set anew counts as changed, also to the same value. */
    public Difference since(Configuration before) {
        TreeSet<String> added = new TreeSet<>();
        TreeSet<String> changed = new TreeSet<>();
        TreeSet<String> removed = new TreeSet<>();
        for (Variable variable : variables) {
            Variable old = before.find(variable.name()).orElse(null);
            if (old == null) {
                added.add(variable.name());
            } else if (!old.equals(variable)) {
                changed.add(variable.name());
            }
        }
        before.variables().stream()
                .map(Variable::name)
                .filter(name -> find(name).isEmpty())
                .forEach(removed::add);
        return new Difference(List.copyOf(added), List.copyOf(changed), List.copyOf(removed));
    }
}
