package dev.tandem.pipeline.plan;

import static dev.tandem.pipeline.plan.Values.join;
import static dev.tandem.pipeline.syntax.DiagnosticCode.*;

import com.google.re2j.Pattern;
import dev.tandem.pipeline.syntax.Node;
import dev.tandem.pipeline.syntax.Node.Entry;
import dev.tandem.pipeline.syntax.Node.Kind;
import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.Node.Scalar;
import dev.tandem.pipeline.syntax.Node.Sequence;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Keywords that have no effect here because they ask another service for something ({@code release}, {@code secrets}, {@code pages} and
 * their like): checked in shape, so that a file that is wrong for GitLab is wrong here too.
 */
final class RemoteKeywords {
    static final List<String> PROVIDERS = List.of(
            "vault",
            "gcp_secret_manager",
            "azure_key_vault",
            "aws_secrets_manager",
            "gitlab_secrets_manager",
            "akeyless");
    static final List<String> SECRET = List.of(
            "vault",
            "gcp_secret_manager",
            "azure_key_vault",
            "aws_secrets_manager",
            "gitlab_secrets_manager",
            "akeyless",
            "file",
            "token");
    static final List<String> RELEASE =
            List.of("tag_name", "tag_message", "name", "description", "ref", "milestones", "released_at", "assets");
    static final List<String> LINK = List.of("name", "url", "filepath", "link_type");
    static final List<String> LINK_TYPES = List.of("runbook", "package", "image", "other");
    static final List<String> STEP = List.of("name", "script", "step", "func", "env", "inputs");
    static final List<String> INPUT = List.of("default", "description", "type", "options", "regex", "rules");
    private static final int JOB_INPUTS = 50;
    /** Providers that may be written as one text. */
    private static final Set<String> SHORT = Set.of("vault", "aws_secrets_manager");

    private static final Map<String, Set<Kind>> KINDS = Map.of(
            "string", Set.of(Kind.TEXT),
            "number", Set.of(Kind.INTEGER, Kind.FLOAT),
            "boolean", Set.of(Kind.BOOLEAN),
            "array", Set.of());
    private static final Pattern STEP_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*");

    private final Values values;

    RemoteKeywords(Values values) {
        this.values = values;
    }

    /** Reports the faults of all of them in a job or in the defaults. */
    void check(Mapping job, String path) {
        with(job, path, "release", this::release);
        with(job, path, "secrets", this::secrets);
        with(job, path, "id_tokens", this::idTokens);
        with(job, path, "identity", (node, at) -> values.word(node, at, List.of("google_cloud")));
        with(job, path, "pages", this::pages);
        with(job, path, "publish", (node, at) -> values.nonEmptyText(node, at));
        with(job, path, "dast_configuration", this::dast);
        with(job, path, "inputs", this::inputs);
        with(job, path, "run", this::run);
    }

    private static void with(Mapping job, String path, String key, BiConsumer<Node, String> check) {
        Node node = job.get(key);
        if (node != null) {
            check.accept(node, join(path, key));
        }
    }

    private void release(Node node, String path) {
        Mapping release = values.mapping(node, path, RELEASE);
        if (release == null) {
            return;
        }
        require(release, path, "tag_name");
        require(release, path, "description");
        for (String key : List.of("tag_name", "tag_message", "name", "description", "ref", "released_at")) {
            values.text(release.get(key), join(path, key));
        }
        Node time = release.get("released_at");
        if (time instanceof Scalar text && !text.value().contains("$") && !isTime(text.value())) {
            String message = "'" + text.value() + "' is not a time of ISO 8601";
            values.report(INVALID_VALUE, time.mark(), join(path, "released_at"), message, "write 2026-01-02T03:04:05Z");
        }
        values.texts(release.get("milestones"), join(path, "milestones"), true);
        Mapping assets = values.mapping(release.get("assets"), join(path, "assets"), List.of("links"));
        String links = join(path, "assets:links");
        if (assets != null
                && assets.get("links") instanceof Sequence list
                && list.items().isEmpty()) {
            values.report(EMPTY_VALUE, list.mark(), links, "links must not be empty", "list a link or remove it");
        }
        for (Node item : values.items(assets == null ? null : assets.get("links"), links)) {
            Mapping link = values.mapping(item, links, LINK);
            if (link != null) {
                require(link, links, "name");
                require(link, links, "url");
                values.word(link.get("link_type"), join(links, "link_type"), LINK_TYPES);
            }
        }
    }

    private static boolean isTime(String text) {
        try {
            OffsetDateTime.parse(text);
            return true;
        } catch (DateTimeParseException notOne) {
            return false;
        }
    }

    private void secrets(Node node, String path) {
        each(node, path, (name, value, at) -> {
            Mapping secret = values.mapping(value, at, SECRET);
            if (secret == null) {
                return;
            }
            if (PROVIDERS.stream().allMatch(provider -> secret.get(provider) == null)) {
                String hint = "name one of " + String.join(", ", PROVIDERS);
                values.report(MISSING_KEY, secret.mark(), at, "the secret '" + name + "' has no provider", hint);
            }
            provider(secret.get("vault"), at, "vault", List.of("engine", "path", "field"), secret);
            provider(secret.get("gcp_secret_manager"), at, "gcp_secret_manager", List.of("name"), secret);
            provider(secret.get("azure_key_vault"), at, "azure_key_vault", List.of("name"), secret);
            provider(secret.get("aws_secrets_manager"), at, "aws_secrets_manager", List.of("secret_id"), secret);
            provider(secret.get("gitlab_secrets_manager"), at, "gitlab_secrets_manager", List.of("name"), secret);
            values.flag(secret.get("file"), join(at, "file"), true);
            values.text(secret.get("token"), join(at, "token"));
        });
    }

