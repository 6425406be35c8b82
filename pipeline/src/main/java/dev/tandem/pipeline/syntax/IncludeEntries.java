package dev.tandem.pipeline.syntax;

import static dev.tandem.pipeline.syntax.DiagnosticCode.*;

import com.google.re2j.Pattern;
import dev.tandem.pipeline.syntax.Included.Wanted;
import dev.tandem.pipeline.syntax.Node.Entry;
import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.Node.Scalar;
import dev.tandem.pipeline.syntax.Node.Sequence;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells which files an entry of {@code include} means. What cannot be resolved is reported and means none. */
final class IncludeEntries {
    private static final Set<String> TYPES = Set.of("local", "project", "remote", "template", "component", "artifact");
    private static final Map<String, Set<String>> KEYS = Map.of(
            "local", Set.of("local", "rules", "inputs"),
            "project", Set.of("project", "file", "ref", "rules", "inputs"),
            "remote", Set.of("remote", "integrity", "rules", "inputs"),
            "template", Set.of("template", "rules", "inputs"),
            "component", Set.of("component", "rules", "inputs"),
            "artifact", Set.of("artifact", "job", "inputs"));
    private static final String INTEGRITY = "sha256-";
    private static final Pattern DIGEST = Pattern.compile("sha256-[A-Za-z0-9+/]{43}=");

    private final IncludeSources sources;
    private final IncludeContext context;
    private final Budget budget;
    private final Diagnostics diagnostics;
    private final Map<String, IncludeSources.Answer> answers = new HashMap<>();
    private final Map<SourceFiles, List<String>> paths = new HashMap<>();

    IncludeEntries(IncludeSources sources, IncludeContext context, Budget budget, Diagnostics diagnostics) {
        this.sources = sources;
        this.context = context;
        this.budget = budget;
        this.diagnostics = diagnostics;
    }

    /** The files of an entry that stands in a file of {@code origin}. */
    List<Wanted> files(Node entry, Origin origin) {
        Resolving resolving = new Resolving(origin, origin.open() ? context.withoutVariables() : context);
        return switch (entry) {
            case Scalar scalar when isUrl(scalar.value()) -> resolving.remote(scalar, null, null);
            case Scalar scalar when !scalar.isNull() -> resolving.local(scalar, null);
            case Mapping mapping -> resolving.mapping(mapping);
            default -> shape(entry.mark(), "an include is a path or a mapping");
        };
    }

    /** One entry in the eyes of the file that holds it. */
    private final class Resolving {
        private final Origin origin;
        private final IncludeContext known;

        Resolving(Origin origin, IncludeContext known) {
            this.origin = origin;
            this.known = known;
        }

        List<Wanted> mapping(Mapping mapping) {
            List<String> types =
                    mapping.entries().keySet().stream().filter(TYPES::contains).toList();
            if (types.size() != 1) {
                String message = "an include needs exactly one of local, project, remote, template, component";
                return shape(mapping.mark(), message);
            }
            String type = types.getFirst();
            checkKeys(mapping, KEYS.getOrDefault(type, TYPES));
            Node inputs = mapping.get("inputs");
            if (inputs != null && !(inputs instanceof Mapping)) {
                return shape(inputs.mark(), "include:inputs must be a mapping of names to values");
            }
            Node rules = mapping.get("rules");
            if (rules != null && !known.admits(rules, "include:rules", origin.files())) {
                return List.of();
            }
            if (!(mapping.get(type) instanceof Scalar address)) {
                return shape(mapping.mark(), "include:" + type + " must be a text");
            }
            Mapping given = inputs instanceof Mapping values ? values : null;
            return switch (type) {
                case "local" -> local(address, given);
                case "remote" -> remote(address, mapping.get("integrity"), given);
                case "project" -> project(address, mapping, given);
                case "template" -> template(address, given);
                case "component" -> component(address, given);
                default -> shape(mapping.mark(), "an artifact can be included by trigger:include only");
            };
        }

