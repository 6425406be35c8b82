package dev.tandem.pipeline.plan;

import static dev.tandem.pipeline.plan.Values.join;
import static dev.tandem.pipeline.syntax.DiagnosticCode.*;

import com.google.re2j.Pattern;
import dev.tandem.pipeline.plan.JobConfig.JobRule;
import dev.tandem.pipeline.plan.PipelineConfig.WorkflowRule;
import dev.tandem.pipeline.rule.Condition;
import dev.tandem.pipeline.rule.Expression;
import dev.tandem.pipeline.rule.ExpressionParser;
import dev.tandem.pipeline.rule.ExpressionParser.Result.Malformed;
import dev.tandem.pipeline.rule.ExpressionParser.Result.Parsed;
import dev.tandem.pipeline.rule.SafePattern;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.state.When;
import dev.tandem.pipeline.syntax.Diagnostics;
import dev.tandem.pipeline.syntax.Node;
import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.Node.Scalar;
import dev.tandem.pipeline.syntax.Node.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The three kinds of rules: of jobs, of workflow, of includes. */
public final class RulesReader {
    private static final int PATHS = 50;
    private static final Duration LONGEST_DELAY = Duration.ofDays(7);
    private static final List<String> INCLUDE_RULE = List.of("if", "changes", "exists", "when");
    static final List<String> AUTO_CANCEL = List.of("on_new_commit", "on_job_failure");
    static final List<String> ON_NEW_COMMIT = List.of("conservative", "interruptible", "none");
    static final List<String> ON_JOB_FAILURE = List.of("none", "all");
    static final List<String> CHANGES = List.of("paths", "regexp", "compare_to");
    static final List<String> EXISTS = List.of("paths", "regexp", "project", "ref");
    static final List<String> JOB_WHEN = List.of("on_success", "on_failure", "always", "never", "manual", "delayed");
    private static final List<String> TRIGGER_WHEN = List.of("on_success", "on_failure", "always", "never", "manual");
    static final List<String> YES_NO = List.of("always", "never");

    private final Values values;
    private final VariablesReader variables;
    private final Map<String, ExpressionParser.Result> parsed = new HashMap<>();

    RulesReader(Values values) {
        this.values = values;
        this.variables = new VariablesReader(values);
    }

    /** For use before the configuration is there: conditions of includes. */
    public static RulesReader reporting(Diagnostics diagnostics) {
        return new RulesReader(new Values(diagnostics));
    }

    /** A rule of an include. */
    public record IncludeRule(Condition condition, boolean never) {}

    public List<IncludeRule> includeRules(Node node, String path) {
        List<IncludeRule> rules = new ArrayList<>();
        for (Mapping item : ruleItems(node, path, INCLUDE_RULE)) {
            String when = values.word(item.get("when"), join(path, "when"), YES_NO);
            rules.add(new IncludeRule(condition(item, path), "never".equals(when)));
        }
        return rules;
    }

    /** Null when there are no rules: then none is asked. */
    @Nullable
    List<WorkflowRule> workflowRules(@Nullable Node node, String path) {
        if (node == null) {
            return null;
        }
        List<WorkflowRule> rules = new ArrayList<>();
        for (Mapping item : ruleItems(node, path, Keywords.WORKFLOW_RULE)) {
            String when = values.word(item.get("when"), join(path, "when"), YES_NO);
            Node autoCancel = item.get("auto_cancel");
            for (String key : Keywords.OF_JOBS_ONLY) {
                if (item.get(key) != null) {
                    values.notEvaluated(
                            item.keyMark(key), join(path, key), "'" + key + "'", "it means something to jobs only");
                }
            }
            List<Variable> given =
                    variables.read(item.get("variables"), join(path, "variables"), VariablesReader.Place.RULE);
            rules.add(new WorkflowRule(
                    condition(item, path),
                    "never".equals(when),
                    given,
                    autoCancel == null ? null : autoCancel(autoCancel, join(path, "auto_cancel"))));
        }
        return rules;
    }

