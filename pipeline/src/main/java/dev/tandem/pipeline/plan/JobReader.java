package dev.tandem.pipeline.plan;

import static dev.tandem.pipeline.plan.Values.join;
import static dev.tandem.pipeline.syntax.DiagnosticCode.*;

import dev.tandem.pipeline.plan.JobConfig.Named;
import dev.tandem.pipeline.plan.JobConfig.Parallel;
import dev.tandem.pipeline.rule.SafePattern;
import dev.tandem.pipeline.state.When;
import dev.tandem.pipeline.syntax.Mark;
import dev.tandem.pipeline.syntax.Node;
import dev.tandem.pipeline.syntax.Node.Entry;
import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.Node.Scalar;
import dev.tandem.pipeline.syntax.Node.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One job, or the defaults, which are read like a job. */
final class JobReader {
    static final int INSTANCES = 200;
    private static final int TAGS = 50;
    static final List<String> WHEN = List.of("on_success", "on_failure", "always", "manual", "delayed");
    static final List<String> TRIGGER_WHEN = List.of("on_success", "on_failure", "always", "manual");

    private final Values values;
    private final VariablesReader variables;
    private final RulesReader rules;
    private final NeedsReader needs;
    private final ContainerReader containers;
    private final ArtifactsReader artifacts;
    private final CacheReader caches;
    private final OutcomeReader outcomes;
    private final RefFilterReader filters;
    private final TriggerReader triggers;
    private final ReleaseReader releases;
    private final PagesReader pages;
    private final Set<Capability> capabilities;

    JobReader(Values values, RulesReader rules, Set<Capability> capabilities) {
        this.values = values;
        this.variables = new VariablesReader(values);
        this.rules = rules;
        this.needs = new NeedsReader(values, capabilities.contains(Capability.OUTSIDE_ARTIFACTS));
        this.containers = new ContainerReader(values);
        this.artifacts = new ArtifactsReader(values, capabilities.contains(Capability.ARTIFACT_ACCESS));
        this.caches = new CacheReader(values);
        this.outcomes = new OutcomeReader(values);
        this.filters = new RefFilterReader(values, rules);
        this.triggers = new TriggerReader(values);
        this.releases = new ReleaseReader(values);
        this.pages = new PagesReader(values);
        this.capabilities = capabilities;
    }

    /** Reports the faults of defaults once, where they are written, also when no job inherits them. */
    void check(Mapping defaults, String path) {
        read("default", defaults.mark(), defaults, path);
    }

