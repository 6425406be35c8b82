package dev.tandem.server.build.web;

import dev.tandem.server.build.variables.VariableOwner;
import dev.tandem.server.build.variables.VariableOwner.Installation;
import dev.tandem.server.build.variables.VariableOwner.OfGroup;
import dev.tandem.server.build.variables.VariableOwner.OfProject;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Namespace;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.api.Parameters;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * CI/CD variables in the REST API: a project's for its maintainers, a group's for its owners, the installation's for
 * administrators, since values are shown.
 */
@RestController
class VariableApi {
    private static final String OF_PROJECT = "/api/v4/projects/{id}/variables";
    private static final String OF_GROUP = "/api/v4/groups/{id}/variables";
    private static final String OF_INSTALLATION = "/api/v4/admin/ci/variables";
    private static final VariableOwner INSTALLATION = new Installation();

    private final VariableResources variables;

    VariableApi(VariableResources variables) {
        this.variables = variables;
    }

    @GetMapping(OF_PROJECT)
    @Requires(Permission.MANAGE_PROJECT)
    Listing<Map<String, @Nullable Object>> list(ProjectFacts project, Paging paging) {
        return variables.list(new OfProject(project), paging);
    }

    @GetMapping(OF_PROJECT + "/{key}")
    @Requires(Permission.MANAGE_PROJECT)
    Map<String, @Nullable Object> one(ProjectFacts project, @PathVariable("key") String key, Parameters parameters) {
        return variables.one(new OfProject(project), key, parameters);
    }

    @PostMapping(OF_PROJECT)
    @Requires(Permission.MANAGE_PROJECT)
    ResponseEntity<Map<String, @Nullable Object>> create(ProjectFacts project, Actor actor, Parameters parameters) {
        return variables.create(actor, new OfProject(project), parameters);
    }

    @PutMapping(OF_PROJECT + "/{key}")
    @Requires(Permission.MANAGE_PROJECT)
    Map<String, @Nullable Object> update(
            ProjectFacts project, Actor actor, @PathVariable("key") String key, Parameters parameters) {
        return variables.update(actor, new OfProject(project), key, parameters);
    }

    @DeleteMapping(OF_PROJECT + "/{key}")
    @Requires(Permission.MANAGE_PROJECT)
    ResponseEntity<Void> delete(
            ProjectFacts project, Actor actor, @PathVariable("key") String key, Parameters parameters) {
        return variables.delete(actor, new OfProject(project), key, parameters);
    }

    @GetMapping(OF_GROUP)
    @Requires(Permission.MANAGE_GROUP)
    Listing<Map<String, @Nullable Object>> listOfGroup(Namespace group, Paging paging) {
        return variables.list(new OfGroup(group), paging);
    }

    @GetMapping(OF_GROUP + "/{key}")
    @Requires(Permission.MANAGE_GROUP)
    Map<String, @Nullable Object> oneOfGroup(Namespace group, @PathVariable("key") String key, Parameters parameters) {
        return variables.one(new OfGroup(group), key, parameters);
    }

    @PostMapping(OF_GROUP)
    @Requires(Permission.MANAGE_GROUP)
    ResponseEntity<Map<String, @Nullable Object>> createOfGroup(Namespace group, Actor actor, Parameters parameters) {
        return variables.create(actor, new OfGroup(group), parameters);
    }

    @PutMapping(OF_GROUP + "/{key}")
    @Requires(Permission.MANAGE_GROUP)
    Map<String, @Nullable Object> updateOfGroup(
            Namespace group, Actor actor, @PathVariable("key") String key, Parameters parameters) {
        return variables.update(actor, new OfGroup(group), key, parameters);
    }

    @DeleteMapping(OF_GROUP + "/{key}")
    @Requires(Permission.MANAGE_GROUP)
    ResponseEntity<Void> deleteOfGroup(
            Namespace group, Actor actor, @PathVariable("key") String key, Parameters parameters) {
        return variables.delete(actor, new OfGroup(group), key, parameters);
    }

    @GetMapping(OF_INSTALLATION)
    @Requires(Permission.ADMINISTER)
    Listing<Map<String, @Nullable Object>> listOfInstallation(Paging paging) {
        return variables.list(INSTALLATION, paging);
    }

    @GetMapping(OF_INSTALLATION + "/{key}")
    @Requires(Permission.ADMINISTER)
    Map<String, @Nullable Object> oneOfInstallation(@PathVariable("key") String key, Parameters parameters) {
        return variables.one(INSTALLATION, key, parameters);
    }

    @PostMapping(OF_INSTALLATION)
    @Requires(Permission.ADMINISTER)
    ResponseEntity<Map<String, @Nullable Object>> createOfInstallation(Actor actor, Parameters parameters) {
        return variables.create(actor, INSTALLATION, parameters);
    }

    @PutMapping(OF_INSTALLATION + "/{key}")
    @Requires(Permission.ADMINISTER)
    Map<String, @Nullable Object> updateOfInstallation(
            Actor actor, @PathVariable("key") String key, Parameters parameters) {
        return variables.update(actor, INSTALLATION, key, parameters);
    }

    @DeleteMapping(OF_INSTALLATION + "/{key}")
    @Requires(Permission.ADMINISTER)
    ResponseEntity<Void> deleteOfInstallation(Actor actor, @PathVariable("key") String key, Parameters parameters) {
        return variables.delete(actor, INSTALLATION, key, parameters);
    }
}
