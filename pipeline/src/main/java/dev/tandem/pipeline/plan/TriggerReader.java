package dev.tandem.pipeline.plan;

import static dev.tandem.pipeline.plan.Values.join;
import static dev.tandem.pipeline.syntax.DiagnosticCode.*;

import com.google.re2j.Pattern;
import dev.tandem.pipeline.plan.JobConfig.Named;
import dev.tandem.pipeline.plan.JobConfig.TriggerConfig;
import dev.tandem.pipeline.syntax.Limits;
import dev.tandem.pipeline.syntax.Node;
import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.Node.Scalar;
import dev.tandem.pipeline.syntax.Node.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code trigger}. */
final class TriggerReader {
    private static final int INCLUDES = 3;
    private static final Pattern YAML = Pattern.compile("\\.ya?ml([?#].*)?$");
    static final List<String> KEYS = List.of("project", "branch", "include", "strategy", "forward", "inputs");
    static final List<String> FORWARD = List.of("yaml_variables", "pipeline_variables");
    static final List<String> STRATEGIES = List.of("depend", "mirror");
    private static final List<String> KINDS =
            List.of("local", "project", "remote", "template", "component", "artifact");
    static final Set<String> INCLUDE_KEYS = Set.of(
            "local",
            "project",
            "file",
            "ref",
            "remote",
            "template",
            "component",
            "artifact",
            "job",
            "inputs",
            "integrity");

    private final Values values;

    TriggerReader(Values values) {
        this.values = values;
    }

    @Nullable
    TriggerConfig read(@Nullable Node node, String path) {
        if (node == null) {
            return null;
        }
        if (node instanceof Scalar) {
            String project = project(node, path);
            return project == null
                    ? null
                    : new TriggerConfig(
                            new Trigger(project, null, List.of(), "none", true, false, Map.of()), List.of());
        }
        Mapping mapping = values.mapping(node, path, KEYS);
        return mapping == null ? null : mapping(mapping, path);
    }

    private @Nullable TriggerConfig mapping(Mapping mapping, String path) {
        Node include = mapping.get("include");
        Node project = mapping.get("project");
        if ((include == null) == (project == null)) {
            if (include == null) {
                values.missing(mapping.mark(), path, "project");
            } else {
                String message = "project and include exclude each other";
                values.report(EXCLUSIVE_KEYS, mapping.keyMark("include"), path, message, "keep one of them");
            }
        }
        if (include != null && mapping.get("branch") != null) {
            String message = "a child pipeline has no branch of its own";
            values.report(EXCLUSIVE_KEYS, mapping.keyMark("branch"), path, message, "remove branch");
        }
        List<Named> jobs = new ArrayList<>();
        Mapping forward = values.mapping(mapping.get("forward"), join(path, "forward"), FORWARD);
        Mapping forwarded = forward == null ? Mapping.empty(mapping.mark()) : forward;
        String strategy = values.word(mapping.get("strategy"), join(path, "strategy"), STRATEGIES);
        Trigger trigger = new Trigger(
                project == null ? null : project(project, join(path, "project")),
                values.nonEmptyText(mapping.get("branch"), join(path, "branch")),
                includes(include, join(path, "include"), jobs),
                strategy == null ? "none" : strategy,
                values.flag(forwarded.get("yaml_variables"), join(path, "forward:yaml_variables"), true),
                values.flag(forwarded.get("pipeline_variables"), join(path, "forward:pipeline_variables"), false),
                inputs(mapping.get("inputs"), join(path, "inputs")));
        return trigger.project() == null && trigger.includes().isEmpty() ? null : new TriggerConfig(trigger, jobs);
    }

    private @Nullable String project(Node node, String path) {
        String project = values.nonEmptyText(node, path);
        if (project == null) {
            return null;
        }
        boolean inner = project.indexOf('/') > 0 && !project.endsWith("/") && project.indexOf('#') < 0;
        if (!inner && !project.contains("$")) {
            String message = "'" + project + "' is not the path of a project";
            values.report(INVALID_VALUE, node.mark(), path, message, "write group/project");
            return null;
        }
        return project;
    }

