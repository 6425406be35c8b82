package dev.tandem.pipeline.plan;

import static dev.tandem.pipeline.syntax.DiagnosticCode.*;

import dev.tandem.pipeline.plan.PipelineConfig.Workflow;
import dev.tandem.pipeline.plan.VariablesReader.Place;
import dev.tandem.pipeline.rule.JobVariables;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.syntax.Diagnostics;
import dev.tandem.pipeline.syntax.Limits;
import dev.tandem.pipeline.syntax.Mark;
import dev.tandem.pipeline.syntax.Node;
import dev.tandem.pipeline.syntax.Node.Entry;
import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.Node.Scalar;
import dev.tandem.pipeline.syntax.Node.Sequence;
import dev.tandem.pipeline.syntax.Suggestion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The merged tree as a typed configuration; every fault of shape is reported. */
public final class ConfigReader {
    private static final List<String> DEFAULT_STAGES = List.of("build", "test", "deploy");

    private final Mapping root;
    private final Values values;
    private final VariablesReader variables;
    private final RulesReader rules;
    private final Set<Capability> capabilities;
    private final JobReader jobs;

    private ConfigReader(Mapping root, Set<Capability> capabilities, Diagnostics diagnostics) {
        this.root = root;
        this.values = new Values(diagnostics);
        this.variables = new VariablesReader(values);
        this.rules = new RulesReader(values);
        this.capabilities = capabilities;
        this.jobs = new JobReader(values, rules, capabilities);
    }

    /** Faults go to {@code diagnostics}; what could not be read is absent from the result. */
    public static PipelineConfig read(Mapping root, Set<Capability> capabilities, Diagnostics diagnostics) {
        return new ConfigReader(root, capabilities, diagnostics).read();
    }

    private PipelineConfig read() {
        List<Variable> rootVariables = variables.read(root.get("variables"), "variables", Place.ROOT);
        checkCircle(rootVariables, root.get("variables"), "variables");
        return new PipelineConfig(stages(), rootVariables, variables.prompts(), workflow(), jobs(defaults()));
    }

    private void checkCircle(List<Variable> given, @Nullable Node node, String path) {
        if (node != null) {
            JobVariables.circle(given).ifPresent(circle -> {
                String names = String.join(" -> ", circle) + " -> " + circle.getFirst();
                values.report(VARIABLE_CYCLE, node.mark(), path, "circular variables: " + names, "break the circle");
            });
        }
    }

    private List<String> stages() {
        warnOfDeprecated(root, "", "types", "stages");
        Node node = root.get("stages") == null ? root.get("types") : root.get("stages");
        LinkedHashSet<String> stages = new LinkedHashSet<>(List.of(".pre"));
        if (node != null && !(node instanceof Sequence)) {
            values.wrongType(node, "stages", "a list of texts", "write [ ... ] or lines that start with '- '");
        }
        stages.addAll(!(node instanceof Sequence) ? DEFAULT_STAGES : values.texts(node, "stages", false));
        stages.remove(".post");
        stages.add(".post");
        stages.stream()
                .filter(stage -> node != null && stage.length() > Limits.NAME_CHARACTERS)
                .findFirst()
                .ifPresent(stage -> values.report(
                        NAME_TOO_LONG,
                        node == null ? root.mark() : node.mark(),
                        "stages",
                        "a stage's name is too long",
                        "shorten it"));
        return List.copyOf(stages);
    }

    private Workflow workflow() {
        Mapping mapping = values.mapping(root.get("workflow"), "workflow", Keywords.WORKFLOW);
        if (mapping == null) {
            return Workflow.NONE;
        }
        Node autoCancel = mapping.get("auto_cancel");
        Node nameNode = mapping.get("name");
        String name = values.text(nameNode, "workflow:name");
        if (nameNode != null && name != null && name.length() > Limits.NAME_CHARACTERS) {
            values.report(NAME_TOO_LONG, nameNode.mark(), "workflow:name", "the name is too long", "shorten it");
        }
        return new Workflow(
                name,
                autoCancel == null ? AutoCancel.DEFAULT : rules.autoCancel(autoCancel, "workflow:auto_cancel"),
                rules.workflowRules(mapping.get("rules"), "workflow:rules"));
    }

