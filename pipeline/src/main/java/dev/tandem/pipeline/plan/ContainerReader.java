package dev.tandem.pipeline.plan;

import static dev.tandem.pipeline.plan.Values.join;
import static dev.tandem.pipeline.syntax.DiagnosticCode.*;

import dev.tandem.pipeline.syntax.Node;
import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.Node.Sequence;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code image} and {@code services}. */
final class ContainerReader {
    static final List<String> IMAGE = List.of("name", "entrypoint", "pull_policy", "docker", "kubernetes");
    static final List<String> SERVICE =
            List.of("name", "alias", "entrypoint", "command", "variables", "pull_policy", "docker", "kubernetes");
    static final List<String> POLICIES = List.of("always", "if-not-present", "never");

    private final Values values;
    private final VariablesReader variables;

    ContainerReader(Values values) {
        this.values = values;
        this.variables = new VariablesReader(values);
    }

    @Nullable
    Image image(@Nullable Node node, String path) {
        return node == null ? null : image(node, path, IMAGE);
    }

    List<Service> services(@Nullable Node node, String path) {
        List<Service> services = new ArrayList<>();
        for (Node item : values.items(node, path)) {
            Image image = image(item, path, SERVICE);
            if (image == null) {
                continue;
            }
            Mapping details = item instanceof Mapping mapping ? mapping : Mapping.empty(item.mark());
            services.add(new Service(
                    image,
                    alias(details.get("alias"), join(path, "alias")),
                    command(details.get("command"), join(path, "command")),
                    variables.read(details.get("variables"), join(path, "variables"), VariablesReader.Place.JOB)));
        }
        return services;
    }

    private @Nullable String alias(@Nullable Node node, String path) {
        String alias = values.nonEmptyText(node, path);
        if (node != null && alias != null && alias.contains("$")) {
            values.report(INVALID_VALUE, node.mark(), path, "an alias holds no variables", "write the name itself");
        }
        return alias;
    }

    private List<String> command(@Nullable Node node, String path) {
        return node instanceof Sequence ? values.nonEmptyTexts(node, path) : values.texts(node, path, true);
    }

    private @Nullable Image image(Node node, String path, List<String> keys) {
        if (!(node instanceof Mapping mapping)) {
            String name = values.nonEmptyText(node, path);
            return name == null ? null : new Image(name, List.of(), List.of(), null, null);
        }
        values.checkKeys(mapping, path, keys);
        String name = values.nonEmptyText(mapping.get("name"), join(path, "name"));
        if (mapping.get("name") == null) {
            values.missing(mapping.mark(), path, "name");
        }
        Node policyNode = mapping.get("pull_policy");
        List<String> policies = values.distinct(policyNode, join(path, "pull_policy"));
        for (String policy : policies) {
            if (!POLICIES.contains(policy) && policyNode != null) {
                values.notAllowed(policyNode, join(path, "pull_policy"), policy, POLICIES);
            }
        }
        Mapping docker = values.mapping(mapping.get("docker"), join(path, "docker"), List.of("platform", "user"));
        if (mapping.get("kubernetes") != null) {
            Mapping pod = values.mapping(mapping.get("kubernetes"), join(path, "kubernetes"), List.of("user"));
            values.scalar(pod == null ? null : pod.get("user"), join(path, "kubernetes:user"));
            values.notEvaluated(
                    mapping.keyMark("kubernetes"),
                    join(path, "kubernetes"),
                    "kubernetes",
                    "the container gets its usual user");
        }
        if (name == null) {
            return null;
        }
        return new Image(
                name,
                entrypoint(mapping.get("entrypoint"), join(path, "entrypoint")),
                policies,
                docker == null ? null : values.nonEmptyText(docker.get("platform"), join(path, "platform")),
                docker == null ? null : values.nonEmptyText(docker.get("user"), join(path, "user")));
    }

    private List<String> entrypoint(@Nullable Node node, String path) {
        if (node instanceof Sequence list && list.items().isEmpty()) {
            values.report(EMPTY_VALUE, node.mark(), path, "entrypoint must not be empty", "write [''] to clear it");
        }
        return values.texts(node, path, false);
    }
}