    private List<Trigger.Include> includes(@Nullable Node node, String path, List<Named> jobs) {
        List<Trigger.Include> includes = new ArrayList<>();
        if (node == null) {
            return includes;
        }
        List<Node> items = node instanceof Sequence ? values.items(node, path) : List.of(node);
        if (items.isEmpty() || items.size() > INCLUDES) {
            String message = "trigger:include must have 1 to " + INCLUDES + " files, not " + items.size();
            values.report(INVALID_VALUE, node.mark(), path, message, "let one file include the others");
        }
        for (Node item : items) {
            Trigger.Include include =
                    item instanceof Mapping mapping ? include(mapping, path, jobs) : local(item, path);
            if (include != null) {
                includes.add(include);
            }
        }
        return includes;
    }

    private Trigger.@Nullable Include local(Node item, String path) {
        String address = values.nonEmptyText(item, path);
        String kind = address != null && address.matches("https?://.*") ? "remote" : "local";
        checkYaml(address, item, path);
        return address == null ? null : new Trigger.Include(kind, address, List.of(), null, null, Map.of());
    }

    private Trigger.@Nullable Include include(Mapping mapping, String path, List<Named> jobs) {
        values.checkKeys(mapping, path, INCLUDE_KEYS);
        List<String> kinds =
                KINDS.stream().filter(kind -> mapping.get(kind) != null).toList();
        if (kinds.size() != 1) {
            String hint = mapping.get("file") == null ? "write local: path.yml" : "add project: group/project";
            String message = "an include needs exactly one of " + String.join(", ", KINDS);
            values.report(MISSING_KEY, mapping.mark(), path, message, hint);
            return null;
        }
        String kind = kinds.getFirst();
        String address = values.nonEmptyText(mapping.get(kind), join(path, kind));
        if (Set.of("local", "artifact", "remote").contains(kind)) {
            checkYaml(address, mapping, path);
        }
        Node file = mapping.get("file");
        if (kind.equals("project") && file == null) {
            values.missing(mapping.mark(), path, "file");
        }
        Node jobNode = mapping.get("job");
        String job = values.nonEmptyText(jobNode, join(path, "job"));
        if (kind.equals("artifact") && jobNode == null) {
            values.missing(mapping.mark(), path, "job");
        }
        if (job != null && jobNode != null) {
            jobs.add(new Named(job, jobNode.mark()));
        }
        return address == null
                ? null
                : new Trigger.Include(
                        kind,
                        address,
                        file == null ? List.of() : values.texts(file, join(path, "file"), true),
                        values.nonEmptyText(mapping.get("ref"), join(path, "ref")),
                        job,
                        inputs(mapping.get("inputs"), join(path, "inputs")));
    }

    private void checkYaml(@Nullable String address, Node node, String path) {
        if (address != null && !address.contains("$") && !YAML.matcher(address).find()) {
            String message = "'" + address + "' does not end in .yml or .yaml";
            values.report(INVALID_VALUE, node.mark(), path, message, "rename the file");
        }
    }

    private Map<String, Object> inputs(@Nullable Node node, String path) {
        Map<String, Object> inputs = new LinkedHashMap<>();
        if (node == null) {
            return inputs;
        }
        if (!(node instanceof Mapping mapping)) {
            values.wrongType(node, path, "a mapping", "write name: value");
            return inputs;
        }
        if (mapping.entries().size() > Limits.INPUTS) {
            String message = "a pipeline takes at most " + Limits.INPUTS + " inputs";
            values.report(INVALID_VALUE, node.mark(), path, message, "give fewer, or join some in an array");
        }
        mapping.entries().forEach((name, entry) -> {
            Object value = plain(entry.value());
            if (value != null) {
                inputs.put(name, value);
            }
        });
        return inputs;
    }

    private static @Nullable Object plain(Node node) {
        return switch (node) {
            case Scalar scalar ->
                switch (scalar.kind()) {
                    case TEXT -> scalar.value();
                    case BOOLEAN -> Boolean.valueOf(scalar.value());
                    case INTEGER ->
                        scalar.value().length() < 18 ? (Object) Long.valueOf(scalar.value()) : scalar.value();
                    case FLOAT -> Double.valueOf(scalar.value());
                    case NULL -> null;
                };
            case Sequence list -> {
                List<Object> items = new ArrayList<>();
                for (Node item : list.items()) {
                    Object value = plain(item);
                    if (value != null) {
                        items.add(value);
                    }
                }
                yield items;
            }
            case Mapping mapping -> {
                Map<String, Object> members = new LinkedHashMap<>();
                mapping.entries().forEach((name, entry) -> {
                    Object value = plain(entry.value());
                    if (value != null) {
                        members.put(name, value);
                    }
                });
                yield members;
            }
            case Node.Reference reference -> null;
        };
    }
}
