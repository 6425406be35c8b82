package dev.tandem.server.deliver.web;

import dev.tandem.server.deliver.Configuration;
import dev.tandem.server.deliver.ConfigurationAnswer;
import dev.tandem.server.deliver.ConfigurationChange;
import dev.tandem.server.deliver.Configurations;
import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.deliver.StoredRollout;
import dev.tandem.server.deliver.web.RolloutShapes.RolloutJson;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.api.Parameters;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** The environment variables of an environment's service; what {@code tandem config} speaks. For who may deploy there. */
@RestController
class ConfigurationApi {
    private final Configurations configurations;
    private final Environments environments;
    private final RolloutShapes shapes;
    private final Users users;

    ConfigurationApi(Configurations configurations, Environments environments, RolloutShapes shapes, Users users) {
        this.configurations = configurations;
        this.environments = environments;
        this.shapes = shapes;
        this.users = users;
    }

    /** @param value null for a secret, which is never shown */
    record VariableJson(String name, @Nullable String value, boolean secret) {}

    /** @param servingVersion what the revision that serves runs with; null when nothing serves */
    @JsonNaming(SnakeCaseStrategy.class)
    record ConfigurationJson(
            String environment, long version, @Nullable Long servingVersion, List<VariableJson> variables) {}

    /** @param author username */
    @JsonNaming(SnakeCaseStrategy.class)
    record VersionJson(
            long version,
            long basedOn,
            boolean current,
            List<String> added,
            List<String> changed,
            List<String> removed,
            @Nullable String author,
            @Nullable Instant createdAt) {}

    @JsonNaming(SnakeCaseStrategy.class)
    record ChangedJson(
            long version,
            List<String> added,
            List<String> changed,
            List<String> removed,
            @Nullable RolloutJson rollout) {}

    /** {@code format=text} for programs that cannot read JSON: {@code NAME=VALUE} lines, {@code NAME (secret)} for a secret. */
    @Requires(Permission.DEPLOY)
    @GetMapping("/api/tandem/v1/projects/{id}/configuration")
    ResponseEntity<?> configuration(ProjectFacts project, Actor actor, Parameters parameters) {
        people(actor);
        Environment environment = environment(project, parameters);
        Configuration current = parameters.number("version").isEmpty()
                ? configurations.current(environment.id())
                : configurations
                        .find(environment.id(), parameters.requiredNumber("version"))
                        .orElseThrow(() -> ApiException.notFound("Version"));
        if (parameters.text("format").filter("text"::equals).isPresent()) {
            return ResponseEntity.ok()
                    .header(HttpHeaders.CONTENT_TYPE, "text/plain;charset=UTF-8")
                    .body(text(current));
        }
        return ResponseEntity.ok(new ConfigurationJson(
                environment.name(),
                current.version(),
                configurations.serving(environment.id()).orElse(null),
                current.variables().stream()
                        .map(variable -> new VariableJson(
                                variable.name(), configurations.shown(variable).orElse(null), variable.secret()))
                        .toList()));
    }

    private String text(Configuration configuration) {
        StringBuilder text = new StringBuilder();
        configuration
                .variables()
                .forEach(variable -> text.append(variable.name())
                        .append(configurations
                                .shown(variable)
                                .map(value -> "=" + value)
                                .orElse(" (secret)"))
                        .append('\n'));
        return text.toString();
    }

    /** Newest first. */
    @Requires(Permission.DEPLOY)
    @GetMapping("/api/tandem/v1/projects/{id}/configuration/versions")
    Listing<VersionJson> versions(ProjectFacts project, Actor actor, Parameters parameters, Paging paging) {
        people(actor);
        Environment environment = environment(project, parameters);
        long current = configurations.current(environment.id()).version();
        List<VersionJson> items = configurations.list(environment.id(), paging.offset(), paging.limit()).stream()
                .map(version -> version(version, current))
                .toList();
        return new Listing<>(items, configurations.count(environment.id()), paging);
    }

    private VersionJson version(Configuration version, long current) {
        Configuration.Difference difference = configurations.difference(version);
        return new VersionJson(
                version.version(),
                version.basedOn(),
                version.version() == current,
                difference.added(),
                difference.changed(),
                difference.removed(),
                version.by() == null
                        ? null
                        : users.find(version.by()).map(User::username).orElse(null),
                version.at());
    }

    /**
     * {@code set} (names to values), {@code unset} (names), {@code secret}; what serves is rolled out with it unless
     * {@code deploy=false}, as it was rolled out before but for the options of a rollout that are given.
     */
    @Requires(Permission.DEPLOY)
    @PostMapping("/api/tandem/v1/projects/{id}/configuration")
    ChangedJson change(ProjectFacts project, Actor actor, Parameters parameters) {
        String environment = parameters.requiredText("environment");
        ConfigurationAnswer answer = configurations.change(
                project,
                actor,
                environment,
                new ConfigurationChange(
                        values(parameters), parameters.flag("secret").orElse(false), parameters.texts("unset")),
                parameters.flag("deploy").orElse(true),
                RolloutWishes.given(parameters)
                        ? RolloutWishes.over(parameters, configurations.usual(project.id(), environment))
                        : null);
        return switch (answer) {
            case ConfigurationAnswer.Changed changed ->
                changed(project, changed.configuration(), changed.difference(), changed.rollout());
            case ConfigurationAnswer.Unchanged unchanged ->
                changed(project, unchanged.configuration(), Configuration.Difference.NONE, null);
            case ConfigurationAnswer.Refused refused ->
                throw new ApiException(Answers.status(refused.why()), refused.reason());
        };
    }

    private ChangedJson changed(
            ProjectFacts project,
            Configuration configuration,
            Configuration.Difference difference,
            @Nullable StoredRollout rollout) {
        return new ChangedJson(
                configuration.version(),
                difference.added(),
                difference.changed(),
                difference.removed(),
                rollout == null ? null : shapes.rollout(project, rollout, false));
    }

    private static Map<String, String> values(Parameters parameters) {
        Map<String, String> values = new LinkedHashMap<>();
        parameters
                .object("set")
                .ifPresent(set -> set.names()
                        .forEach(name -> values.put(
                                name, set.text(name).orElseThrow(() -> ApiException.missing("set[" + name + "]")))));
        return values;
    }

    /** Values are for people: what a job may know, it is given. */
    private static void people(Actor actor) {
        if (actor instanceof Actor.Job) {
            throw new ApiException(403, "A job cannot read the configuration of an environment; only a person can.");
        }
    }

    private Environment environment(ProjectFacts project, Parameters parameters) {
        return environments
                .find(project.id(), parameters.requiredText("environment"))
                .orElseThrow(() -> ApiException.notFound("Environment"));
    }
}