    AutoCancel autoCancel(Node node, String path) {
        Mapping mapping = values.mapping(node, path, AUTO_CANCEL);
        if (mapping == null) {
            return AutoCancel.DEFAULT;
        }
        String commit = values.word(mapping.get("on_new_commit"), join(path, "on_new_commit"), ON_NEW_COMMIT);
        String failure = values.word(mapping.get("on_job_failure"), join(path, "on_job_failure"), ON_JOB_FAILURE);
        return new AutoCancel(
                switch (commit == null ? "" : commit) {
                    case "interruptible" -> AutoCancel.OnNewCommit.INTERRUPTIBLE;
                    case "none" -> AutoCancel.OnNewCommit.NONE;
                    default -> AutoCancel.OnNewCommit.CONSERVATIVE;
                },
                "all".equals(failure) ? AutoCancel.OnJobFailure.ALL : AutoCancel.OnJobFailure.NONE);
    }

    /** Null when the job has no rules. */
    @Nullable
    List<JobRule> jobRules(@Nullable Node node, String path, NeedsReader needs, JobKind kind) {
        if (node == null) {
            return null;
        }
        List<JobRule> rules = new ArrayList<>();
        for (Mapping item : ruleItems(node, path, Keywords.RULE)) {
            rules.add(jobRule(item, path, needs, kind));
        }
        return rules;
    }

    private JobRule jobRule(Mapping item, String path, NeedsReader needs, JobKind kind) {
        Node whenNode = item.get("when");
        String when = values.word(whenNode, join(path, "when"), kind == JobKind.BUILD ? JOB_WHEN : TRIGGER_WHEN);
        Duration startIn = kind == JobKind.BUILD
                ? startIn(item, path, "delayed".equals(when), whenNode == null ? item : whenNode)
                : null;
        Node allowFailure = item.get("allow_failure");
        Node interruptible = item.get("interruptible");
        Node needsNode = item.get("needs");
        return new JobRule(
                condition(item, path),
                "never".equals(when),
                when == null ? null : When.ofWire(when).orElse(null),
                startIn,
                allowFailure == null ? null : values.flag(allowFailure, join(path, "allow_failure"), false),
                variables.read(item.get("variables"), join(path, "variables"), VariablesReader.Place.RULE),
                needsNode == null ? null : needs.ofRule(needsNode, join(path, "needs")),
                interruptible == null ? null : values.flag(interruptible, join(path, "interruptible"), false));
    }

    /** {@code start_in}, which stands exactly beside {@code when: delayed}. */
    @Nullable
    Duration startIn(Mapping item, String path, boolean delayed, Node whenNode) {
        Node node = item.get("start_in");
        if (node == null && delayed) {
            values.report(
                    MISSING_KEY, whenNode.mark(), path, "when: delayed needs start_in", "add start_in: 30 minutes");
        }
        if (node != null && !delayed) {
            values.report(
                    EXCLUSIVE_KEYS, node.mark(), path, "start_in means something only with when: delayed", "remove it");
        }
        Duration startIn = values.duration(node, join(path, "start_in"));
        if (node != null && startIn != null && (startIn.isZero() || startIn.compareTo(LONGEST_DELAY) > 0)) {
            values.report(
                    INVALID_VALUE,
                    node.mark(),
                    path,
                    "start_in must be from 1 second to 1 week",
                    "choose a shorter delay");
        }
        return startIn;
    }

    private List<Mapping> ruleItems(Node node, String path, List<String> keys) {
        List<Node> items = values.items(node, path);
        if (node instanceof Sequence && items.isEmpty()) {
            values.report(
                    EMPTY_VALUE, node.mark(), path, "rules must not be empty", "add a rule or remove the keyword");
        }
        List<Mapping> mappings = new ArrayList<>();
        for (Node item : items) {
            Mapping mapping = values.mapping(item, path, keys);
            if (mapping != null && mapping.entries().isEmpty()) {
                values.report(EMPTY_VALUE, item.mark(), path, "a rule must not be empty", "write a condition or when:");
            } else if (mapping != null) {
                mappings.add(mapping);
            }
        }
        return mappings;
    }

