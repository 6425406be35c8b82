package dev.tandem.pipeline.syntax;

import static dev.tandem.pipeline.syntax.DiagnosticCode.*;

import dev.tandem.pipeline.syntax.Included.Wanted;
import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.Node.Sequence;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts a file and everything it includes together: included files in order, the including file over them. */
final class Includes {
    /** What an entry of {@code spec:include} may say. */
    private static final Set<String> DECLARING = Set.of("local", "project", "file", "ref", "remote", "integrity");

    private final SourceFiles files;
    private final SourceText texts;
    private final IncludeEntries entries;
    private final Inputs inputs;
    private final Budget budget;
    private final Diagnostics diagnostics;
    private final Map<String, Optional<ParsedFile>> parsed = new HashMap<>();
    private int count;

    Includes(
            SourceFiles files, IncludeSources sources, IncludeContext context, Budget budget, Diagnostics diagnostics) {
        this.files = files;
        this.texts = new SourceText(budget, diagnostics);
        this.entries = new IncludeEntries(sources, context, budget, diagnostics);
        this.inputs = new Inputs(context, budget, diagnostics);
        this.budget = budget;
        this.diagnostics = diagnostics;
    }

    /** The root file with its includes, or null when the root file itself cannot be read. */
    @Nullable
    Mapping load(String rootFile, Map<String, String> given) {
        Mark start = new Mark(rootFile, 1, 1);
        byte[] content = files.read(rootFile, Limits.FILE_BYTES);
        if (content == null) {
            diagnostics.add(FILE_NOT_FOUND, start, "", "there is no file " + rootFile, "add it, or set another path");
            return null;
        }
        ParsedFile file = texts.read(rootFile, content);
        if (file == null) {
            return null;
        }
        Origin origin = Origin.own(files);
        Mapping root = inputs.ofRoot(file, this::declarations, origin, start, given);
        return root == null ? null : expand(root, origin);
    }

    List<DeclaredInput> inputs() {
        return inputs.declared();
    }

    private Mapping expand(Mapping tree, Origin origin) {
        Node include = tree.get("include");
        Mapping own = tree.without("include");
        if (include == null) {
            return own;
        }
        Mapping merged = Mapping.empty(tree.mark());
        for (Node entry : include instanceof Sequence list ? list.items() : List.of(include)) {
            for (Wanted wanted : entries.files(entry, origin)) {
                Mapping included = include(wanted);
                if (included != null) {
                    merged = DeepMerge.merge(merged, included, budget);
                }
            }
        }
        return DeepMerge.merge(merged, own, budget);
    }

    private @Nullable Mapping include(Wanted wanted) {
        ParsedFile file = admitted(wanted);
        if (file == null) {
            return null;
        }
        Mapping body = inputs.ofInclude(file, this::declarations, wanted);
        return body == null ? null : expand(body, wanted.file().origin());
    }

    /** The file when it is one more that may be included, and can be read. */
    private @Nullable ParsedFile admitted(Wanted wanted) {
        count++;
        if (count > Limits.INCLUDES) {
            if (count == Limits.INCLUDES + 1) {
                String message = "more than " + Limits.INCLUDES + " includes";
                entries.fail(INCLUDE_TOO_MANY, wanted.mark(), message, "look for files that include each other");
            }
            return null;
        }
        Optional<ParsedFile> known = parsed.get(wanted.file().name());
        if (known == null) {
            known = Optional.ofNullable(parse(wanted));
            parsed.put(wanted.file().name(), known);
        }
        return known.orElse(null);
    }

    private @Nullable ParsedFile parse(Wanted wanted) {
        Included file = wanted.file();
        byte[] content =
                file.content() != null ? file.content() : file.origin().files().read(file.path(), Limits.FILE_BYTES);
        if (content == null) {
            String message = "the included file '" + file.name() + "' does not exist";
            entries.fail(INCLUDE_NOT_FOUND, wanted.mark(), message, "paths start at the repository's root");
            return null;
        }
        ParsedFile read = texts.read(file.name(), content);
        if (read == null) {
            diagnostics.markIncomplete();
        }
        return read;
    }

    /** What the files of {@code spec:include} declare: each holds nothing but {@code inputs}. */
    private List<Mapping> declarations(Node include, Origin origin) {
        List<Mapping> declared = new java.util.ArrayList<>();
        for (Node entry : include instanceof Sequence list ? list.items() : List.of(include)) {
            if (entry instanceof Mapping mapping
                    && !DECLARING.containsAll(mapping.entries().keySet())) {
                String message = "spec:include takes local, project and remote files, and nothing else beside them";
                diagnostics.add(SPEC_INVALID, entry.mark(), "spec:include", message, "write local: path.yml");
                continue;
            }
            for (Wanted wanted : entries.files(entry, origin)) {
                ParsedFile file = admitted(wanted);
                if (file == null) {
                    continue;
                }
                Mapping body = file.body();
                boolean onlyInputs = file.spec() == null
                        && body.entries().keySet().stream().allMatch("inputs"::equals)
                        && body.get("inputs") instanceof Mapping;
                if (onlyInputs && body.get("inputs") instanceof Mapping found) {
                    declared.add(found);
                } else {
                    String message = "a file of spec:include holds nothing but inputs";
                    diagnostics.add(SPEC_INVALID, body.mark(), "inputs", message, "write inputs: at its root");
                }
            }
        }
        return declared;
    }
}
