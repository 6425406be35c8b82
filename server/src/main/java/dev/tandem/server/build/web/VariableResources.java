package dev.tandem.server.build.web;

import dev.tandem.server.build.store.VariableRecord;
import dev.tandem.server.build.variables.ProjectVariables.Clear;
import dev.tandem.server.build.variables.VariableEdits;
import dev.tandem.server.build.variables.VariableOutcome;
import dev.tandem.server.build.variables.VariableOutcome.Missing;
import dev.tandem.server.build.variables.VariableOutcome.Refused;
import dev.tandem.server.build.variables.VariableOutcome.Stored;
import dev.tandem.server.build.variables.VariableOwner;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.api.Parameters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/** What the REST API does with CI/CD variables, whoever owns them; the caller has checked the permission. */
@Component
final class VariableResources {
    private final VariableEdits variables;

    VariableResources(VariableEdits variables) {
        this.variables = variables;
    }

    Listing<Map<String, @Nullable Object>> list(VariableOwner owner, Paging paging) {
        return Listing.cut(variables.list(owner), paging).map(variable -> shape(owner, variable));
    }

    Map<String, @Nullable Object> one(VariableOwner owner, String key, Parameters parameters) {
        return shape(owner, existing(owner, key, parameters));
    }

    ResponseEntity<Map<String, @Nullable Object>> create(Actor actor, VariableOwner owner, Parameters parameters) {
        String key = parameters.requiredText("key");
        boolean hidden = parameters.flag("masked_and_hidden").orElse(false);
        Clear fresh = new Clear(
                new VariableRecord(owner.holder(), key, "", "env_var", false, hidden, hidden, false, "*", "", null),
                "");
        Clear wanted = wanted(owner, fresh, parameters);
        return ResponseEntity.status(201)
                .body(shape(owner, stored(variables.create(actor, owner, wanted.stored(), wanted.value()))));
    }

    Map<String, @Nullable Object> update(Actor actor, VariableOwner owner, String key, Parameters parameters) {
        String scope = existing(owner, key, parameters).stored().environmentScope();
        return shape(
                owner, stored(variables.update(actor, owner, key, scope, before -> wanted(owner, before, parameters))));
    }

    ResponseEntity<Void> delete(Actor actor, VariableOwner owner, String key, Parameters parameters) {
        String scope = existing(owner, key, parameters).stored().environmentScope();
        if (!variables.delete(actor, owner, key, scope)) {
            throw ApiException.notFound("Variable");
        }
        return ResponseEntity.noContent().build();
    }

    /** What is not given stays as it is. */
    private static Clear wanted(VariableOwner owner, Clear old, Parameters parameters) {
        VariableRecord before = old.stored();
        VariableRecord wanted = new VariableRecord(
                owner.holder(),
                before.name(),
                "",
                parameters.text("variable_type").orElse(before.type()),
                parameters.flag("protected").orElse(before.protectedOnly()),
                parameters.flag("masked").orElse(before.masked()),
                before.hidden(),
                parameters.flag("raw").orElse(before.raw()),
                owner.hasScopes()
                        ? parameters.text("environment_scope").orElse(before.environmentScope())
                        : before.environmentScope(),
                parameters.text("description").orElse(before.description()),
                null);
        return new Clear(wanted, parameters.text("value").orElse(old.value()));
    }

    private static Clear stored(VariableOutcome outcome) {
        return switch (outcome) {
            case Stored(Clear variable) -> variable;
            case Missing() -> throw ApiException.notFound("Variable");
            case Refused(String field, String problem, String code) -> throw ApiException.invalid(field, problem);
        };
    }

    /** Of the scope that the filter names; without one there must be no choice. */
    private Clear existing(VariableOwner owner, String key, Parameters parameters) {
        Optional<String> scope = parameters.object("filter").flatMap(filter -> filter.text("environment_scope"));
        if (scope.isPresent()) {
            return variables.find(owner, key, scope.get()).orElseThrow(() -> ApiException.notFound("Variable"));
        }
        List<Clear> named = variables.list(owner).stream()
                .filter(variable -> variable.stored().name().equals(key))
                .toList();
        if (named.size() > 1) {
            throw ApiException.conflict(
                    "There are multiple variables with provided parameters. Please use 'filter[environment_scope]'");
        }
        return named.stream().findFirst().orElseThrow(() -> ApiException.notFound("Variable"));
    }

    private static Map<String, @Nullable Object> shape(VariableOwner owner, Clear variable) {
        VariableRecord stored = variable.stored();
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("variable_type", stored.type());
        body.put("key", stored.name());
        body.put("value", stored.hidden() ? null : variable.value());
        body.put("protected", stored.protectedOnly());
        body.put("masked", stored.masked());
        body.put("hidden", stored.hidden());
        body.put("raw", stored.raw());
        if (owner.hasScopes()) {
            body.put("environment_scope", stored.environmentScope());
        }
        body.put("description", stored.description());
        return body;
    }
}
