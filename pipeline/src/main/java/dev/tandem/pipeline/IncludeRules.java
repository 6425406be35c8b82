package dev.tandem.pipeline;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.tandem.pipeline.plan.RulesReader;
import dev.tandem.pipeline.rule.Conditions;
import dev.tandem.pipeline.rule.Expression;
import dev.tandem.pipeline.rule.ExpressionParser;
import dev.tandem.pipeline.rule.PipelineContext;
import dev.tandem.pipeline.rule.SafePattern;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.rule.VariableExpander;
import dev.tandem.pipeline.syntax.Diagnostics;
import dev.tandem.pipeline.syntax.IncludeContext;
import dev.tandem.pipeline.syntax.IncludeSources;
import dev.tandem.pipeline.syntax.Node;
import dev.tandem.pipeline.syntax.SourceFiles;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Lets includes see the variables that exist before any file is read, and their rules. */
final class IncludeRules implements IncludeContext {
    private static final Pattern INPUT = Pattern.compile("\\$\\[\\[\\s*inputs\\.([A-Za-z0-9_-]+)\\s*]]");
    private static final Pattern TRUTH = Pattern.compile("(==|!=)\\s*(true|false)\\b");

    private final PipelineContext context;
    private final Map<String, String> variables;
    private final Set<String> masked;
    private final IncludeSources sources;
    private final Diagnostics diagnostics;
    private final Map<SourceFiles, Conditions> conditions;
    private final RulesReader reader;

    IncludeRules(
            PipelineContext context,
            SourceFiles own,
            Conditions ownConditions,
            IncludeSources sources,
            Diagnostics diagnostics) {
        this(context, new HashMap<>(), new HashSet<>(), sources, diagnostics, new IdentityHashMap<>());
        for (List<Variable> layer : List.of(context.predefined(), context.settings(), context.pipelineVariables())) {
            for (Variable variable : layer) {
                variables.put(variable.key(), variable.value());
                if (variable.masked()) {
                    masked.add(variable.key());
                }
            }
        }
        conditions.put(own, ownConditions);
    }

    private IncludeRules(
            PipelineContext context,
            Map<String, String> variables,
            Set<String> masked,
            IncludeSources sources,
            Diagnostics diagnostics,
            Map<SourceFiles, Conditions> conditions) {
        this.context = context;
        this.variables = variables;
        this.masked = masked;
        this.sources = sources;
        this.diagnostics = diagnostics;
        this.conditions = conditions;
        this.reader = RulesReader.reporting(diagnostics);
    }

    @Override
    public String expand(String text) {
        return VariableExpander.expand(text, variables::get);
    }

    @Override
    public String expandKnown(String text) {
        return VariableExpander.expandKnown(text, name -> masked.contains(name) ? null : variables.get(name));
    }

    @Override
    public IncludeContext withoutVariables() {
        return new IncludeRules(context, Map.of(), Set.of(), sources, diagnostics, conditions);
    }

    @Override
    public boolean admits(Node rules, String path, SourceFiles files) {
        Conditions seen = conditions.computeIfAbsent(
                files, each -> new Conditions(each, sources, context.changes(), diagnostics));
        return reader.includeRules(rules, path).stream()
                .filter(rule -> seen.hold(rule.condition(), variables::get))
                .findFirst()
                .filter(rule -> !rule.never())
                .isPresent();
    }

    @Override
    public List<String> matching(String wildcard, List<String> paths, LongConsumer work) {
        return Conditions.matching(wildcard, paths, work);
    }

    @Override
    public @Nullable Predicate<String> pattern(String regex) {
        return SafePattern.compile(regex, "")
                .<Predicate<String>>map(pattern -> text -> pattern.matcher(text).find())
                .orElse(null);
    }

    /** Inputs become variables of a plain expression; their names may hold dashes, so each gets a number. */
    @Override
    public @Nullable Boolean holds(String expression, Map<String, String> inputs) {
        Map<String, @Nullable String> values = new HashMap<>();
        Matcher matcher = INPUT.matcher(expression);
        StringBuilder plain = new StringBuilder();
        int at = 0;
        while (matcher.find()) {
            String name = "input" + values.size();
            values.put(name, inputs.get(matcher.group(1)));
            plain.append(expression, at, matcher.start()).append('$').append(name);
            at = matcher.end();
        }
        plain.append(expression.substring(at));
        String quoted = TRUTH.matcher(plain.toString()).replaceAll("$1 \"$2\"");
        return switch (ExpressionParser.parse(quoted)) {
            case ExpressionParser.Result.Parsed(Expression parsed) -> parsed.matches(values::get);
            case ExpressionParser.Result.Malformed malformed -> null;
        };
    }
}