    /**
     * A job.
     *
     * @param keyMark where its name stands
     * @param own the job with its defaults
     */
    JobConfig read(String name, Mark keyMark, Mapping own, String path) {
        JobKind kind = JobKind.of(own);
        boolean trigger = kind != JobKind.BUILD;
        Node whenNode = own.get("when");
        String word = values.word(whenNode, join(path, "when"), trigger ? TRIGGER_WHEN : WHEN);
        When when = word == null ? null : When.ofWire(word).orElse(null);
        Node rulesNode = own.get("rules");
        if (rulesNode != null && whenNode != null && when == When.DELAYED) {
            String message = "a job with rules cannot be delayed as a whole";
            values.report(
                    EXCLUSIVE_KEYS,
                    whenNode.mark(),
                    join(path, "when"),
                    message,
                    "move when: delayed and start_in into the rules");
        }
        Node forgiven = own.get("allow_failure");
        if (trigger && forgiven instanceof Mapping) {
            String at = join(path, "allow_failure");
            values.wrongType(forgiven, at, "true or false", "a downstream pipeline has no exit code");
        }
        warnOfUnevaluated(own, path);
        Needs needed = needs.ofJob(own.get("needs"), join(path, "needs"), kind);
        Pages published = isHad("pages") ? pages.read(name, own, path) : null;
        return new JobConfig(
                name,
                keyMark,
                kind.isPlanned(capabilities),
                kind == JobKind.TRIGGER ? triggers.read(own.get("trigger"), join(path, "trigger")) : null,
                stage(own.get("stage"), keyMark, join(path, "stage")),
                scripts(own, path),
                when,
                rulesNode == null && kind == JobKind.BUILD
                        ? rules.startIn(own, path, when == When.DELAYED, whenNode == null ? own : whenNode)
                        : null,
                outcomes.allowFailure(own.get("allow_failure"), join(path, "allow_failure")),
                outcomes.retry(own.get("retry"), join(path, "retry")),
                values.duration(own.get("timeout"), join(path, "timeout")),
                values.flag(own.get("interruptible"), join(path, "interruptible"), false),
                needed.inside(),
                needed.outside(),
                needed.mirrored(),
                dependencies(own.get("dependencies"), join(path, "dependencies")),
                rules.jobRules(rulesNode, join(path, "rules"), needs, kind),
                filters.read(own.get("only"), join(path, "only")),
                filters.read(own.get("except"), join(path, "except")),
                variables.read(own.get("variables"), join(path, "variables"), VariablesReader.Place.JOB),
                inheritedVariables(own.get("inherit"), join(path, "inherit")),
                tags(own.get("tags"), join(path, "tags")),
                containers.image(own.get("image"), join(path, "image")),
                containers.services(own.get("services"), join(path, "services")),
                caches.read(own.get("cache"), join(path, "cache")),
                PagesReader.with(artifacts.read(own.get("artifacts"), join(path, "artifacts")), published),
                outcomes.environment(own.get("environment"), join(path, "environment")),
                outcomes.resourceGroup(own.get("resource_group"), join(path, "resource_group")),
                coverage(own.get("coverage"), join(path, "coverage")),
                values.text(own.get("manual_confirmation"), join(path, "manual_confirmation")),
                isHad("id_tokens") ? releases.idTokens(own.get("id_tokens"), join(path, "id_tokens")) : Map.of(),
                isHad("release") ? releases.release(own.get("release"), join(path, "release")) : null,
                published,
                parallel(own.get("parallel"), join(path, "parallel"), kind));
    }

    private void warnOfUnevaluated(Mapping own, String path) {
        if (own.get("manual_confirmation") != null) {
            values.notEvaluated(
                    own.keyMark("manual_confirmation"),
                    join(path, "manual_confirmation"),
                    "'manual_confirmation'",
                    "the job's button asks nothing");
        }
        new RemoteKeywords(values).check(own, path);
        for (String key : Keywords.NOT_EVALUATED) {
            if (own.get(key) != null && !isHad(key)) {
                values.notEvaluated(own.keyMark(key), join(path, key), "'" + key + "'", "the job runs without it");
            }
        }
    }

    private boolean isHad(String key) {
        return switch (key) {
            case "id_tokens" -> capabilities.contains(Capability.ID_TOKENS);
            case "release" -> capabilities.contains(Capability.RELEASES);
            case "pages", "publish" -> capabilities.contains(Capability.PAGES);
            default -> false;
        };
    }

    private Named stage(@Nullable Node node, Mark keyMark, String path) {
        String stage = values.nonEmptyText(node, path);
        return node == null || stage == null ? new Named("test", keyMark) : new Named(stage, node.mark());
    }

    private Scripts scripts(Mapping own, String path) {
        Mapping hooks = values.mapping(own.get("hooks"), join(path, "hooks"), List.of("pre_get_sources_script"));
        String hookPath = join(path, "hooks:pre_get_sources_script");
        return new Scripts(
                hooks == null ? List.of() : values.texts(hooks.get("pre_get_sources_script"), hookPath, true),
                optionalScript(own.get("before_script"), join(path, "before_script")),
                own.get("script") == null
                        ? Steps.commands(own.get("run"))
                        : script(own.get("script"), join(path, "script")),
                optionalScript(own.get("after_script"), join(path, "after_script")));
    }

    private List<String> script(@Nullable Node node, String path) {
        List<String> lines = values.texts(node, path, true);
        boolean empty = node instanceof Scalar scalar
                ? scalar.value().isBlank()
                : node instanceof Sequence list && list.items().isEmpty();
        if (node != null && empty) {
            values.report(EMPTY_VALUE, node.mark(), path, "script must not be empty", "write a command");
        }
        return lines;
    }

    /** An empty text cancels a default. */
    private List<String> optionalScript(@Nullable Node node, String path) {
        return node instanceof Scalar scalar && scalar.value().isEmpty() ? List.of() : values.texts(node, path, true);
    }

