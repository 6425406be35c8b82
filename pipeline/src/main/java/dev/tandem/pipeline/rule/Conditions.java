package dev.tandem.pipeline.rule;

import com.google.re2j.Pattern;
import dev.tandem.pipeline.syntax.DiagnosticCode;
import dev.tandem.pipeline.syntax.Diagnostics;
import dev.tandem.pipeline.syntax.IncludeSources;
import dev.tandem.pipeline.syntax.SourceFiles;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Evaluates conditions of one compilation. Remembers what each pattern matched, since jobs share their rules. */
public final class Conditions {
    /** GitLab's bound for one rule; beyond it the rule is taken as matching. */
    private static final long COMPARISONS_PER_RULE = 50_000;
    /** Ours for one compilation, in the units of {@link PathPattern}: about a second. */
    private static final long WORK = 12_000_000;

    private final SourceFiles files;
    private final IncludeSources sources;
    private final ChangedFiles changes;
    private final Diagnostics diagnostics;
    private final Map<String, Optional<Paths>> compared = new HashMap<>();
    private @Nullable Optional<Paths> changed;
    private final Map<String, Optional<Paths>> elsewhere = new HashMap<>();
    private @Nullable Paths existing;
    private long work;

    /**
     * The conditions of one compilation.
     *
     * @param files of the repository in which {@code exists} looks
     * @param sources of other projects' files
     */
    public Conditions(SourceFiles files, IncludeSources sources, ChangedFiles changes, Diagnostics diagnostics) {
        this.files = files;
        this.sources = sources;
        this.changes = changes;
        this.diagnostics = diagnostics;
    }

    /** Those of the repository. */
    public SourceFiles files() {
        return files;
    }

    /** Whether all parts of the condition hold, seen with these variables. */
    public boolean hold(Condition condition, Function<String, @Nullable String> variables) {
        if (condition.expression() != null && !condition.expression().matches(variables)) {
            return false;
        }
        if (condition.changes() != null && !changed(condition.changes(), variables)) {
            return false;
        }
        return condition.exists() == null || exists(condition.exists(), variables);
    }

    /**
     * The sorted paths an {@code include:local} with wildcards means.
     *
     * @param work is told what looking for them cost, as by {@link #globbed}
     */
    public static List<String> matching(String wildcard, List<String> paths, LongConsumer work) {
        return matching(PathPattern.ofInclude(wildcard), paths, work);
    }

    /**
     * The sorted paths that a glob means, as in {@code changes} and {@code exists}.
     *
     * @param work is told what looking for them cost, in characters that are matched
     */
    public static List<String> globbed(String glob, List<String> paths, LongConsumer work) {
        return matching(PathPattern.ofPath(glob), paths, work);
    }

    private static List<String> matching(Optional<PathPattern> pattern, List<String> paths, LongConsumer work) {
        return pattern.isEmpty()
                ? List.of()
                : paths.stream()
                        .filter(path -> pattern.get().matches(path, work))
                        .sorted()
                        .toList();
    }

    private boolean changed(Condition.Changes wanted, Function<String, @Nullable String> variables) {
        if (changes.isUnknown()) {
            return true;
        }
        Optional<Paths> paths;
        if (wanted.compareTo() == null) {
            if (changed == null) {
                changed = changes.ofPipeline().map(Paths::new);
            }
            paths = changed;
        } else {
            String ref = VariableExpander.expand(wanted.compareTo(), variables);
            paths = compared.computeIfAbsent(
                    ref, each -> changes.comparedTo(each).map(Paths::new));
            if (paths.isEmpty()) {
                String message = "changes:compare_to names '" + ref + "', which is no branch, tag or commit";
                diagnostics.add(
                        DiagnosticCode.INVALID_VALUE, wanted.mark(), "rules:changes", message, "name an existing ref");
            }
        }
        return paths.isEmpty() || anyOf(paths.get(), wanted.paths(), wanted.regexp(), variables);
    }