        List<Wanted> local(Scalar address, @Nullable Mapping inputs) {
            String path = plainPath(known.expand(address.value()), address.mark());
            if (path == null) {
                return List.of();
            }
            if (origin.open()) {
                fail(
                        INCLUDE_PATH,
                        address.mark(),
                        "'" + path + "' is local to a file that belongs to no project",
                        "include it by remote or project");
                return List.of();
            }
            List<String> found = path.contains("*")
                    ? context.matching(path, paths.computeIfAbsent(origin.files(), SourceFiles::paths), budget::match)
                    : List.of(path);
            if (found.isEmpty()) {
                String message = "no file matches '" + path + "', so nothing is included";
                diagnostics.add(INCLUDE_MATCHES_NOTHING, address.mark(), "include", message, "'**' also matches '/'");
            }
            return found.stream()
                    .map(each -> new Wanted(Included.file(origin, each), address.mark(), inputs))
                    .toList();
        }

        List<Wanted> remote(Scalar address, @Nullable Node integrity, @Nullable Mapping inputs) {
            String url = known.expand(address.value());
            if (!isUrl(url) || !isYaml(url.replaceAll("[?#].*", ""))) {
                fail(
                        INCLUDE_PATH,
                        address.mark(),
                        "'" + url + "' is not the address of a YAML file",
                        "write https://host/path.yml");
                return List.of();
            }
            if (integrity != null && !isDigest(integrity)) {
                String hint = "write what GitLab shows for the file, or remove it";
                String message = "include:integrity must be sha256- and a Base64 digest";
                fail(INCLUDE_INTEGRITY, integrity.mark(), message, hint);
                return List.of();
            }
            return switch (ask("remote " + url, () -> sources.remote(url, Limits.FILE_BYTES))) {
                case IncludeSources.Content content
                when intact(content.bytes(), integrity) -> single(url, content.bytes(), address.mark(), inputs);
                case IncludeSources.Content altered -> List.of();
                case IncludeSources.Answer other -> missing("'" + url + "'", other, address.mark());
            };
        }

        List<Wanted> template(Scalar address, @Nullable Mapping inputs) {
            String name = known.expand(address.value());
            if (!name.endsWith(".gitlab-ci.yml") || plainPath(name, address.mark()) == null) {
                fail(
                        INCLUDE_PATH,
                        address.mark(),
                        "'" + name + "' is not the name of a template",
                        "templates end in .gitlab-ci.yml");
                return List.of();
            }
            return switch (ask("template " + name, () -> sources.template(name, Limits.FILE_BYTES))) {
                case IncludeSources.Content content ->
                    single("template:" + name, content.bytes(), address.mark(), inputs);
                case IncludeSources.Answer other -> missing("the template '" + name + "'", other, address.mark());
            };
        }

        private List<Wanted> single(String name, byte[] content, Mark mark, @Nullable Mapping inputs) {
            return List.of(new Wanted(new Included(Origin.single(), name, name, content, null), mark, inputs));
        }

        List<Wanted> project(Scalar address, Mapping entry, @Nullable Mapping inputs) {
            Node file = entry.get("file");
            List<Node> items = file instanceof Sequence list ? list.items() : file == null ? List.of() : List.of(file);
            if (items.isEmpty() || !items.stream().allMatch(IncludeEntries::isText)) {
                return shape(entry.mark(), "include:project needs file: a path or a list of paths");
            }
            String path = known.expand(address.value());
            Node refNode = entry.get("ref");
            String ref = refNode instanceof Scalar scalar ? known.expand(scalar.value()) : null;
            if (!path.contains("/")) {
                fail(INCLUDE_PATH, address.mark(), "'" + path + "' is not a project", "write group/project");
                return List.of();
            }
            String name = path + (ref == null ? "" : "@" + ref);
            IncludeSources.Answer answer = ask("project " + name, () -> sources.project(path, ref));
            if (!(answer instanceof IncludeSources.Repository repository)) {
                return missing("the project '" + name + "'", answer, address.mark());
            }
            List<Wanted> wanted = new ArrayList<>();
            for (Node item : items) {
                String each = plainPath(known.expand(((Scalar) item).value()), item.mark());
                if (each != null) {
                    wanted.add(new Wanted(Included.file(Origin.of(repository), each), item.mark(), inputs));
                }
            }
            return wanted;
        }