    /** The long form of a provider must name these; a text is its short form where it has one. */
    private void provider(@Nullable Node node, String path, String name, List<String> required, Mapping secret) {
        if (node instanceof Mapping mapping) {
            required.forEach(key -> require(mapping, join(path, name), key));
            if (name.equals("gcp_secret_manager")) {
                require(secret, path, "token");
            }
        } else if (node != null && !SHORT.contains(name)) {
            values.wrongType(node, join(path, name), "a mapping", "write " + required.getFirst() + ": and its value");
        } else {
            values.nonEmptyText(node, join(path, name));
        }
    }

    private void idTokens(Node node, String path) {
        each(node, path, (name, value, at) -> {
            Mapping token = values.mapping(value, at, List.of("aud"));
            if (token != null) {
                require(token, at, "aud");
                values.distinct(token.get("aud"), join(at, "aud"));
            }
        });
    }

    private void pages(Node node, String path) {
        if (node instanceof Scalar) {
            values.flag(node, path, true);
            return;
        }
        Mapping pages = values.mapping(node, path, List.of("publish", "path_prefix", "expire_in"));
        if (pages != null) {
            values.nonEmptyText(pages.get("publish"), join(path, "publish"));
            values.text(pages.get("path_prefix"), join(path, "path_prefix"));
            values.durationText(pages.get("expire_in"), join(path, "expire_in"), true);
        }
    }

    private void dast(Node node, String path) {
        Mapping dast = values.mapping(node, path, List.of("site_profile", "scanner_profile"));
        if (dast != null) {
            values.text(dast.get("site_profile"), join(path, "site_profile"));
            values.text(dast.get("scanner_profile"), join(path, "scanner_profile"));
        }
    }

    private void inputs(Node node, String path) {
        each(node, path, (name, value, at) -> {
            Mapping input = values.mapping(value, at, INPUT);
            if (input != null) {
                input(input, at);
            }
        });
        if (node instanceof Mapping all && all.entries().size() > JOB_INPUTS) {
            values.report(INVALID_VALUE, node.mark(), path, "more than " + JOB_INPUTS + " inputs", "remove some");
        }
    }

    private void input(Mapping input, String path) {
        String type = values.word(input.get("type"), join(path, "type"), List.copyOf(KINDS.keySet()));
        Entry given = input.entries().get("default");
        if (given == null) {
            values.missing(input.mark(), path, "default");
            return;
        }
        Set<Kind> kinds = KINDS.getOrDefault(type == null ? "string" : type, Set.of());
        boolean fits = given.value() instanceof Scalar scalar
                ? scalar.isNull() || kinds.contains(scalar.kind())
                : given.value() instanceof Sequence && "array".equals(type);
        if (!fits) {
            String message = "the default is not of type " + (type == null ? "string" : type);
            values.report(INVALID_VALUE, given.value().mark(), join(path, "default"), message, "choose another");
        }
    }

    private void run(Node node, String path) {
        if (node instanceof Sequence list && list.items().isEmpty()) {
            values.report(EMPTY_VALUE, node.mark(), path, "run must not be empty", "add a step");
        }
        for (Node item : values.items(node, path)) {
            Mapping step = values.mapping(item, path, STEP);
            if (step != null) {
                step(step, path);
            }
        }
    }

    private void step(Mapping step, String path) {
        require(step, path, "name");
        String name = values.nonEmptyText(step.get("name"), join(path, "name"));
        if (name != null && !STEP_NAME.matches(name)) {
            String message = "'" + name + "' is not a name for a step";
            values.report(INVALID_VALUE, step.mark(), join(path, "name"), message, "use letters, digits, _ and -");
        }
        if (step.get("env") != null && !(step.get("env") instanceof Mapping)) {
            values.wrongType(step, join(path, "env"), "a mapping of names to texts", "write NAME: value");
        }
        if (step.get("inputs") != null && step.get("script") != null) {
            String message = "a step with a script takes no inputs";
            values.report(EXCLUSIVE_KEYS, step.keyMark("inputs"), path, message, "write env: instead");
        }
        values.text(step.get("script"), join(path, "script"));
        List<String> given = List.of("script", "step", "func").stream()
                .filter(key -> step.get(key) != null)
                .toList();
        if (given.isEmpty()) {
            values.missing(step.mark(), path, "script");
        } else if (given.size() > 1) {
            String message = "script, step and func exclude each other";
            values.report(EXCLUSIVE_KEYS, step.keyMark(given.get(1)), path, message, "keep one of them");
        }
    }

    private void require(Mapping mapping, String path, String key) {
        if (mapping.get(key) == null) {
            values.missing(mapping.mark(), path, key);
        }
    }

    private void each(Node node, String path, Named check) {
        if (!(node instanceof Mapping mapping)) {
            values.wrongType(node, path, "a mapping", "write NAME: and its details");
            return;
        }
        for (Map.Entry<String, Entry> entry : mapping.entries().entrySet()) {
            check.check(entry.getKey(), entry.getValue().value(), join(path, entry.getKey()));
        }
    }

    /** Looks at one named detail. */
    private interface Named {
        void check(String name, Node value, String path);
    }
}