    private Condition condition(Mapping item, String path) {
        Expression expression = expression(item.get("if"), join(path, "if"));
        Condition.Changes changes = changes(item.get("changes"), join(path, "changes"));
        Condition.Exists exists = exists(item.get("exists"), join(path, "exists"));
        return expression == null && changes == null && exists == null
                ? Condition.ALWAYS
                : new Condition(expression, changes, exists);
    }

    /** A parsed {@code if}, or null when it is absent or malformed. */
    @Nullable
    Expression expression(@Nullable Node node, String path) {
        String text = values.text(node, path);
        if (node == null || text == null) {
            return null;
        }
        return switch (parsed.computeIfAbsent(text, ExpressionParser::parse)) {
            case Parsed valid -> valid.expression();
            case Malformed invalid -> {
                String hint = "compare like $CI_COMMIT_BRANCH == \"main\"";
                values.report(IF_SYNTAX, node.mark(), path, "invalid expression: " + invalid.problem(), hint);
                yield null;
            }
        };
    }

    Condition.@Nullable Changes changes(@Nullable Node node, String path) {
        if (node == null) {
            return null;
        }
        if (!(node instanceof Mapping mapping)) {
            return new Condition.Changes(paths(node, path), null, null, node.mark());
        }
        values.checkKeys(mapping, path, CHANGES);
        String compareTo = values.text(mapping.get("compare_to"), join(path, "compare_to"));
        return new Condition.Changes(given(mapping, path), regexp(mapping, path), compareTo, node.mark());
    }

    private Condition.@Nullable Exists exists(@Nullable Node node, String path) {
        if (node == null) {
            return null;
        }
        if (!(node instanceof Mapping mapping)) {
            return new Condition.Exists(paths(node, path), null, null, null, node.mark());
        }
        values.checkKeys(mapping, path, EXISTS);
        if (mapping.get("ref") != null && mapping.get("project") == null) {
            values.missing(mapping.keyMark("ref"), path, "project");
        }
        String project = values.nonEmptyText(mapping.get("project"), join(path, "project"));
        String ref = values.nonEmptyText(mapping.get("ref"), join(path, "ref"));
        return new Condition.Exists(given(mapping, path), regexp(mapping, path), project, ref, node.mark());
    }

    /** The paths of the long form, which stand there or have a pattern in their place. */
    private List<String> given(Mapping mapping, String path) {
        boolean regexp = mapping.get("regexp") != null;
        if (mapping.get("paths") == null && !regexp) {
            values.missing(mapping.mark(), path, "paths");
        }
        if (mapping.get("paths") != null && regexp) {
            String message = "paths and regexp exclude each other";
            values.report(EXCLUSIVE_KEYS, mapping.keyMark("regexp"), path, message, "keep one of them");
        }
        return paths(mapping.get("paths"), path);
    }

    private @Nullable Pattern regexp(Mapping mapping, String path) {
        Node node = mapping.get("regexp");
        String text = values.nonEmptyText(node, join(path, "regexp"));
        if (node == null || text == null) {
            return null;
        }
        boolean slashes = text.length() > 2 && text.startsWith("/") && text.endsWith("/");
        Pattern pattern = SafePattern.compile(slashes ? text.substring(1, text.length() - 1) : text, "")
                .orElse(null);
        if (pattern == null || text.length() > 255) {
            String message = "'" + text + "' is not a valid RE2 pattern";
            values.report(INVALID_VALUE, node.mark(), path, message, "at most 255 characters");
        }
        return pattern;
    }

    private List<String> paths(@Nullable Node node, String path) {
        List<String> paths = values.texts(node, path, node instanceof Scalar);
        if (node != null && paths.size() > PATHS) {
            values.report(INVALID_VALUE, node.mark(), path, "more than " + PATHS + " paths", "use wildcards");
        }
        return paths;
    }
}
