package dev.tandem.pipeline.plan;

import static dev.tandem.pipeline.plan.Values.join;
import static dev.tandem.pipeline.syntax.DiagnosticCode.INVALID_VALUE;

import dev.tandem.pipeline.plan.JobConfig.RefFilter;
import dev.tandem.pipeline.rule.Condition;
import dev.tandem.pipeline.rule.Expression;
import dev.tandem.pipeline.syntax.Node;
import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.Node.Sequence;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code only} and {@code except}. */
final class RefFilterReader {
    static final List<String> KEYS = List.of("refs", "variables", "changes", "kubernetes");

    private final Values values;
    private final RulesReader rules;

    RefFilterReader(Values values, RulesReader rules) {
        this.values = values;
        this.rules = rules;
    }

    @Nullable
    RefFilter read(@Nullable Node node, String path) {
        if (node == null) {
            return null;
        }
        if (!(node instanceof Mapping mapping)) {
            return new RefFilter(refs(node, path), List.of(), null, false);
        }
        values.checkKeys(mapping, path, KEYS);
        List<Expression> expressions = new ArrayList<>();
        Node variables = mapping.get("variables");
        String at = join(path, "variables");
        for (Node item : variables instanceof Sequence ? values.items(variables, at) : List.<Node>of()) {
            Expression expression = rules.expression(item, at);
            if (expression != null) {
                expressions.add(expression);
            }
        }
        if (variables != null && !(variables instanceof Sequence)) {
            values.wrongType(variables, at, "a list of expressions", "write lines that start with '- '");
        }
        Node changes = mapping.get("changes");
        if (mapping.get("kubernetes") != null) {
            String effect = "no project has a cluster, so it never holds";
            values.notEvaluated(mapping.keyMark("kubernetes"), join(path, "kubernetes"), "'kubernetes'", effect);
        }
        return new RefFilter(
                refs(mapping.get("refs"), join(path, "refs")),
                expressions,
                changes == null ? null : changes(changes, join(path, "changes")),
                values.word(mapping.get("kubernetes"), join(path, "kubernetes"), List.of("active")) != null);
    }

    private List<String> refs(@Nullable Node node, String path) {
        List<String> refs = values.texts(node, path, true);
        for (String ref : refs) {
            if (node != null
                    && RefFilters.isPattern(ref)
                    && RefFilters.pattern(ref).isEmpty()) {
                String message = "'" + ref + "' is not a valid RE2 pattern";
                values.report(INVALID_VALUE, node.mark(), path, message, "write /pattern/, with \\/ for a slash");
            }
        }
        return refs;
    }

    private Condition.Changes changes(Node node, String path) {
        return new Condition.Changes(values.texts(node, path, true), null, null, node.mark());
    }
}