        List<Wanted> component(Scalar address, @Nullable Mapping inputs) {
            String name = known.expand(address.value());
            int at = name.lastIndexOf('@');
            boolean scheme = name.contains("://");
            boolean valid = !scheme
                    && at > 0
                    && at < name.length() - 1
                    && name.substring(0, at).split("/").length >= 3;
            if (!valid) {
                String hint = scheme ? "write it without the scheme" : "write host/project/component@version";
                fail(INCLUDE_PATH, address.mark(), "'" + name + "' is not the address of a component", hint);
                return List.of();
            }
            return switch (ask("component " + name, () -> sources.component(name))) {
                case IncludeSources.Component component -> {
                    Origin place = Origin.of(component.repository());
                    String path = component.path();
                    Included file = new Included(place, place.name(path), path, null, component);
                    yield List.of(new Wanted(file, address.mark(), inputs));
                }
                case IncludeSources.Answer other -> missing("the component '" + name + "'", other, address.mark());
            };
        }
    }

    private IncludeSources.Answer ask(String key, java.util.function.Supplier<IncludeSources.Answer> question) {
        return answers.computeIfAbsent(key, each -> question.get());
    }

    private List<Wanted> missing(String name, IncludeSources.Answer answer, Mark mark) {
        switch (answer) {
            case IncludeSources.Absent(String why) ->
                fail(INCLUDE_NOT_FOUND, mark, name + " " + why, "check the name and the version");
            case IncludeSources.Unreachable(String why) ->
                fail(
                        INCLUDE_UNAVAILABLE,
                        mark,
                        name + " " + why + "; without it this would be another pipeline",
                        "copy the file into the repository and use include:local");
            case IncludeSources.Answer unexpected ->
                throw new IllegalStateException("a source answered with a " + unexpected.getClass());
        }
        return List.of();
    }

    /** The path from the root of its repository, or null after reporting that it is not one. */
    private @Nullable String plainPath(String given, Mark mark) {
        String path = given.startsWith("/") ? given.substring(1) : given;
        if (!isYaml(path)) {
            fail(
                    INCLUDE_PATH,
                    mark,
                    "the included path '" + path + "' does not end in .yml or .yaml",
                    "rename the file");
            return null;
        }
        List<String> segments = List.of(path.split("/", -1));
        if (segments.contains("..") || segments.contains(".") || segments.contains("")) {
            fail(
                    INCLUDE_PATH,
                    mark,
                    "the included path '" + path + "' is not a plain path",
                    "start at the repository's root");
            return null;
        }
        return path;
    }

    private static boolean isDigest(Node integrity) {
        return integrity instanceof Scalar text && DIGEST.matches(text.value());
    }

    private boolean intact(byte[] content, @Nullable Node integrity) {
        if (integrity == null) {
            return true;
        }
        String wanted = integrity instanceof Scalar scalar ? scalar.value() : "";
        if (wanted.equals(INTEGRITY + digest(content))) {
            return true;
        }
        String message = "the file is another one than include:integrity promises";
        fail(INCLUDE_INTEGRITY, integrity.mark(), message, "check what changed, then write the new digest");
        return false;
    }

    private static String digest(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return new String(Base64.getEncoder().encode(digest), StandardCharsets.US_ASCII);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    private void checkKeys(Mapping mapping, Set<String> keys) {
        for (Map.Entry<String, Entry> each : mapping.entries().entrySet()) {
            if (!keys.contains(each.getKey())) {
                String hint = Suggestion.of(
                        each.getKey(), keys, "known here are " + String.join(", ", new java.util.TreeSet<>(keys)));
                String message = "'" + each.getKey() + "' is not a keyword of this include";
                diagnostics.add(UNKNOWN_KEY, each.getValue().keyMark(), "include", message, hint);
            }
        }
    }

    private List<Wanted> shape(Mark mark, String message) {
        fail(INCLUDE_SHAPE, mark, message, "write include: {local: path.yml}");
        return List.of();
    }

    void fail(DiagnosticCode code, Mark mark, String message, String hint) {
        diagnostics.add(code, mark, "include", message, hint);
        diagnostics.markIncomplete();
    }

    private static boolean isText(Node node) {
        return node instanceof Scalar scalar && !scalar.isNull();
    }

    private static boolean isUrl(String text) {
        return text.startsWith("http://") || text.startsWith("https://");
    }

    private static boolean isYaml(String path) {
        return path.endsWith(".yml") || path.endsWith(".yaml");
    }
}
