package dev.tandem.server.build.web;

import dev.tandem.pipeline.rule.Variable;
import dev.tandem.server.build.causes.ScheduleOutcome;
import dev.tandem.server.build.causes.Schedules;
import dev.tandem.server.build.causes.Schedules.Wanted;
import dev.tandem.server.build.causes.Starting;
import dev.tandem.server.build.schedule.GivenReader;
import dev.tandem.server.build.store.ScheduleRecord;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.api.Parameters;
import java.util.ArrayList;
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

/**
 * Pipeline schedules in the REST API. Only its owner changes a schedule, since it runs in that name; maintainers may take it over
 * or delete it.
 */
@RestController
class ScheduleApi {
    private static final String ALL = "/api/v4/projects/{id}/pipeline_schedules";
    private static final String ONE = ALL + "/{schedule:[0-9]+}";
    private static final String VARIABLES = ONE + "/variables";

    private final Schedules schedules;
    private final Lookup lookup;
    private final ApiShapes shapes;
    private final Access access;

    ScheduleApi(Schedules schedules, Lookup lookup, ApiShapes shapes, Access access) {
        this.schedules = schedules;
        this.lookup = lookup;
        this.shapes = shapes;
        this.access = access;
    }

    @GetMapping(ALL)
    @Requires(Permission.READ_PIPELINE)
    Listing<Map<String, @Nullable Object>> list(ProjectFacts project, Parameters parameters, Paging paging) {
        Optional<String> scope = parameters.text("scope");
        List<ScheduleRecord> wanted = schedules.list(project).stream()
                .filter(schedule ->
                        scope.isEmpty() || schedule.active() == scope.get().equals("active"))
                .toList();
        return Listing.cut(wanted, paging).map(this::shape);
    }

    @GetMapping(ONE)
    @Requires(Permission.READ_PIPELINE)
    Map<String, @Nullable Object> one(ProjectFacts project, Actor actor, @PathVariable("schedule") long id) {
        return whole(project, actor, existing(project, id));
    }

    @PostMapping(ALL)
    @Requires(Permission.RUN_PIPELINE)
    ResponseEntity<Map<String, @Nullable Object>> create(ProjectFacts project, Actor actor, Parameters parameters) {
        Wanted wanted = new Wanted(
                parameters.requiredText("description"),
                branch(parameters.requiredText("ref")),
                parameters.requiredText("cron"),
                parameters.text("cron_timezone").orElse("UTC"),
                parameters.flag("active").orElse(true));
        ScheduleRecord made = stored(schedules.create(actor, project, wanted, List.of()));
        return ResponseEntity.status(201).body(whole(project, actor, made));
    }

    @PutMapping(ONE)
    @Requires(Permission.RUN_PIPELINE)
    Map<String, @Nullable Object> update(
            ProjectFacts project, Actor actor, @PathVariable("schedule") long id, Parameters parameters) {
        ScheduleRecord before = own(project, actor, id);
        Wanted wanted = new Wanted(
                parameters.text("description").orElse(before.description()),
                parameters.text("ref").map(ScheduleApi::branch).orElse(before.ref()),
                parameters.text("cron").orElse(before.cron()),
                parameters.text("cron_timezone").orElse(before.cronTimezone()),
                parameters.flag("active").orElse(before.active()));
        stored(schedules.update(actor, project, before, wanted));
        return whole(project, actor, existing(project, id));
    }

    @DeleteMapping(ONE)
    @Requires(Permission.RUN_PIPELINE)
    ResponseEntity<Void> delete(ProjectFacts project, Actor actor, @PathVariable("schedule") long id) {
        ScheduleRecord schedule = existing(project, id);
        if (!owns(actor, schedule) && !maintains(actor, project)) {
            throw ApiException.forbidden();
        }
        schedules.delete(actor, project, schedule);
        return ResponseEntity.noContent().build();
    }

    @PostMapping(ONE + "/take_ownership")
    @Requires(Permission.MANAGE_PROJECT)
    ResponseEntity<Map<String, @Nullable Object>> takeOwnership(
            ProjectFacts project, Actor actor, @PathVariable("schedule") long id) {
        schedules.takeOwnership(actor, project, existing(project, id));
        return ResponseEntity.status(201).body(whole(project, actor, existing(project, id)));
    }

    @PostMapping(ONE + "/play")
    @Requires(Permission.RUN_PIPELINE)
    ResponseEntity<Map<String, String>> play(ProjectFacts project, Actor actor, @PathVariable("schedule") long id) {
        return switch (schedules.play(actor, project, existing(project, id))) {
            case Starting.Outcome.Started started -> ResponseEntity.status(201).body(Map.of("message", "201 Created"));
            case Starting.Outcome.NothingToRun(String why) -> throw ApiException.invalid("base", why);
            case Starting.Outcome.Forbidden() -> throw ApiException.forbidden();
        };
    }

