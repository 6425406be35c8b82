package dev.tandem.pipeline.plan;

import static dev.tandem.pipeline.plan.Values.join;
import static dev.tandem.pipeline.syntax.DiagnosticCode.*;

import dev.tandem.pipeline.plan.JobConfig.EnvironmentConfig;
import dev.tandem.pipeline.plan.JobConfig.Named;
import dev.tandem.pipeline.syntax.Node;
import dev.tandem.pipeline.syntax.Node.Kind;
import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.Node.Scalar;
import dev.tandem.pipeline.syntax.Node.Sequence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What follows when a job ends: {@code allow_failure}, {@code retry}, and the {@code environment} it works on. */
final class OutcomeReader {
    static final List<String> ENVIRONMENT =
            List.of("name", "url", "on_stop", "action", "auto_stop_in", "deployment_tier", "kubernetes");
    private static final List<String> DASHBOARD = List.of("namespace", "flux_resource_path");
    private static final List<String> KUBERNETES =
            List.of("agent", "namespace", "flux_resource_path", "dashboard", "managed_resources");
    static final List<String> ACTIONS = List.of("start", "prepare", "stop", "verify", "access");
    static final List<String> TIERS = List.of("production", "staging", "testing", "development", "other");

    private static final Pattern WEB_ADDRESS = Pattern.compile("https?://|\\$");

    private final Values values;

    OutcomeReader(Values values) {
        this.values = values;
    }

    @Nullable
    AllowFailure allowFailure(@Nullable Node node, String path) {
        if (node == null) {
            return null;
        }
        if (node instanceof Mapping mapping) {
            values.checkKeys(mapping, path, List.of("exit_codes"));
            if (mapping.get("exit_codes") == null) {
                values.missing(mapping.mark(), path, "exit_codes");
            }
            return new AllowFailure(false, exitCodes(mapping.get("exit_codes"), join(path, "exit_codes")));
        }
        return values.flag(node, path, false) ? AllowFailure.ALWAYS : AllowFailure.NEVER;
    }

    Retry retry(@Nullable Node node, String path) {
        if (!(node instanceof Mapping mapping)) {
            Integer max = values.integer(node, path, 0, 2);
            return max == null ? Retry.NEVER : new Retry(max, List.of("always"), List.of());
        }
        values.checkKeys(mapping, path, List.of("max", "when", "exit_codes"));
        Integer max = values.integer(mapping.get("max"), join(path, "max"), 0, 2);
        Node whenNode = mapping.get("when");
        List<String> when = values.texts(whenNode, join(path, "when"), true);
        for (String reason : when) {
            if (!Keywords.RETRY_WHEN.contains(reason) && whenNode != null) {
                values.notAllowed(whenNode, join(path, "when"), reason, Keywords.RETRY_WHEN);
            }
        }
        List<Integer> exitCodes = exitCodes(mapping.get("exit_codes"), join(path, "exit_codes"));
        boolean always = when.isEmpty() && exitCodes.isEmpty();
        return new Retry(max == null ? 0 : max, always ? List.of("always") : when, exitCodes);
    }

    private List<Integer> exitCodes(@Nullable Node node, String path) {
        List<Integer> codes = new ArrayList<>();
        if (node == null) {
            return codes;
        }
        if (node instanceof Sequence list && list.items().isEmpty()) {
            values.report(EMPTY_VALUE, node.mark(), path, "exit_codes must not be empty", "list an exit code");
        }
        for (Node item : node instanceof Sequence ? values.items(node, path) : List.of(node)) {
            Integer code = values.integer(item, path, 0, Integer.MAX_VALUE);
            if (code != null) {
                codes.add(code);
            }
        }
        if (new HashSet<>(codes).size() < codes.size()) {
            values.report(INVALID_VALUE, node.mark(), path, "an exit code is listed twice", "remove one of them");
        }
        return codes;
    }

