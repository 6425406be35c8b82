package dev.tandem.pipeline.plan;

import static dev.tandem.pipeline.plan.Values.join;
import static dev.tandem.pipeline.syntax.DiagnosticCode.*;

import dev.tandem.pipeline.syntax.Node;
import dev.tandem.pipeline.syntax.Node.Entry;
import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.Node.Scalar;
import dev.tandem.pipeline.syntax.Node.Sequence;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

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
        values.texts(release.get("milestones"), join(path, "milestones"), true);
        Mapping assets = values.mapping(release.get("assets"), join(path, "assets"), List.of("links"));
        String links = join(path, "assets:links");
        for (Node item : values.items(assets == null ? null : assets.get("links"), links)) {
            Mapping link = values.mapping(item, links, LINK);
            if (link != null) {
                require(link, links, "name");
                require(link, links, "url");
                values.word(link.get("link_type"), join(links, "link_type"), LINK_TYPES);
            }
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
            values.flag(secret.get("file"), join(at, "file"), true);
            values.text(secret.get("token"), join(at, "token"));
        });
    }

    private void idTokens(Node node, String path) {
        each(node, path, (name, value, at) -> {
            Mapping token = values.mapping(value, at, List.of("aud"));
            if (token != null) {
                require(token, at, "aud");
                values.texts(token.get("aud"), join(at, "aud"), true);
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
            if (input != null && !input.entries().containsKey("default")) {
                values.missing(input.mark(), at, "default");
            }
        });
        if (node instanceof Mapping all && all.entries().size() > JOB_INPUTS) {
            values.report(INVALID_VALUE, node.mark(), path, "more than " + JOB_INPUTS + " inputs", "remove some");
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
        values.nonEmptyText(step.get("name"), join(path, "name"));
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
