package dev.tandem.pipeline.syntax;

import static dev.tandem.pipeline.syntax.DiagnosticCode.*;

import dev.tandem.pipeline.syntax.Node.Entry;
import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.Node.Scalar;
import dev.tandem.pipeline.syntax.Node.Sequence;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts a file and everything it includes together: included files in order, the including file over them. */
final class Includes {
    private static final Set<String> TYPES = Set.of("local", "project", "remote", "template", "component", "artifact");
    private static final Set<String> KEYS = Set.of(
            "local",
            "project",
            "remote",
            "template",
            "component",
            "artifact",
            "file",
            "ref",
            "job",
            "rules",
            "inputs",
            "integrity");

    private final SourceFiles files;
    private final SourceText texts;
    private final IncludeContext context;
    private final Budget budget;
    private final Diagnostics diagnostics;
    private final Map<String, Optional<Mapping>> loaded = new HashMap<>();
    private @Nullable List<String> paths;
    private int count;

    Includes(SourceFiles files, IncludeContext context, Budget budget, Diagnostics diagnostics) {
        this.files = files;
        this.texts = new SourceText(files, diagnostics);
        this.context = context;
        this.budget = budget;
        this.diagnostics = diagnostics;
    }

    /** The root file with its includes, or null when the root file itself cannot be read. */
    @Nullable
    Mapping load(String rootFile) {
        Mark start = new Mark(rootFile, 1, 1);
        if (!texts.exists(rootFile)) {
            diagnostics.add(FILE_NOT_FOUND, start, "", "there is no file " + rootFile, "add it, or set another path");
            return null;
        }
        Mapping root = texts.read(rootFile);
        return root == null ? null : expand(root);
    }

    private Mapping expand(Mapping tree) {
        Node include = tree.get("include");
        Mapping own = tree.without("include");
        if (include == null) {
            return own;
        }
        List<Node> entries = include instanceof Sequence list ? list.items() : List.of(include);
        Mapping merged = Mapping.empty(tree.mark());
        for (Node entry : entries) {
            for (String path : local(entry)) {
                Optional<Mapping> included = include(path, entry.mark());
                if (included.isPresent()) {
                    merged = DeepMerge.merge(merged, expand(included.get()), budget);
                }
            }
        }
        return DeepMerge.merge(merged, own, budget);
    }

    private Optional<Mapping> include(String path, Mark mark) {
        count++;
        if (count > Limits.INCLUDES) {
            String message = "more than " + Limits.INCLUDES + " includes";
            if (count == Limits.INCLUDES + 1) {
                fail(INCLUDE_TOO_MANY, mark, message, "look for files that include each other");
            }
            return Optional.empty();
        }
        Optional<Mapping> known = loaded.get(path);
        if (known == null) {
            known = read(path, mark);
            loaded.put(path, known);
        }
        return known;
    }

    private Optional<Mapping> read(String path, Mark mark) {
        if (!texts.exists(path)) {
            fail(
                    INCLUDE_NOT_FOUND,
                    mark,
                    "the included file '" + path + "' does not exist",
                    "paths start at the repository's root");
            return Optional.empty();
        }
        Mapping mapping = texts.read(path);
        if (mapping == null) {
            diagnostics.markIncomplete();
        }
        return Optional.ofNullable(mapping);
    }

    /** The local files that an entry means; reports and returns none for anything else. */
    private List<String> local(Node entry) {
        return switch (entry) {
            case Scalar scalar
            when scalar.value().startsWith("http://") || scalar.value().startsWith("https://") ->
                notEvaluated("remote", entry.mark());
            case Scalar scalar when !scalar.isNull() -> paths(scalar);
            case Mapping mapping -> ofMapping(mapping);
            default -> shape(entry.mark(), "an include is a path or a mapping");
        };
    }

    private List<String> ofMapping(Mapping mapping) {
        for (Map.Entry<String, Entry> each : mapping.entries().entrySet()) {
            if (!KEYS.contains(each.getKey())) {
                String hint =
                        Suggestion.of(each.getKey(), KEYS, "known are local, project, remote, template, component");
                diagnostics.add(
                        UNKNOWN_KEY,
                        each.getValue().keyMark(),
                        "include",
                        "include has no key '" + each.getKey() + "'",
                        hint);
            }
        }
        List<String> types =
                mapping.entries().keySet().stream().filter(TYPES::contains).toList();
        if (types.size() != 1) {
            return shape(mapping.mark(), "an include needs exactly one of local, project, remote, template, component");
        }
        if (!(mapping.get("local") instanceof Scalar local)) {
            return types.contains("local")
                    ? shape(mapping.mark(), "include:local must be a path")
                    : notEvaluated(types.getFirst(), mapping.mark());
        }
        if (mapping.get("inputs") != null) {
            fail(SPEC_NOT_EVALUATED, mapping.mark(), "include:inputs is not evaluated yet", "inline the included file");
        }
        Node rules = mapping.get("rules");
        return rules == null || context.admits(rules, "include:rules") ? paths(local) : List.of();
    }

    private List<String> paths(Scalar scalar) {
        String path = context.expand(scalar.value());
        if (path.startsWith("/")) {
            path = path.substring(1);
        }
        if (!path.endsWith(".yml") && !path.endsWith(".yaml")) {
            return refuse(scalar, "the included path '" + path + "' does not end in .yml or .yaml", "rename the file");
        }
        List<String> segments = List.of(path.split("/", -1));
        if (segments.contains("..") || segments.contains(".") || segments.contains("")) {
            return refuse(
                    scalar, "the included path '" + path + "' is not a plain path", "start at the repository's root");
        }
        return path.contains("*") ? context.matching(path, allPaths()) : List.of(path);
    }

    private List<String> allPaths() {
        if (paths == null) {
            paths = files.paths();
        }
        return paths;
    }

    private List<String> refuse(Scalar scalar, String message, String hint) {
        fail(INCLUDE_PATH, scalar.mark(), message, hint);
        return List.of();
    }

    private List<String> shape(Mark mark, String message) {
        fail(INCLUDE_SHAPE, mark, message, "write include: {local: path.yml}");
        return List.of();
    }

    private List<String> notEvaluated(String type, Mark mark) {
        String message = "include:" + type + " is not evaluated yet; without that file this would be another pipeline";
        fail(INCLUDE_NOT_EVALUATED, mark, message, "copy the file into the repository and use include:local");
        return List.of();
    }

    private void fail(DiagnosticCode code, Mark mark, String message, String hint) {
        diagnostics.add(code, mark, "include", message, hint);
        diagnostics.markIncomplete();
    }
}
