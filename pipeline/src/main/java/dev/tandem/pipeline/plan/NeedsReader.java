package dev.tandem.pipeline.plan;

import static dev.tandem.pipeline.plan.Values.join;
import static dev.tandem.pipeline.syntax.DiagnosticCode.*;

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

    private final Values values;

    NeedsReader(Values values) {
        this.values = values;
    }

    /** Null when there are no needs within the pipeline, so that the stages order the job. */
    @Nullable
    List<NeedConfig> ofJob(@Nullable Node node, String path) {
        if (node == null) {
            return null;
        }
        List<NeedConfig> needs = read(node, path, false);
        boolean onlyOutside = needs.isEmpty()
                && !(node instanceof Sequence list && list.items().isEmpty());
        return onlyOutside ? null : needs;
    }

    /** The needs of a rule, which stay within the pipeline. */
    List<NeedConfig> ofRule(Node node, String path) {
        return read(node, path, true);
    }

    private List<NeedConfig> read(Node node, String path, boolean ofRule) {
        List<NeedConfig> needs = new ArrayList<>();
        List<Node> items = node instanceof Mapping && !ofRule ? List.of(node) : values.items(node, path);
        for (Node item : items) {
            NeedConfig need = switch (item) {
                case Mapping mapping -> mapping(mapping, path, ofRule);
                case Scalar scalar -> scalar(scalar, path);
                default -> null;
            };
            if (need != null) {
                needs.add(need);
            }
        }
        return needs;
    }

    private @Nullable NeedConfig scalar(Scalar scalar, String path) {
        String job = values.nonEmptyText(scalar, path);
        return job == null ? null : new NeedConfig(job, scalar.mark(), true, false, List.of());
    }

    private @Nullable NeedConfig mapping(Mapping mapping, String path, boolean ofRule) {
        values.checkKeys(mapping, path, KEYS);
        if (mapping.get("pipeline") != null || mapping.get("project") != null) {
            if (ofRule) {
                String message = "needs of a rule name jobs of this pipeline only";
                values.report(INVALID_VALUE, mapping.mark(), path, message, "remove pipeline and project");
            } else {
                values.notEvaluated(
                        mapping.mark(), path, "a need of another pipeline", "its artifacts are not fetched");
            }
            return null;
        }
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
            if (item instanceof Mapping mapping) {
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
            } else if (texts.isEmpty()) {
                values.report(EMPTY_VALUE, value.mark(), at, "a matrix variable needs a value", "list its values");
            } else {
                row.put(each.getKey(), texts);
            }
        }
        return row;
    }
}