    @PostMapping(VARIABLES)
    @Requires(Permission.RUN_PIPELINE)
    ResponseEntity<Map<String, Object>> createVariable(
            ProjectFacts project, Actor actor, @PathVariable("schedule") long id, Parameters parameters) {
        ScheduleRecord schedule = own(project, actor, id);
        List<Variable> all = new ArrayList<>(schedules.variables(schedule));
        String key = parameters.requiredText("key");
        if (all.stream().anyMatch(variable -> variable.key().equals(key))) {
            throw ApiException.invalid("key", "(" + key + ") has already been taken");
        }
        Variable made = new Variable(
                key, parameters.text("value").orElse(""), false, GivenParameters.isFile(parameters), false, "*");
        all.add(made);
        put(actor, project, schedule, all);
        return ResponseEntity.status(201).body(GivenParameters.shape(made));
    }

    @PutMapping(VARIABLES + "/{key}")
    @Requires(Permission.RUN_PIPELINE)
    Map<String, Object> updateVariable(
            ProjectFacts project,
            Actor actor,
            @PathVariable("schedule") long id,
            @PathVariable("key") String key,
            Parameters parameters) {
        ScheduleRecord schedule = own(project, actor, id);
        Variable before = variable(schedule, key);
        Variable after = new Variable(
                key,
                parameters.text("value").orElse(before.value()),
                before.raw(),
                parameters.has("variable_type") ? GivenParameters.isFile(parameters) : before.file(),
                false,
                "*");
        List<Variable> all = schedules.variables(schedule).stream()
                .map(one -> one.key().equals(key) ? after : one)
                .toList();
        put(actor, project, schedule, all);
        return GivenParameters.shape(after);
    }

    @DeleteMapping(VARIABLES + "/{key}")
    @Requires(Permission.RUN_PIPELINE)
    Map<String, Object> deleteVariable(
            ProjectFacts project, Actor actor, @PathVariable("schedule") long id, @PathVariable("key") String key) {
        ScheduleRecord schedule = own(project, actor, id);
        Variable gone = variable(schedule, key);
        List<Variable> all = schedules.variables(schedule).stream()
                .filter(one -> !one.key().equals(key))
                .toList();
        put(actor, project, schedule, all);
        return GivenParameters.shape(gone);
    }

    private void put(Actor actor, ProjectFacts project, ScheduleRecord schedule, List<Variable> variables) {
        GivenReader given = new GivenReader();
        variables.forEach(one -> given.variable(one.key(), one.value(), one.file()));
        List<String> faults = given.read().faults();
        if (!faults.isEmpty()) {
            throw ApiException.invalid("variables", String.join("; ", faults));
        }
        stored(schedules.update(actor, project, schedule, Wanted.of(schedule), variables));
    }

    private Variable variable(ScheduleRecord schedule, String key) {
        return schedules.variables(schedule).stream()
                .filter(one -> one.key().equals(key))
                .findFirst()
                .orElseThrow(() -> ApiException.notFound("Variable"));
    }

    private static ScheduleRecord stored(ScheduleOutcome outcome) {
        return switch (outcome) {
            case ScheduleOutcome.Stored(ScheduleRecord schedule) -> schedule;
            case ScheduleOutcome.Refused(String field, String problem, String code) ->
                throw ApiException.invalid(field, problem);
            case ScheduleOutcome.Forbidden() -> throw ApiException.forbidden();
        };
    }

    private ScheduleRecord existing(ProjectFacts project, long id) {
        return schedules.find(project, id).orElseThrow(() -> ApiException.notFound("Pipeline Schedule"));
    }

    private ScheduleRecord own(ProjectFacts project, Actor actor, long id) {
        ScheduleRecord schedule = existing(project, id);
        if (!owns(actor, schedule)) {
            throw ApiException.forbidden();
        }
        return schedule;
    }

    static boolean owns(Actor actor, ScheduleRecord schedule) {
        return actor.userId().filter(user -> user.value() == schedule.ownerId()).isPresent();
    }

    private boolean maintains(Actor actor, ProjectFacts project) {
        return access.decide(actor, Permission.MANAGE_PROJECT, project).isAllowed();
    }

    /** Newer clients send the full name. */
    private static String branch(String ref) {
        return ref.startsWith("refs/heads/") ? ref.substring("refs/heads/".length()) : ref;
    }

    private Map<String, @Nullable Object> shape(ScheduleRecord schedule) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("id", schedule.id());
        body.put("description", schedule.description());
        body.put("ref", schedule.ref());
        body.put("cron", schedule.cron());
        body.put("cron_timezone", schedule.cronTimezone());
        body.put("next_run_at", schedule.nextRunAt());
        body.put("active", schedule.active());
        body.put("created_at", schedule.createdAt());
        body.put("updated_at", schedule.updatedAt());
        lookup.user(schedule.ownerId()).ifPresent(owner -> body.put("owner", shapes.user(owner)));
        return body;
    }

    private Map<String, @Nullable Object> whole(ProjectFacts project, Actor actor, ScheduleRecord schedule) {
        Map<String, @Nullable Object> body = shape(schedule);
        Long last = schedule.lastPipelineId();
        body.put(
                "last_pipeline",
                last == null
                        ? null
                        : lookup.anyPipeline(last)
                                .filter(pipeline -> pipeline.projectId() == project.id())
                                .map(pipeline -> shapes.pipeline(project, pipeline))
                                .orElse(null));
        if (owns(actor, schedule) || maintains(actor, project)) {
            body.put(
                    "variables",
                    schedules.variables(schedule).stream()
                            .map(GivenParameters::shape)
                            .toList());
        }
        return body;
    }
}