    private Mapping defaults() {
        Mapping defaults = values.mapping(root.get("default"), "default", Keywords.DEFAULT);
        LinkedHashMap<String, Entry> all = new LinkedHashMap<>();
        for (String key : Keywords.ROOT_DEFAULTS) {
            Entry entry = root.entries().get(key);
            if (entry == null || root.get(key) == null) {
                continue;
            }
            if (defaults != null && defaults.entries().containsKey(key)) {
                String message = "'" + key + "' is given at the root and under default";
                values.report(DECLARED_TWICE, entry.keyMark(), key, message, "keep the one under default");
            }
            all.put(key, entry);
        }
        if (defaults != null) {
            Keywords.DEFAULT.stream()
                    .filter(key -> defaults.get(key) != null)
                    .forEach(key -> all.put(key, defaults.entries().get(key)));
        }
        Mapping merged = Mapping.of(defaults == null ? root.mark() : defaults.mark(), all);
        jobs.check(merged, "default");
        return merged;
    }

    private Map<String, JobConfig> jobs(Mapping defaults) {
        Map<String, JobConfig> read = new LinkedHashMap<>();
        List<Mark> visible = new ArrayList<>();
        for (Map.Entry<String, Entry> each : root.entries().entrySet()) {
            String name = each.getKey();
            if (name.startsWith(".") || Keywords.ROOT.contains(name)) {
                continue;
            }
            Mark mark = each.getValue().keyMark();
            visible.add(mark);
            JobConfig job = job(name, mark, each.getValue().value(), defaults);
            if (job != null) {
                read.put(name, job);
            }
        }
        if (visible.isEmpty()) {
            String hint = "add one, its name does not start with a dot";
            values.report(NO_JOBS, root.mark(), "", "there is no visible job", hint);
        }
        return read;
    }

    private @Nullable JobConfig job(String name, Mark mark, Node node, Mapping defaults) {
        String path = "jobs:" + name;
        if (name.isBlank() || name.length() > Limits.NAME_CHARACTERS) {
            String message =
                    name.isBlank() ? "a job needs a name" : "the name of the job is longer than 255 characters";
            values.report(NAME_TOO_LONG, mark, path, message, "choose another name");
        }
        if (name.equals("pages:deploy") && node instanceof Mapping pages && isIn(pages, "deploy")) {
            String message = "'pages:deploy' is the name of a job that GitLab adds to the stage deploy";
            values.report(INVALID_VALUE, mark, path, message, "choose another name");
        }
        if (!(node instanceof Mapping own)) {
            String hint = Suggestion.of(name, Keywords.ROOT, "a job is a mapping with script:");
            values.report(WRONG_TYPE, mark, path, "'" + name + "' is neither a keyword nor a job", hint);
            return null;
        }
        JobKind kind = JobKind.of(own);
        boolean trigger = kind != JobKind.BUILD;
        if (!checkKind(name, mark, own, path, kind)) {
            return null;
        }
        values.checkKeys(own, path, trigger ? Keywords.TRIGGER : Keywords.JOB);
        checkExclusions(own, path);
        if (own.get("dast_configuration") != null && !isIn(own, "dast")) {
            String message = "a job with dast_configuration must be in the stage dast";
            Mark place = own.keyMark("dast_configuration");
            values.report(INVALID_VALUE, place, path + ":dast_configuration", message, "write stage: dast");
        }
        warnOfDeprecated(own, path + ":", "publish", "pages: {publish: folder}");
        if (!capabilities.contains(Capability.PAGES)
                && name.equals("pages")
                && own.get("script") != null
                && own.get("pages") == null) {
            values.notEvaluated(mark, path, "a job named 'pages'", "nothing is published, its artifacts are kept");
        }
        JobConfig job = jobs.read(name, mark, jobs.withDefaults(own, defaults, path, trigger), path);
        if (!job.variables().isEmpty()) {
            checkCircle(job.variables(), own.get("variables"), path + ":variables");
        }
        warnOfDuplicatePipelines(own, job, path);
        warnOfUnreachableRules(own, job, path);
        return job;
    }

