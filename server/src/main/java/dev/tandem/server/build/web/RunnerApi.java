package dev.tandem.server.build.web;

import dev.tandem.server.build.runners.InstanceRunners;
import dev.tandem.server.build.runners.InstanceRunners.Made;
import dev.tandem.server.build.runners.InstanceRunners.Seen;
import dev.tandem.server.build.store.RunnerRecord;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.api.Parameters;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
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

/** Runners of the whole installation in the REST API; a token is shown once. */
@RestController
class RunnerApi {
    private static final String ONE = "/api/v4/runners/{runner:[0-9]+}";

    private final InstanceRunners runners;
    private final Clock clock;

    RunnerApi(InstanceRunners runners, Clock clock) {
        this.runners = runners;
        this.clock = clock;
    }

    @PostMapping("/api/v4/user/runners")
    @Requires(Permission.ADMINISTER)
    ResponseEntity<Map<String, @Nullable Object>> create(Actor actor, Parameters parameters) {
        if (!parameters.requiredText("runner_type").equals("instance_type")) {
            throw ApiException.invalid("runner_type", "must be instance_type: other runners do not exist yet");
        }
        RunnerRecord fresh = new RunnerRecord(0, "", List.of(), true, false, false, false, 0, clock.instant(), null);
        Made made = runners.create(actor, wanted(fresh, parameters));
        Map<String, @Nullable Object> body = token(made);
        body.put("id", made.runner().id());
        return ResponseEntity.status(201).body(body);
    }

    @GetMapping({"/api/v4/runners", "/api/v4/runners/all"})
    @Requires(Permission.ADMINISTER)
    Listing<Map<String, @Nullable Object>> list(Parameters parameters, Paging paging) {
        Optional<String> status = parameters.text("status");
        Optional<Boolean> paused = parameters.flag("paused");
        List<String> tags = parameters.texts("tag_list");
        List<Seen> found = runners.list().stream()
                .filter(seen -> status.isEmpty() || status.get().equals(seen.status()))
                .filter(seen ->
                        paused.isEmpty() || paused.get() == seen.runner().paused())
                .filter(seen -> seen.runner().tags().containsAll(tags))
                .toList();
        return Listing.cut(found, paging).map(seen -> shape(seen.runner(), seen.status()));
    }

    @GetMapping(ONE)
    @Requires(Permission.ADMINISTER)
    Map<String, @Nullable Object> one(@PathVariable("runner") long id) {
        return whole(existing(id));
    }

    @PutMapping(ONE)
    @Requires(Permission.ADMINISTER)
    Map<String, @Nullable Object> update(Actor actor, @PathVariable("runner") long id, Parameters parameters) {
        if (runners.change(actor, id, old -> wanted(old, parameters)).isEmpty()) {
            throw unknown();
        }
        return whole(existing(id));
    }

    @PostMapping(ONE + "/reset_authentication_token")
    @Requires(Permission.ADMINISTER)
    ResponseEntity<Map<String, @Nullable Object>> reset(Actor actor, @PathVariable("runner") long id) {
        Made made = runners.resetToken(actor, id).orElseThrow(RunnerApi::unknown);
        return ResponseEntity.status(201).body(token(made));
    }

    @DeleteMapping(ONE)
    @Requires(Permission.ADMINISTER)
    ResponseEntity<Void> delete(Actor actor, @PathVariable("runner") long id) {
        return switch (runners.delete(actor, id)) {
            case DONE -> ResponseEntity.noContent().build();
            case UNKNOWN -> throw unknown();
            case BUILT_IN ->
                throw new ApiException(
                        403, "The built-in runner belongs to the server; runner-concurrency=0 switches it off.");
        };
    }

    static Map<String, @Nullable Object> shape(RunnerRecord runner, String status) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("id", runner.id());
        body.put("description", runner.description());
        body.put("ip_address", null);
        body.put("active", !runner.paused());
        body.put("paused", runner.paused());
        body.put("is_shared", true);
        body.put("runner_type", "instance_type");
        body.put("name", "gitlab-runner");
        body.put("online", status.equals("online"));
        body.put("status", status);
        return body;
    }

    private static Map<String, @Nullable Object> whole(Seen seen) {
        RunnerRecord runner = seen.runner();
        Map<String, @Nullable Object> body = shape(runner, seen.status());
        body.put("tag_list", runner.tags());
        body.put("run_untagged", runner.runUntagged());
        body.put("locked", false);
        body.put("access_level", runner.protectedOnly() ? "ref_protected" : "not_protected");
        body.put("maximum_timeout", runner.maximumTimeoutSeconds() == 0 ? null : runner.maximumTimeoutSeconds());
        body.put("created_at", runner.createdAt());
        body.put("contacted_at", runner.contactedAt());
        seen.machines().stream().findFirst().ifPresent(known -> {
            body.put("version", known.machine().version());
            body.put("platform", known.machine().platform());
            body.put("architecture", known.machine().architecture());
        });
        body.put("projects", List.of());
        body.put("groups", List.of());
        return body;
    }

    private static Map<String, @Nullable Object> token(Made made) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("token", made.token());
        body.put("token_expires_at", null);
        return body;
    }

    /** What is not given stays as it is. */
    private static RunnerRecord wanted(RunnerRecord old, Parameters parameters) {
        Optional<Boolean> active = parameters.flag("active").map(is -> !is);
        RunnerRecord wanted = new RunnerRecord(
                old.id(),
                parameters.text("description").orElse(old.description()),
                parameters.has("tag_list") ? parameters.texts("tag_list") : old.tags(),
                parameters.flag("run_untagged").orElse(old.runUntagged()),
                parameters.flag("paused").or(() -> active).orElse(old.paused()),
                parameters.text("access_level").map("ref_protected"::equals).orElse(old.protectedOnly()),
                old.builtIn(),
                Math.clamp(
                        parameters.number("maximum_timeout").orElse(old.maximumTimeoutSeconds()), 0, Integer.MAX_VALUE),
                old.createdAt(),
                old.contactedAt());
        InstanceRunners.tagProblem(wanted).ifPresent(problem -> {
            throw ApiException.invalid("tag_list", problem);
        });
        return wanted;
    }

    private Seen existing(long id) {
        return runners.find(id).orElseThrow(RunnerApi::unknown);
    }

    private static ApiException unknown() {
        return ApiException.notFound("Runner");
    }
}