    private @Nullable List<Named> dependencies(@Nullable Node node, String path) {
        if (node == null) {
            return null;
        }
        List<Named> dependencies = new ArrayList<>();
        for (Node item : values.items(node, path)) {
            String job = values.nonEmptyText(item, path);
            if (job != null) {
                dependencies.add(new Named(job, item.mark()));
            }
        }
        return dependencies;
    }

    private @Nullable Set<String> inheritedVariables(@Nullable Node node, String path) {
        Node wanted = node instanceof Mapping mapping ? mapping.get("variables") : null;
        if (wanted == null || wanted instanceof Scalar) {
            return values.flag(wanted, join(path, "variables"), true) ? null : Set.of();
        }
        return Set.copyOf(values.texts(wanted, join(path, "variables"), false));
    }

    private List<String> tags(@Nullable Node node, String path) {
        List<String> tags = values.texts(node, path, false);
        if (node != null && tags.size() >= TAGS) {
            values.report(
                    INVALID_VALUE, node.mark(), path, "there must be fewer than " + TAGS + " tags", "remove some");
        }
        return tags;
    }

    private @Nullable String coverage(@Nullable Node node, String path) {
        String text = values.text(node, path);
        if (node == null || text == null) {
            return null;
        }
        boolean slashes = text.length() > 2 && text.startsWith("/") && text.endsWith("/");
        String body = slashes ? text.substring(1, text.length() - 1) : "";
        if (!slashes || SafePattern.compile(body, "").isEmpty()) {
            values.report(
                    INVALID_VALUE, node.mark(), path, "coverage must be an RE2 pattern", "write it as '/pattern/'");
            return null;
        }
        return body;
    }

    private @Nullable Parallel parallel(@Nullable Node node, String path, JobKind kind) {
        if (node == null) {
            return null;
        }
        if (!(node instanceof Mapping mapping)) {
            if (kind != JobKind.BUILD) {
                values.wrongType(node, path, "a matrix", "a job without a script has nothing to share out");
                return null;
            }
            Integer count = values.integer(node, path, 1, INSTANCES);
            return count == null ? null : new Parallel(count, List.of());
        }
        values.checkKeys(mapping, path, List.of("matrix"));
        if (mapping.get("matrix") == null) {
            values.missing(mapping.mark(), path, "matrix");
            return null;
        }
        List<Map<String, List<String>>> matrix = needs.matrix(mapping.get("matrix"), join(path, "matrix"));
        long combinations = 0;
        for (Map<String, List<String>> row : matrix) {
            long product = row.isEmpty() ? 0 : 1;
            for (List<String> choices : row.values()) {
                product = Math.min(product * choices.size(), 1_000_000);
            }
            combinations += product;
        }
        if (combinations > INSTANCES) {
            String message = "the matrix makes " + combinations + " jobs, more than " + INSTANCES;
            values.report(PARALLEL_TOO_MANY, node.mark(), path, message, "use fewer values");
            return null;
        }
        return matrix.isEmpty() ? null : new Parallel(0, matrix);
    }

    /** The job with the defaults it inherits: a default is taken only when the job lacks the keyword altogether. */
    Mapping withDefaults(Mapping own, Mapping defaults, String path, boolean trigger) {
        Node inherit = own.get("inherit");
        Mapping inheritance = values.mapping(inherit, join(path, "inherit"), List.of("default", "variables"));
        Node wanted = inheritance == null ? null : inheritance.get("default");
        LinkedHashMap<String, Entry> merged = new LinkedHashMap<>(own.entries());
        List<String> keys = Keywords.DEFAULT;
        if (wanted instanceof Sequence) {
            keys = values.texts(wanted, join(path, "inherit:default"), false);
            for (String key : keys) {
                if (!Keywords.DEFAULT.contains(key)) {
                    values.notAllowed(wanted, join(path, "inherit:default"), key, Keywords.DEFAULT);
                }
            }
        } else if (!values.flag(wanted, join(path, "inherit:default"), true)) {
            return own;
        }
        for (String key : keys) {
            Node value = defaults.get(key);
            if (value != null && own.get(key) == null && (!trigger || Keywords.TRIGGER.contains(key))) {
                merged.put(key, defaults.entries().get(key));
            }
        }
        return Mapping.of(own.mark(), merged);
    }
}
