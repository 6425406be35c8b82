package dev.tandem.pipeline.plan;

import dev.tandem.pipeline.rule.JobVariables;
import dev.tandem.pipeline.rule.PipelineContext;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.rule.VariableExpander;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The variables as one place sees them, weakest layer first. Conditions see values as written; names of environments, tags and the
 * like are expanded all the way.
 */
final class Scope {
    private final List<List<Variable>> layers;
    private final List<Map<String, String>> values;
    private @Nullable Map<String, String> expanded;

    private Scope(List<List<Variable>> layers, List<Map<String, String>> values) {
        this.layers = layers;
        this.values = values;
    }

    /** What the whole pipeline shares; indexed once. */
    static final class Shared {
        private final PipelineContext context;
        private final Map<String, String> predefined;
        private final Map<String, String> pipeline;
        private final Map<String, List<Variable>> settings = new HashMap<>();
        private final Map<List<Variable>, Map<String, String>> indexed = new IdentityHashMap<>();

        Shared(PipelineContext context) {
            this.context = context;
            this.predefined = index(context.predefined());
            this.pipeline = index(context.pipelineVariables());
        }

        /**
         * A scope.
         *
         * @param own the CI_* variables of a job
         * @param yaml from the file, weakest first
         * @param environment null outside an environment
         */
        Scope with(List<Variable> own, List<List<Variable>> yaml, @Nullable String environment) {
            List<Variable> visible = settings.computeIfAbsent(environment == null ? "" : environment, this::visible);
            List<List<Variable>> layers = new ArrayList<>(List.of(context.predefined(), own));
            List<Map<String, String>> values = new ArrayList<>(List.of(predefined, index(own)));
            for (List<Variable> layer : yaml) {
                layers.add(layer);
                values.add(indexed(layer));
            }
            layers.add(visible);
            values.add(indexed(visible));
            layers.add(context.pipelineVariables());
            values.add(pipeline);
            return new Scope(layers, values);
        }

        /** Jobs share most of their layers. */
        private Map<String, String> indexed(List<Variable> layer) {
            return indexed.computeIfAbsent(layer, Scope::index);
        }

        private List<Variable> visible(String environment) {
            return context.settings().stream()
                    .filter(variable -> Variable.inScope(variable.environmentScope(), environment))
                    .toList();
        }
    }

    private static Map<String, String> index(List<Variable> variables) {
        Map<String, String> index = new HashMap<>();
        variables.forEach(variable -> index.put(variable.key(), variable.value()));
        return index;
    }

    /** The value as written, or null. */
    @Nullable
    String value(String name) {
        for (Map<String, String> layer : values.reversed()) {
            String value = layer.get(name);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    /** The text with all variables replaced; unknown ones are empty. */
    String expand(String text) {
        if (!text.contains("$") && !text.contains("%")) {
            return text;
        }
        if (expanded == null) {
            expanded = index(JobVariables.resolve(layers));
        }
        return VariableExpander.expand(text, expanded::get);
    }
}
