package dev.tandem.pipeline.plan;

import static dev.tandem.pipeline.plan.Values.join;
import static dev.tandem.pipeline.syntax.DiagnosticCode.*;

import dev.tandem.pipeline.syntax.Node;
import dev.tandem.pipeline.syntax.Node.Entry;
import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.Suggestion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code artifacts}. */
final class ArtifactsReader {
    static final List<String> KEYS = List.of(
            "paths", "exclude", "expire_in", "expose_as", "name", "untracked", "when", "public", "access", "reports");
    static final List<String> WHEN = List.of("on_success", "on_failure", "always");
    static final List<String> ACCESS = List.of("all", "developer", "maintainer", "none");

    private final Values values;
    private final boolean guarded;

    /** @param guarded whether access is heeded; else it is reported */
    ArtifactsReader(Values values, boolean guarded) {
        this.values = values;
        this.guarded = guarded;
    }

    @Nullable
    Artifacts read(@Nullable Node node, String path) {
        Mapping mapping = values.mapping(node, path, KEYS);
        if (mapping == null) {
            return null;
        }
        String when = values.word(mapping.get("when"), join(path, "when"), WHEN);
        Node expose = mapping.get("expose_as");
        if (expose != null && mapping.get("paths") == null) {
            values.missing(expose.mark(), path, "paths");
        }
        List<String> paths = values.texts(mapping.get("paths"), join(path, "paths"), false);
        if (expose != null) {
            checkExposed(paths, mapping, path);
            values.notEvaluated(
                    mapping.keyMark("expose_as"),
                    join(path, "expose_as"),
                    "'expose_as'",
                    "no merge request links them");
        }
        return new Artifacts(
                values.text(mapping.get("name"), join(path, "name")),
                paths,
                values.texts(mapping.get("exclude"), join(path, "exclude"), false),
                values.flag(mapping.get("untracked"), join(path, "untracked"), false),
                values.nonEmptyText(expose, join(path, "expose_as")),
                values.durationText(mapping.get("expire_in"), join(path, "expire_in"), true),
                when == null ? "on_success" : when,
                access(mapping, path),
                reports(mapping.get("reports"), join(path, "reports")));
    }

    private void checkExposed(List<String> paths, Mapping mapping, String path) {
        Node node = mapping.get("paths");
        for (String each : paths) {
            if (node != null && (each.startsWith("./") || each.chars().anyMatch(c -> "*?[{$".indexOf(c) >= 0))) {
                String message = "expose_as links plain paths, not '" + each + "'";
                values.report(INVALID_VALUE, node.mark(), join(path, "paths"), message, "write files and folders/");
            }
        }
    }

    private String access(Mapping mapping, String path) {
        Node openNode = mapping.get("public");
        Node accessNode = mapping.get("access");
        if (openNode != null && accessNode != null) {
            values.report(
                    EXCLUSIVE_KEYS, openNode.mark(), path, "public and access exclude each other", "keep access only");
        }
        String word = values.word(accessNode, join(path, "access"), ACCESS);
        String access = word != null ? word : values.flag(openNode, join(path, "public"), true) ? "all" : "developer";
        if (!access.equals("all") && !guarded) {
            String key = openNode == null ? "access" : "public";
            String effect = "who sees the job may download its artifacts";
            values.notEvaluated(mapping.keyMark(key), join(path, key), "'" + key + "'", effect);
        }
        return access;
    }

    private Map<String, List<String>> reports(@Nullable Node node, String path) {
        Map<String, List<String>> reports = new LinkedHashMap<>();
        if (node == null) {
            return reports;
        }
        if (!(node instanceof Mapping mapping)) {
            values.wrongType(node, path, "a mapping", "write junit: path");
            return reports;
        }
        for (Map.Entry<String, Entry> each : mapping.entries().entrySet()) {
            String type = each.getKey();
            String at = join(path, type);
            if (!Keywords.REPORTS.contains(type)) {
                String hint = Suggestion.of(type, Keywords.REPORTS, "known are " + String.join(", ", Keywords.REPORTS));
                values.report(
                        UNKNOWN_KEY, each.getValue().keyMark(), at, "'" + type + "' is not a type of report", hint);
                continue;
            }
            if (!Keywords.REPORTS_READ.contains(type)) {
                String effect = "it is kept as an artifact, no page shows it";
                values.notEvaluated(each.getValue().keyMark(), at, "the report '" + type + "'", effect);
            }
            if (type.equals("coverage_report")) {
                reports.put(type, coverage(each.getValue().value(), at));
            } else {
                reports.put(type, values.texts(each.getValue().value(), at, true));
            }
        }
        return reports;
    }

    private List<String> coverage(Node node, String path) {
        Mapping mapping = values.mapping(node, path, List.of("coverage_format", "path"));
        if (mapping == null) {
            return List.of();
        }
        values.word(mapping.get("coverage_format"), join(path, "coverage_format"), List.of("cobertura", "jacoco"));
        String file = values.nonEmptyText(mapping.get("path"), join(path, "path"));
        if (mapping.get("path") == null) {
            values.missing(mapping.mark(), path, "path");
        }
        return file == null ? List.of() : List.of(file);
    }
}
