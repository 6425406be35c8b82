package dev.tandem.server.build.web;

import dev.tandem.server.build.store.VariableRecord;
import dev.tandem.server.build.variables.ProjectVariables;
import dev.tandem.server.build.variables.ProjectVariables.Clear;
import dev.tandem.server.build.variables.ProjectVariables.Refusal;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.api.Parameters;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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
    private static final int MOST = 1000;

    private final ProjectVariables variables;
    private final Database database;
    private final Audit audit;

    VariableApi(ProjectVariables variables, Database database, Audit audit) {
        this.variables = variables;
        this.database = database;
        this.audit = audit;
    }

    @GetMapping(ALL)
    @Requires(Permission.MANAGE_PROJECT)
    Listing<Map<String, @Nullable Object>> list(ProjectFacts project, Paging paging) {
        return Listing.cut(database.read(sql -> variables.list(sql, project.id())), paging)
                .map(VariableApi::shape);
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
        if (find(project, key, scope).isPresent()) {
            throw ApiException.invalid("key", "(" + key + ") has already been taken");
        }
        if (database.read(sql -> variables.list(sql, project.id())).size() >= MOST) {
            throw ApiException.invalid("base", "Maximum number of variables exceeded");
        }
        Clear fresh =
                new Clear(new VariableRecord(project.id(), key, "", "env_var", false, false, false, scope, ""), "");
        return ResponseEntity.status(201).body(store(project, actor, fresh, parameters, "variable.create"));
    }

    @PutMapping(ALL + "/{key}")
    @Requires(Permission.MANAGE_PROJECT)
    Map<String, @Nullable Object> update(
            ProjectFacts project, Actor actor, @PathVariable("key") String key, Parameters parameters) {
        return store(project, actor, existing(project, key, scope(parameters)), parameters, "variable.update");
    }

    @DeleteMapping(ALL + "/{key}")
    @Requires(Permission.MANAGE_PROJECT)
    ResponseEntity<Void> delete(
            ProjectFacts project, Actor actor, @PathVariable("key") String key, Parameters parameters) {
        Clear gone = existing(project, key, scope(parameters));
        database.write(tx -> {
            audit.record(tx, actor, "variable.delete", project.fullPath(), key);
            return variables.delete(tx.sql(), project.id(), key, gone.stored().environmentScope());
        });
        return ResponseEntity.noContent().build();
    }

    private Map<String, @Nullable Object> store(
            ProjectFacts project, Actor actor, Clear old, Parameters parameters, String action) {
        VariableRecord before = old.stored();
        VariableRecord wanted = new VariableRecord(
                project.id(),
                before.name(),
                "",
                parameters.text("variable_type").orElse(before.type()),
                parameters.flag("protected").orElse(before.protectedOnly()),
                parameters.flag("masked").orElse(before.masked()),
                parameters.flag("raw").orElse(before.raw()),
                before.environmentScope(),
                parameters.text("description").orElse(before.description()));
        String value = parameters.text("value").orElse(old.value());
        Refusal refusal = ProjectVariables.refusal(wanted, value);
        if (refusal != null) {
            throw ApiException.invalid(refusal.field(), refusal.problem());
        }
        database.write(tx -> {
            variables.put(tx.sql(), wanted, value);
            audit.record(tx, actor, action, project.fullPath(), wanted.name());
            return wanted;
        });
        return shape(new Clear(wanted, value));
    }

    private Clear existing(ProjectFacts project, String key, String scope) {
        return find(project, key, scope).orElseThrow(() -> ApiException.notFound("Variable"));
    }

    private Optional<Clear> find(ProjectFacts project, String key, String scope) {
        return database.read(sql -> variables.find(sql, project.id(), key, scope));
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
