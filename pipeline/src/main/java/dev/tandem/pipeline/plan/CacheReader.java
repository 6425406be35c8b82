package dev.tandem.pipeline.plan;

import static dev.tandem.pipeline.plan.Values.join;
import static dev.tandem.pipeline.syntax.DiagnosticCode.*;

import dev.tandem.pipeline.syntax.Node;
import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.Node.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code cache}: one mapping or a list of up to four. */
final class CacheReader {
    private static final int CACHES = 4;
    private static final int FALLBACK_KEYS = 5;
    private static final int KEY_FILES = 10;
    static final List<String> KEYS =
            List.of("key", "paths", "untracked", "unprotect", "when", "policy", "fallback_keys");
    static final List<String> WHEN = List.of("on_success", "on_failure", "always");
    static final List<String> POLICIES = List.of("pull-push", "pull", "push");

    private final Values values;

    CacheReader(Values values) {
        this.values = values;
    }

    List<Cache> read(@Nullable Node node, String path) {
        List<Cache> caches = new ArrayList<>();
        if (node == null) {
            return caches;
        }
        List<Node> items = node instanceof Sequence ? values.items(node, path) : List.of(node);
        if (items.size() > CACHES) {
            values.report(INVALID_VALUE, node.mark(), path, "more than " + CACHES + " caches", "join some of them");
        }
        for (Node item : items) {
            Mapping mapping = values.mapping(item, path, KEYS);
            if (mapping != null && !mapping.entries().isEmpty()) {
                caches.add(cache(mapping, path));
            }
        }
        return caches;
    }

    private Cache cache(Mapping mapping, String path) {
        Node key = mapping.get("key");
        Mapping files = key instanceof Mapping
                ? values.mapping(key, join(path, "key"), List.of("files", "files_commits", "prefix"))
                : null;
        if (files != null && files.get("files") == null && files.get("files_commits") == null) {
            values.missing(files.mark(), join(path, "key"), "files");
        }
        String when = values.word(mapping.get("when"), join(path, "when"), WHEN);
        Node fallback = mapping.get("fallback_keys");
        List<String> fallbackKeys = values.texts(fallback, join(path, "fallback_keys"), false);
        if (fallback != null && fallbackKeys.size() > FALLBACK_KEYS) {
            values.report(
                    INVALID_VALUE,
                    fallback.mark(),
                    path,
                    "more than " + FALLBACK_KEYS + " fallback keys",
                    "remove some");
        }
        return new Cache(
                files != null ? null : key(key, join(path, "key")),
                files == null ? List.of() : keyFiles(files, "files", path),
                files == null ? List.of() : keyFiles(files, "files_commits", path),
                files == null ? null : values.text(files.get("prefix"), join(path, "key:prefix")),
                values.texts(mapping.get("paths"), join(path, "paths"), false),
                values.flag(mapping.get("untracked"), join(path, "untracked"), false),
                values.flag(mapping.get("unprotect"), join(path, "unprotect"), false),
                when == null ? "on_success" : when,
                policy(mapping.get("policy"), join(path, "policy")),
                fallbackKeys);
    }

    private String policy(@Nullable Node node, String path) {
        String policy = values.text(node, path);
        if (node == null || policy == null) {
            return "pull-push";
        }
        if (!policy.contains("$") && !POLICIES.contains(policy)) {
            values.notAllowed(node, path, policy, POLICIES);
        }
        return policy;
    }

    private String key(@Nullable Node node, String path) {
        String key = node instanceof Node.Scalar ? values.scalar(node, path) : values.text(node, path);
        if (node == null || key == null) {
            return "default";
        }
        boolean dots = !key.isEmpty() && key.chars().allMatch(c -> c == '.');
        if (dots || key.contains("/") || key.toUpperCase(Locale.ROOT).contains("%2F")) {
            values.report(
                    INVALID_VALUE, node.mark(), path, "a cache key has no '/' and is not only dots", "use '-' instead");
        }
        return key;
    }

    private List<String> keyFiles(Mapping key, String which, String path) {
        Node node = key.get(which);
        if (node != null && which.equals("files") && key.get("files_commits") != null) {
            values.report(
                    EXCLUSIVE_KEYS,
                    node.mark(),
                    path,
                    "key:files and key:files_commits exclude each other",
                    "keep one");
        }
        List<String> files = values.nonEmptyTexts(node, join(path, "key:" + which));
        if (node != null && files.size() > KEY_FILES) {
            values.report(INVALID_VALUE, node.mark(), path, "more than " + KEY_FILES + " key files", "use a wildcard");
        }
        return files;
    }
}
