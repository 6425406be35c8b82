package dev.tandem.server.build.web;

import dev.tandem.server.build.causes.Starting;
import dev.tandem.server.build.causes.Triggers;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.TriggerRecord;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectDirectory;
import dev.tandem.server.identity.ProjectFacts;
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

/** Trigger tokens in the REST API, and what they open. A token is shown once, in the answer that makes it. */
@RestController
class TriggerApi {
    private static final String ALL = "/api/v4/projects/{id}/triggers";
    private static final String ONE = ALL + "/{trigger:[0-9]+}";

    private final Triggers triggers;
    private final ProjectDirectory projects;
    private final Lookup lookup;
    private final ApiShapes shapes;

    TriggerApi(Triggers triggers, ProjectDirectory projects, Lookup lookup, ApiShapes shapes) {
        this.triggers = triggers;
        this.projects = projects;
        this.lookup = lookup;
        this.shapes = shapes;
    }

    @GetMapping(ALL)
    @Requires(Permission.MANAGE_PROJECT)
    Listing<Map<String, @Nullable Object>> list(ProjectFacts project, Paging paging) {
        return Listing.cut(triggers.list(project), paging).map(trigger -> shape(trigger, trigger.tokenStart()));
    }

    @GetMapping(ONE)
    @Requires(Permission.MANAGE_PROJECT)
    Map<String, @Nullable Object> one(ProjectFacts project, @PathVariable("trigger") long id) {
        TriggerRecord trigger = existing(project, id);
        return shape(trigger, trigger.tokenStart());
    }

    @PostMapping(ALL)
    @Requires(Permission.MANAGE_PROJECT)
    ResponseEntity<Map<String, @Nullable Object>> create(ProjectFacts project, Actor actor, Parameters parameters) {
        Triggers.Made made = triggers.create(actor, project, description(parameters.requiredText("description")))
                .orElseThrow(() -> ApiException.invalid("base", "Maximum number of trigger tokens exceeded"));
        return ResponseEntity.status(201).body(shape(made.trigger(), made.token()));
    }

    @PutMapping(ONE)
    @Requires(Permission.MANAGE_PROJECT)
    Map<String, @Nullable Object> update(
            ProjectFacts project, Actor actor, @PathVariable("trigger") long id, Parameters parameters) {
        TriggerRecord trigger = existing(project, id);
        triggers.describe(actor, project, trigger, description(parameters.requiredText("description")));
        return shape(existing(project, id), trigger.tokenStart());
    }

    @DeleteMapping(ONE)
    @Requires(Permission.MANAGE_PROJECT)
    ResponseEntity<Void> delete(ProjectFacts project, Actor actor, @PathVariable("trigger") long id) {
        if (!triggers.delete(actor, project, id)) {
            throw ApiException.notFound("Trigger");
        }
        return ResponseEntity.noContent().build();
    }

    /** The token alone opens it; a wrong one, like a wrong project, looks as if there were nothing. */
    @PostMapping("/api/v4/projects/{id}/trigger/pipeline")
    @Requires(Permission.MACHINE)
    ResponseEntity<Map<String, @Nullable Object>> fire(@PathVariable("id") String id, Parameters parameters) {
        return fire(id, parameters.text("ref"), parameters);
    }

    /** For webhooks of others, whose body nobody can choose. */
    @PostMapping("/api/v4/projects/{id}/ref/{ref}/trigger/pipeline")
    @Requires(Permission.MACHINE)
    ResponseEntity<Map<String, @Nullable Object>> fireAt(
            @PathVariable("id") String id, @PathVariable("ref") String ref, Parameters parameters) {
        return fire(id, Optional.of(ref), parameters);
    }

    private ResponseEntity<Map<String, @Nullable Object>> fire(String id, Optional<String> ref, Parameters parameters) {
        Optional<ProjectFacts> project = projects.find(id);
        Optional<String> token = parameters.text("token").filter(text -> !text.isBlank());
        if (project.isEmpty() || token.isEmpty()) {
            throw new ApiException(404, "404 Not Found");
        }
        String wanted = ref.filter(text -> !text.isBlank()).orElseThrow(() -> ApiException.missing("ref"));
        Starting.Outcome outcome = triggers.fire(
                        project.get(), token.get(), wanted, GivenParameters.readNamed(parameters))
                .orElseThrow(() -> new ApiException(404, "404 Not Found"));
        return switch (outcome) {
            case Starting.Outcome.Started(PipelineRecord pipeline) ->
                ResponseEntity.status(201).body(shapes.wholePipeline(project.get(), pipeline));
            case Starting.Outcome.NothingToRun(String why) -> throw ApiException.invalid("base", why);
            case Starting.Outcome.Forbidden() ->
                throw ApiException.invalid("base", "Insufficient permissions to create a new pipeline");
        };
    }

    private static String description(String text) {
        if (text.length() > Triggers.LONGEST_DESCRIPTION) {
            throw ApiException.invalid(
                    "description", "is too long (maximum is " + Triggers.LONGEST_DESCRIPTION + " characters)");
        }
        return text.strip();
    }

    private TriggerRecord existing(ProjectFacts project, long id) {
        return triggers.find(project, id).orElseThrow(() -> ApiException.notFound("Trigger"));
    }

    private Map<String, @Nullable Object> shape(TriggerRecord trigger, String token) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("id", trigger.id());
        body.put("token", token);
        body.put("description", trigger.description());
        body.put("created_at", trigger.createdAt());
        body.put("updated_at", trigger.createdAt());
        body.put("deleted_at", null);
        body.put("last_used", trigger.lastUsedAt());
        body.put("owner", lookup.user(trigger.ownerId()).map(shapes::user).orElse(null));
        return body;
    }
}