    private static boolean isIn(Mapping job, String stage) {
        return job.get("stage") instanceof Scalar given && given.value().equals(stage);
    }

    private boolean checkKind(String name, Mark mark, Mapping own, String path, JobKind kind) {
        if (kind != JobKind.BUILD) {
            String key = kind == JobKind.TRIGGER ? "trigger" : "needs";
            if (!kind.isPlanned(capabilities)) {
                String what = kind == JobKind.TRIGGER ? "a trigger job" : "a job that mirrors a project";
                values.notEvaluated(own.keyMark(key), path + ":" + key, what, "the job is left out of the pipeline");
            }
            return true;
        }
        if (own.get("script") != null) {
            return true;
        }
        Node run = own.get("run");
        if (run != null) {
            return checkSteps(run, path + ":run");
        }
        values.checkKeys(own, path, Keywords.JOB);
        String message = "the job '" + name + "' has neither script nor run nor trigger";
        values.report(JOB_WITHOUT_SCRIPT, mark, path, message, "add script:, or start the name with a dot to hide it");
        return false;
    }

    private boolean checkSteps(Node run, String path) {
        Mark foreign = Steps.foreign(run);
        if (foreign == null) {
            return true;
        }
        if (capabilities.contains(Capability.STEPS)) {
            values.notEvaluated(foreign, path, "'run'", "its steps are checked, not shown");
            return true;
        }
        String message = "steps from elsewhere and expressions in steps are not evaluated";
        values.report(NOT_SUPPORTED, foreign, path, message, "write the step's commands with script:");
        return false;
    }

    private void checkExclusions(Mapping own, String path) {
        if (own.get("rules") != null) {
            for (String other : List.of("only", "except", "start_in")) {
                if (own.get(other) != null) {
                    Mark mark = own.keyMark(other);
                    String message = "'" + other + "' may not be used together with rules";
                    values.report(EXCLUSIVE_KEYS, mark, path + ":" + other, message, "move it into the rules");
                }
            }
        }
        for (String other : List.of("script", "before_script", "after_script")) {
            if (own.get("run") != null && own.get(other) != null) {
                String message = "'run' and '" + other + "' exclude each other";
                values.report(EXCLUSIVE_KEYS, own.keyMark("run"), path + ":run", message, "keep one of them");
            }
        }
    }

    private void warnOfUnreachableRules(Mapping own, JobConfig job, String path) {
        List<JobConfig.JobRule> given = job.rules();
        List<Node> items = given == null ? List.of() : values.items(own.get("rules"), path + ":rules");
        // A faulty item is reported, not read; then their places do not fit.
        for (int rule = 0; given != null && items.size() == given.size() && rule < items.size() - 1; rule++) {
            if (given.get(rule).condition().isUnconditional()) {
                String message = "this rule is never asked: the one before it always matches";
                Mark mark = items.get(rule + 1).mark();
                values.report(RULES_UNREACHABLE, mark, path + ":rules", message, "move it up or remove it");
                return;
            }
        }
    }

    private void warnOfDeprecated(Mapping mapping, String path, String key, String newer) {
        if (mapping.get(key) != null) {
            String message = "'" + key + "' is deprecated";
            values.report(DEPRECATED, mapping.keyMark(key), path + key, message, "write " + newer);
        }
    }

    private void warnOfDuplicatePipelines(Mapping own, JobConfig job, String path) {
        List<JobConfig.JobRule> given = job.rules();
        Node node = own.get("rules");
        boolean workflowRules = root.get("workflow") instanceof Mapping workflow && workflow.get("rules") != null;
        if (given == null || given.isEmpty() || node == null || workflowRules) {
            return;
        }
        JobConfig.JobRule last = given.getLast();
        boolean onlyWhen = last.condition().isUnconditional()
                && last.when() != null
                && last.startIn() == null
                && last.variables().isEmpty()
                && last.needs() == null;
        if (onlyWhen) {
            String message = "the last rule always matches, so a push and its merge request may both get a pipeline";
            values.report(RULES_DUPLICATE_PIPELINES, node.mark(), path + ":rules", message, "add workflow:rules");
        }
    }
}
