package dev.tandem.pipeline;

import dev.tandem.pipeline.plan.RulesReader;
import dev.tandem.pipeline.rule.Conditions;
import dev.tandem.pipeline.rule.PipelineContext;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.rule.VariableExpander;
import dev.tandem.pipeline.syntax.Diagnostics;
import dev.tandem.pipeline.syntax.IncludeContext;
import dev.tandem.pipeline.syntax.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Lets includes see the variables that exist before any file is read, and their rules. */
final class IncludeRules implements IncludeContext {
    private final Map<String, String> variables = new HashMap<>();
    private final Conditions conditions;
    private final RulesReader reader;

    IncludeRules(PipelineContext context, Conditions conditions, Diagnostics diagnostics) {
        for (List<Variable> layer : List.of(context.predefined(), context.settings(), context.pipelineVariables())) {
            layer.forEach(variable -> variables.put(variable.key(), variable.value()));
        }
        this.conditions = conditions;
        this.reader = RulesReader.reporting(diagnostics);
    }

    @Override
    public String expand(String text) {
        return VariableExpander.expand(text, variables::get);
    }

    @Override
    public boolean admits(Node rules, String path) {
        return reader.includeRules(rules, path).stream()
                .filter(rule -> conditions.hold(rule.condition(), variables::get))
                .findFirst()
                .filter(rule -> !rule.never())
                .isPresent();
    }

    @Override
    public List<String> matching(String wildcard, List<String> paths) {
        return Conditions.matching(wildcard, paths);
    }
}
