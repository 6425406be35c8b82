package dev.tandem.pipeline.rule;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The variables one job sees, by GitLab's order of precedence, and their expansion in each other. */
public final class JobVariables {
    /** Longer chains of variables in variables stay as written beyond this point. */
    private static final int LONGEST_CHAIN = 200;

    private final Map<String, Variable> variables;
    private final Map<String, String> expanded = new HashMap<>();
    private final LinkedHashSet<String> open = new LinkedHashSet<>();
    private List<String> circle = List.of();

    private JobVariables(Map<String, Variable> variables) {
        this.variables = variables;
    }

    /**
     * Merges layers of rising precedence: a later layer's variable takes the place of an earlier one's. The order of GitLab:
     * predefined, the job's own CI_* ones, YAML variables, dotenv, settings, pipeline variables.
     */
    public static List<Variable> merge(List<List<Variable>> layers) {
        Map<String, Variable> merged = new LinkedHashMap<>();
        for (List<Variable> layer : layers) {
            layer.forEach(variable -> merged.put(variable.key(), variable));
        }
        return new ArrayList<>(merged.values());
    }

    /**
     * What a job is given: the layers merged, and every {@code $name} in a value replaced by that variable's own expanded value.
     * Raw values and references to file variables, unknown names and circles stay as written, for the runner's shell.
     */
    public static List<Variable> resolve(List<List<Variable>> layers) {
        List<Variable> merged = merge(layers);
        JobVariables all = new JobVariables(byKey(merged));
        return merged.stream()
                .map(variable -> variable.withValue(all.value(variable)))
                .toList();
    }

    /** Two or more variables that refer to each other in a circle, when there are such. */
    public static Optional<List<String>> circle(Collection<Variable> variables) {
        JobVariables all = new JobVariables(byKey(variables));
        for (Variable variable : variables) {
            all.value(variable);
            if (!all.circle.isEmpty()) {
                return Optional.of(all.circle);
            }
        }
        return Optional.empty();
    }

    private static Map<String, Variable> byKey(Collection<Variable> variables) {
        Map<String, Variable> byKey = new LinkedHashMap<>();
        variables.forEach(variable -> byKey.put(variable.key(), variable));
        return byKey;
    }

    private String value(Variable variable) {
        if (variable.raw() || variable.file() || !VariableExpander.mayRefer(variable.value())) {
            return variable.value();
        }
        String known = expanded.get(variable.key());
        if (known != null) {
            return known;
        }
        open.add(variable.key());
        String value = VariableExpander.expandKnown(variable.value(), name -> referred(variable, name));
        open.remove(variable.key());
        expanded.put(variable.key(), value);
        return value;
    }

    private @Nullable String referred(Variable from, String name) {
        Variable target = variables.get(name);
        if (target == null || target.file() || name.equals(from.key()) || open.size() > LONGEST_CHAIN) {
            return null;
        }
        if (open.contains(name)) {
            List<String> chain = new ArrayList<>(open);
            circle = chain.subList(chain.indexOf(name), chain.size());
            return null;
        }
        return value(target);
    }
}