    private boolean exists(Condition.Exists wanted, Function<String, @Nullable String> variables) {
        if (wanted.project() == null) {
            return anyOf(existing(), wanted.paths(), wanted.regexp(), variables);
        }
        String project = VariableExpander.expand(wanted.project(), variables);
        String ref = wanted.ref() == null ? null : VariableExpander.expand(wanted.ref(), variables);
        String name = project + (ref == null ? "" : "@" + ref);
        Optional<Paths> paths = elsewhere.computeIfAbsent(name, each -> paths(project, ref, each, wanted));
        return paths.isEmpty() || anyOf(paths.get(), wanted.paths(), wanted.regexp(), variables);
    }

    private Optional<Paths> paths(String project, @Nullable String ref, String name, Condition.Exists wanted) {
        return switch (sources.project(project, ref)) {
            case IncludeSources.Repository repository ->
                Optional.of(new Paths(repository.files().paths()));
            case IncludeSources.Unreachable(String why) -> {
                String message = "exists:project '" + name + "' " + why;
                report(DiagnosticCode.INCLUDE_UNAVAILABLE, wanted, message, "ask for files of the own project");
                yield Optional.empty();
            }
            case IncludeSources.Absent(String why) -> {
                String message = "exists:project '" + name + "' " + why;
                report(DiagnosticCode.INCLUDE_NOT_FOUND, wanted, message, "name an existing project and ref");
                yield Optional.empty();
            }
            case IncludeSources.Answer unexpected ->
                throw new IllegalStateException("a source answered with a " + unexpected.getClass());
        };
    }

    private void report(DiagnosticCode code, Condition.Exists wanted, String message, String hint) {
        diagnostics.add(code, wanted.mark(), "rules:exists", message, hint);
    }

    private Paths existing() {
        if (existing == null) {
            existing = new Paths(files.paths());
        }
        return existing;
    }

    private boolean anyOf(
            Paths paths,
            List<String> patterns,
            @Nullable Pattern regexp,
            Function<String, @Nullable String> variables) {
        if (regexp != null) {
            long weight = PathPattern.weight(regexp.pattern());
            return paths.list.stream().anyMatch(path -> {
                work += path.length() * weight;
                return work > WORK || regexp.matcher(path).find();
            });
        }
        long globs = 0;
        for (String pattern : patterns) {
            String path = VariableExpander.expandKnown(pattern, variables);
            if (Glob.isLiteral(path)) {
                if (paths.contains(path)) {
                    return true;
                }
                continue;
            }
            globs++;
            boolean fits = globs * paths.list.size() <= COMPARISONS_PER_RULE;
            if (!fits || matches(paths, path)) {
                return true;
            }
        }
        return false;
    }

    private boolean matches(Paths paths, String glob) {
        Boolean known = paths.matched.get(glob);
        if (known == null) {
            Optional<PathPattern> pattern = PathPattern.ofPath(glob);
            known = pattern.isPresent()
                    && paths.list.stream()
                            .anyMatch(path -> work > WORK || pattern.get().matches(path, units -> work += units));
            paths.matched.put(glob, known);
        }
        return known;
    }

    /** A set of paths with what is known about it so far. */
    private static final class Paths {
        final List<String> list;
        final Set<String> set;
        final Map<String, Boolean> matched = new HashMap<>();
        private @Nullable Set<String> folders;

        Paths(List<String> list) {
            this.list = list;
            this.set = new HashSet<>(list);
        }

        /** A path with a trailing slash means a folder. */
        boolean contains(String path) {
            return path.endsWith("/") ? folders().contains(path) : set.contains(path);
        }

        private Set<String> folders() {
            if (folders == null) {
                folders = new HashSet<>();
                for (String path : list) {
                    for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
                        if (!folders.add(path.substring(0, slash + 1))) {
                            break;
                        }
                    }
                }
            }
            return folders;
        }
    }
}
