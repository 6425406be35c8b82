package dev.tandem.pipeline.plan;

import static dev.tandem.pipeline.plan.Values.join;
import static dev.tandem.pipeline.syntax.DiagnosticCode.*;

import dev.tandem.pipeline.plan.JobConfig.Named;
import dev.tandem.pipeline.plan.JobConfig.NeedConfig;
import dev.tandem.pipeline.syntax.Node;
import dev.tandem.pipeline.syntax.Node.Entry;
import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.Node.Scalar;
import dev.tandem.pipeline.syntax.Node.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code needs} and matrices. */
final class NeedsReader {
    static final List<String> KEYS = List.of("job", "artifacts", "optional", "parallel", "pipeline", "project", "ref");

    /** Needs of other projects that a job may have. */
    private static final int PROJECTS = 5;

    private final Values values;
    private final boolean fetched;

    /** @param fetched whether artifacts of other pipelines can be had; else a need of them is reported */
    NeedsReader(Values values, boolean fetched) {
        this.values = values;
        this.fetched = fetched;
    }

    /** With no needs within the pipeline the stages order the job, unless the list is empty. */
    Needs ofJob(@Nullable Node node, String path, JobKind kind) {
        if (node == null) {
            return Needs.NONE;
        }
        List<NeedConfig> inside = new ArrayList<>();
        List<OutsideNeed> outside = new ArrayList<>();
        List<Named> mirrored = new ArrayList<>();
        for (Node item : node instanceof Mapping ? List.of(node) : values.items(node, path)) {
            if (item instanceof Mapping mapping && isOutside(mapping)) {
                values.checkKeys(mapping, path, KEYS);
                outside(mapping, path, kind, outside, mirrored);
            } else {
                add(item, path, inside);
            }
        }
        if (outside.stream().filter(need -> need.project() != null).count() > PROJECTS) {
            String message = "more than " + PROJECTS + " needs of other projects";
            values.report(INVALID_VALUE, node.mark(), path, message, "let one job collect the artifacts");
        }
        boolean stages = inside.isEmpty()
                && !(node instanceof Sequence list && list.items().isEmpty());
        return new Needs(stages ? null : inside, outside, mirrored.isEmpty() ? null : mirrored.getFirst());
    }

    /** The needs of a rule, which stay within the pipeline. */
    List<NeedConfig> ofRule(Node node, String path) {
        List<NeedConfig> needs = new ArrayList<>();
        for (Node item : values.items(node, path)) {
            if (item instanceof Mapping mapping && isOutside(mapping)) {
                values.checkKeys(mapping, path, KEYS);
                String message = "needs of a rule name jobs of this pipeline only";
                values.report(INVALID_VALUE, mapping.mark(), path, message, "remove pipeline and project");
            } else {
                add(item, path, needs);
            }
        }
        return needs;
    }

    private static boolean isOutside(Mapping need) {
        return need.get("pipeline") != null || need.get("project") != null;
    }

    private void add(Node item, String path, List<NeedConfig> needs) {
        NeedConfig need = switch (item) {
            case Mapping mapping -> mapping(mapping, path);
            case Scalar scalar -> scalar(scalar, path);
            default -> null;
        };
        if (need != null) {
            needs.add(need);
        }
    }

    private void outside(Mapping mapping, String path, JobKind kind, List<OutsideNeed> outside, List<Named> mirrored) {
        Node pipelineNode = mapping.get("pipeline");
        if (kind == JobKind.MIRROR && JobKind.isMirrored(mapping) && pipelineNode != null) {
            String project = values.nonEmptyText(pipelineNode, join(path, "pipeline"));
            if (!mirrored.isEmpty()) {
                String message = "a job mirrors one project at most";
                values.report(INVALID_VALUE, mapping.mark(), path, message, "write a job for each project");
            } else if (project != null) {
                mirrored.add(new Named(project, pipelineNode.mark()));
            }
            return;
        }
        if (kind != JobKind.BUILD) {
            String message = "a job without a script takes no artifacts of other pipelines";
            values.report(INVALID_VALUE, mapping.mark(), path, message, "remove this need");
            return;
        }
        OutsideNeed need = outside(mapping, path);
        if (need == null) {
            return;
        }
        if (fetched) {
            outside.add(need);
        } else {
            values.notEvaluated(mapping.mark(), path, "a need of another pipeline", "its artifacts are not fetched");
        }
    }

