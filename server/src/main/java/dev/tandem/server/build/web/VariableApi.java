package dev.tandem.server.build.web;

import dev.tandem.server.build.store.VariableRecord;
import dev.tandem.server.build.variables.ProjectVariables.Clear;
import dev.tandem.server.build.variables.ProjectVariables.Refusal;
import dev.tandem.server.build.variables.VariableEdits;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.api.Parameters;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

/** A project's CI/CD variables in the REST API; for maintainers, since values are shown. */
@RestController
class VariableApi {
    private static final String ALL = "/api/v4/projects/{id}/variables";

    private final VariableEdits variables;

    VariableApi(VariableEdits variables) {
        this.variables = variables;
    }

    @GetMapping(ALL)
    @Requires(Permission.MANAGE_PROJECT)
    Listing<Map<String, @Nullable Object>> list(ProjectFacts project, Paging paging) {
        return Listing.cut(variables.list(project), paging).map(VariableApi::shape);
    }

    @GetMapping(ALL + "/{key}")
    @Requires(Permission.MANAGE_PROJECT)
    Map<String, @Nullable Object> one(ProjectFacts project, @PathVariable("key") String key, Parameters parameters) {
        return shape(existing(project, key, scope(parameters)));
    }

    @PostMapping(ALL)
    @Requires(Permission.MANAGE_PROJECT)
    ResponseEntity<Map<String, @Nullable Object>> create(ProjectFacts project, Actor actor, Parameters parameters) {
        String key = parameters.requiredText("key");
        String scope = parameters.text("environment_scope").orElse("*");
        Clear fresh =
                new Clear(new VariableRecord(project.id(), key, "", "env_var", false, false, false, scope, ""), "");
        Clear wanted = wanted(fresh, parameters);
        accepted(variables.create(actor, project, wanted.stored(), wanted.value()));
        return ResponseEntity.status(201).body(shape(wanted));
    }

    @PutMapping(ALL + "/{key}")
    @Requires(Permission.MANAGE_PROJECT)
    Map<String, @Nullable Object> update(
            ProjectFacts project, Actor actor, @PathVariable("key") String key, Parameters parameters) {
        Clear wanted = wanted(existing(project, key, scope(parameters)), parameters);
        accepted(variables.update(actor, project, wanted.stored(), wanted.value()));
        return shape(wanted);
    }

    @DeleteMapping(ALL + "/{key}")
    @Requires(Permission.MANAGE_PROJECT)
    ResponseEntity<Void> delete(
            ProjectFacts project, Actor actor, @PathVariable("key") String key, Parameters parameters) {
        if (!variables.delete(actor, project, key, scope(parameters))) {
            throw ApiException.notFound("Variable");
        }
        return ResponseEntity.noContent().build();
    }

    /** What is not given stays as it is. */
    private static Clear wanted(Clear old, Parameters parameters) {
        VariableRecord before = old.stored();
        VariableRecord wanted = new VariableRecord(
                before.projectId(),
                before.name(),
                "",
                parameters.text("variable_type").orElse(before.type()),
                parameters.flag("protected").orElse(before.protectedOnly()),
                parameters.flag("masked").orElse(before.masked()),
                parameters.flag("raw").orElse(before.raw()),
                before.environmentScope(),
                parameters.text("description").orElse(before.description()));
        return new Clear(wanted, parameters.text("value").orElse(old.value()));
    }

    private static void accepted(@Nullable Refusal refusal) {
        if (refusal != null) {
            throw ApiException.invalid(refusal.field(), refusal.problem());
        }
    }

    private Clear existing(ProjectFacts project, String key, String scope) {
        return variables.find(project, key, scope).orElseThrow(() -> ApiException.notFound("Variable"));
    }

    private static String scope(Parameters parameters) {
        return parameters
                .object("filter")
                .flatMap(filter -> filter.text("environment_scope"))
                .orElse("*");
    }

    private static Map<String, @Nullable Object> shape(Clear variable) {
        VariableRecord stored = variable.stored();
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("variable_type", stored.type());
        body.put("key", stored.name());
        body.put("value", variable.value());
        body.put("protected", stored.protectedOnly());
        body.put("masked", stored.masked());
        body.put("hidden", false);
        body.put("raw", stored.raw());
        body.put("environment_scope", stored.environmentScope());
        body.put("description", stored.description());
        return body;
    }
}