    @Nullable
    EnvironmentConfig environment(@Nullable Node node, String path) {
        if (node == null) {
            return null;
        }
        if (node instanceof Scalar) {
            String name = values.nonEmptyText(node, path);
            checkName(name, node, path);
            return name == null ? null : new EnvironmentConfig(name, null, null, "start", null, null, node.mark());
        }
        Mapping mapping = values.mapping(node, path, ENVIRONMENT);
        if (mapping == null) {
            return null;
        }
        Node nameNode = mapping.get("name");
        String name = values.nonEmptyText(nameNode, join(path, "name"));
        if (nameNode == null) {
            values.missing(mapping.mark(), path, "name");
        } else {
            checkName(name, nameNode, join(path, "name"));
        }
        if (mapping.get("kubernetes") != null) {
            kubernetes(mapping.get("kubernetes"), join(path, "kubernetes"));
            values.notEvaluated(
                    mapping.keyMark("kubernetes"), join(path, "kubernetes"), "kubernetes", "no cluster is looked at");
        }
        EnvironmentConfig read = details(name == null ? "" : name, mapping, path);
        return name == null ? null : read;
    }

    private EnvironmentConfig details(String name, Mapping mapping, String path) {
        Node onStopNode = mapping.get("on_stop");
        String onStop = values.nonEmptyText(onStopNode, join(path, "on_stop"));
        String action = values.word(mapping.get("action"), join(path, "action"), ACTIONS);
        return new EnvironmentConfig(
                name,
                url(mapping.get("url"), join(path, "url")),
                onStop == null || onStopNode == null ? null : new Named(onStop, onStopNode.mark()),
                action == null ? "start" : action,
                tier(mapping.get("deployment_tier"), join(path, "deployment_tier")),
                values.durationText(mapping.get("auto_stop_in"), join(path, "auto_stop_in"), true),
                mapping.mark());
    }

    private void kubernetes(@Nullable Node node, String path) {
        Mapping mapping = values.mapping(node, path, KUBERNETES);
        if (mapping == null) {
            return;
        }
        Mapping dashboard = values.mapping(mapping.get("dashboard"), join(path, "dashboard"), DASHBOARD);
        Mapping managed =
                values.mapping(mapping.get("managed_resources"), join(path, "managed_resources"), List.of("enabled"));
        if (managed != null) {
            values.flag(managed.get("enabled"), join(path, "managed_resources:enabled"), true);
        }
        values.nonEmptyText(mapping.get("agent"), join(path, "agent"));
        for (Mapping place : dashboard == null ? List.of(mapping) : List.of(mapping, dashboard)) {
            values.nonEmptyText(place.get("namespace"), join(path, "namespace"));
            values.nonEmptyText(place.get("flux_resource_path"), join(path, "flux_resource_path"));
            if (place.get("flux_resource_path") != null && place.get("namespace") == null) {
                values.missing(place.keyMark("flux_resource_path"), path, "namespace");
            } else if (place.get("namespace") != null && mapping.get("agent") == null) {
                values.missing(place.keyMark("namespace"), path, "agent");
            }
        }
    }

    /** Letters, digits, {@code -_/$ {}.} and spaces; no slash at its ends. */
    @Nullable
    String resourceGroup(@Nullable Node node, String path) {
        String group = values.nonEmptyText(node, path);
        if (node == null || group == null) {
            return null;
        }
        if (group.startsWith("/") || group.endsWith("/") || !isPlain(group)) {
            String hint = "use letters, digits, spaces, -, _, /, $, {, } and ., and no / at the ends";
            values.report(INVALID_VALUE, node.mark(), path, "'" + group + "' is not a name for a group", hint);
            return null;
        }
        return group;
    }

    private static boolean isPlain(String name) {
        return name.length() <= 255
                && name.chars().allMatch(c -> (c < 128 && Character.isLetterOrDigit(c)) || "-_/$ {}.".indexOf(c) >= 0);
    }

    private void checkName(@Nullable String name, Node node, String path) {
        if (name != null && !isPlain(name)) {
            String hint = "use letters, digits, spaces, -, _, /, $, {, } and .";
            values.report(INVALID_VALUE, node.mark(), path, "'" + name + "' is not a name for an environment", hint);
        }
    }

    private @Nullable String url(@Nullable Node node, String path) {
        String url = values.nonEmptyText(node, path);
        if (node != null && url != null && !WEB_ADDRESS.matcher(url).lookingAt()) {
            String hint = "start with https://, http:// or a variable";
            values.report(INVALID_VALUE, node.mark(), path, "'" + url + "' is not a web address", hint);
            return null;
        }
        return url;
    }

    private @Nullable String tier(@Nullable Node node, String path) {
        if (node instanceof Scalar scalar
                && scalar.kind() == Kind.TEXT
                && scalar.value().contains("$")) {
            return scalar.value();
        }
        return values.word(node, path, TIERS);
    }
}