    private @Nullable OutsideNeed outside(Mapping mapping, String path) {
        boolean ofProject = mapping.get("project") != null;
        for (String other :
                ofProject ? List.of("pipeline", "optional", "parallel") : List.of("ref", "optional", "parallel")) {
            if (mapping.get(other) != null) {
                String message =
                        "a need of another " + (ofProject ? "project" : "pipeline") + " has no '" + other + "'";
                values.report(EXCLUSIVE_KEYS, mapping.keyMark(other), join(path, other), message, "remove it");
            }
        }
        boolean complete = true;
        for (String key : ofProject ? List.of("job", "ref") : List.of("job")) {
            if (mapping.get(key) == null) {
                values.missing(mapping.mark(), path, key);
                complete = false;
            }
        }
        String project = values.nonEmptyText(mapping.get("project"), join(path, "project"));
        String ref = values.nonEmptyText(mapping.get("ref"), join(path, "ref"));
        String pipeline = values.nonEmptyText(mapping.get("pipeline"), join(path, "pipeline"));
        String job = values.nonEmptyText(mapping.get("job"), join(path, "job"));
        boolean artifacts = values.flag(mapping.get("artifacts"), join(path, "artifacts"), true);
        boolean place = ofProject ? project != null && ref != null : pipeline != null;
        return !complete || job == null || !place
                ? null
                : new OutsideNeed(ofProject ? null : pipeline, project, ofProject ? ref : null, job, artifacts);
    }

    private @Nullable NeedConfig scalar(Scalar scalar, String path) {
        String job = values.nonEmptyText(scalar, path);
        return job == null ? null : new NeedConfig(job, scalar.mark(), true, false, List.of());
    }

    private @Nullable NeedConfig mapping(Mapping mapping, String path) {
        values.checkKeys(mapping, path, KEYS);
        Node jobNode = mapping.get("job");
        if (jobNode == null) {
            values.missing(mapping.mark(), path, "job");
            return null;
        }
        String job = values.nonEmptyText(jobNode, join(path, "job"));
        boolean artifacts = values.flag(mapping.get("artifacts"), join(path, "artifacts"), true);
        boolean optional = values.flag(mapping.get("optional"), join(path, "optional"), false);
        List<Map<String, List<String>>> matrix = List.of();
        Node parallel = mapping.get("parallel");
        if (parallel != null) {
            Mapping given = values.mapping(parallel, join(path, "parallel"), List.of("matrix"));
            matrix = given == null ? List.of() : matrix(given.get("matrix"), join(path, "parallel:matrix"));
        }
        return job == null ? null : new NeedConfig(job, mapping.mark(), artifacts, optional, matrix);
    }

    /** A list of mappings of names to one or several values. */
    List<Map<String, List<String>>> matrix(@Nullable Node node, String path) {
        List<Map<String, List<String>>> matrix = new ArrayList<>();
        if (node == null || (node instanceof Sequence list && list.items().isEmpty())) {
            if (node != null) {
                values.report(EMPTY_VALUE, node.mark(), path, "matrix must not be empty", "add a combination");
            }
            return matrix;
        }
        if (!(node instanceof Sequence list)) {
            values.wrongType(node, path, "a list of mappings", "write lines that start with '- NAME: '");
            return matrix;
        }
        for (Node item : list.items()) {
            if (item instanceof Mapping mapping && mapping.entries().isEmpty()) {
                values.report(EMPTY_VALUE, item.mark(), path, "a combination must not be empty", "list a variable");
            } else if (item instanceof Mapping mapping) {
                matrix.add(row(mapping, path));
            } else {
                values.wrongType(item, path, "a list of mappings", "write lines that start with '- NAME: '");
            }
        }
        return matrix;
    }

    private Map<String, List<String>> row(Mapping mapping, String path) {
        Map<String, List<String>> row = new LinkedHashMap<>();
        for (Map.Entry<String, Entry> each : mapping.entries().entrySet()) {
            String at = join(path, each.getKey());
            Node value = each.getValue().value();
            List<String> texts = new ArrayList<>();
            List<Node> items = value instanceof Sequence ? values.items(value, at) : List.of(value);
            for (Node item : items) {
                String text = values.scalar(item, at);
                if (text != null) {
                    texts.add(text);
                }
            }
            if (!VariablesReader.isName(each.getKey())) {
                String message = "'" + each.getKey() + "' is not a name for a variable";
                values.report(INVALID_VALUE, each.getValue().keyMark(), at, message, "use letters, digits and _");
            } else if (items.isEmpty()) {
                values.report(EMPTY_VALUE, value.mark(), at, "a matrix variable needs a value", "list its values");
            } else if (!texts.isEmpty()) {
                row.put(each.getKey(), texts);
            }
        }
        return row;
    }
}
