package dev.tandem.server.build.web;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.build.RunRights;
import dev.tandem.server.build.causes.Starting;
import dev.tandem.server.build.schedule.JobFlow;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.PipelineStore;
import dev.tandem.server.build.web.Family.Related;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.Projects;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.api.Parameters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Pipelines in the REST API. */
@RestController
class PipelineApi {
    private static final String ONE = "/api/v4/projects/{id}/pipelines/{pipeline:[0-9]+}";

    private final Lookup lookup;
    private final ApiShapes shapes;
    private final Starting starting;
    private final RunRights rights;
    private final Access access;
    private final Projects projects;
    private final Users users;
    private final JobFlow flow;
    private final Family family;
    private final Database database;

    PipelineApi(
            Lookup lookup,
            ApiShapes shapes,
            Starting starting,
            RunRights rights,
            Access access,
            Projects projects,
            Users users,
            JobFlow flow,
            Family family,
            Database database) {
        this.lookup = lookup;
        this.shapes = shapes;
        this.starting = starting;
        this.rights = rights;
        this.access = access;
        this.projects = projects;
        this.users = users;
        this.flow = flow;
        this.family = family;
        this.database = database;
    }

    @GetMapping("/api/v4/projects/{id}/pipelines")
    @Requires(Permission.READ_PIPELINE)
    Listing<Map<String, @Nullable Object>> list(ProjectFacts project, Parameters parameters, Paging paging) {
        Optional<Long> user = parameters
                .text("username")
                .map(name ->
                        users.find(name).map(User::id).map(id -> id.value()).orElse(-1L));
        PipelineStore.Filter filter = new PipelineStore.Filter(
                parameters.text("ref").orElse(null),
                parameters.text("sha").orElse(null),
                parameters.text("status").flatMap(JobStatus::ofWire).orElse(null),
                parameters.text("source").orElse(null),
                user.orElse(null));
        List<PipelineRecord> found = lookup.pipelines(project.id(), filter, paging.offset(), paging.limit());
        return new Listing<>(found, lookup.count(project.id(), filter), paging)
                .map(pipeline -> shapes.pipeline(project, pipeline));
    }

    @GetMapping(ONE)
    @Requires(Permission.READ_PIPELINE)
    Map<String, @Nullable Object> one(ProjectFacts project, @PathVariable("pipeline") long id) {
        return shapes.wholePipeline(project, lookup.pipeline(project, id));
    }

    @GetMapping("/api/v4/projects/{id}/pipelines/latest")
    @Requires(Permission.READ_PIPELINE)
    Map<String, @Nullable Object> latest(ProjectFacts project, Parameters parameters) {
        String ref = parameters
                .text("ref")
                .or(() -> projects.find(project.id()).map(Project::defaultBranch))
                .orElse("main");
        PipelineStore.Filter filter = new PipelineStore.Filter(ref, null, null, null, null);
        return lookup.pipelines(project.id(), filter, 0, 1).stream()
                .findFirst()
                .map(pipeline -> shapes.wholePipeline(project, pipeline))
                .orElseThrow(() -> ApiException.notFound("Pipeline"));
    }

    @PostMapping("/api/v4/projects/{id}/pipeline")
    @Requires(Permission.RUN_PIPELINE)
    ResponseEntity<Map<String, @Nullable Object>> create(ProjectFacts project, Actor actor, Parameters parameters) {
        String ref = parameters.requiredText("ref");
        return switch (starting.start(actor, project, ref, "api", GivenParameters.read(parameters))) {
            case Starting.Outcome.Started(PipelineRecord pipeline) ->
                ResponseEntity.status(201).body(shapes.wholePipeline(project, pipeline));
            case Starting.Outcome.NothingToRun(String why) -> throw ApiException.invalid("base", why);
            case Starting.Outcome.Forbidden() -> throw ApiException.forbidden();
        };
    }

    @PostMapping(ONE + "/retry")
    @Requires(Permission.RUN_PIPELINE)
    ResponseEntity<Map<String, @Nullable Object>> retry(
            ProjectFacts project, Actor actor, @PathVariable("pipeline") long id) {
        PipelineRecord pipeline = lookup.pipeline(project, id);
        if (!rights.mayRun(actor, project, pipeline.ref(), pipeline.tag())) {
            throw ApiException.forbidden();
        }
        long user = actor.userId().orElseThrow().value();
        database.write(tx -> flow.retryPipeline(tx, id, user));
        return ResponseEntity.status(201).body(shapes.wholePipeline(project, lookup.pipeline(project, id)));
    }

    @PostMapping(ONE + "/cancel")
    @Requires(Permission.RUN_PIPELINE)
    Map<String, @Nullable Object> cancel(ProjectFacts project, @PathVariable("pipeline") long id) {
        PipelineRecord pipeline = lookup.pipeline(project, id);
        database.write(tx -> {
            flow.cancelPipeline(tx, pipeline.id(), true);
            return pipeline;
        });
        return shapes.wholePipeline(project, lookup.pipeline(project, id));
    }

    @GetMapping(ONE + "/jobs")
    @Requires(Permission.READ_PIPELINE)
    Listing<Map<String, @Nullable Object>> jobs(
            ProjectFacts project, @PathVariable("pipeline") long id, Parameters parameters, Paging paging) {
        PipelineRecord pipeline = lookup.pipeline(project, id);
        List<JobStatus> wanted = JobApi.statuses(parameters);
        List<JobRecord> found = lookup
                .jobs(id, parameters.flag("include_retried").orElse(false))
                .stream()
                .filter(job -> !job.bridge())
                .filter(job -> wanted.isEmpty() || wanted.contains(job.status()))
                .sorted(java.util.Comparator.comparing(JobRecord::id).reversed())
                .toList();
        return Listing.cut(found, paging).map(job -> shapes.job(project, job, pipeline));
    }

    @GetMapping(ONE + "/bridges")
    @Requires(Permission.READ_PIPELINE)
    Listing<Map<String, @Nullable Object>> bridges(
            ProjectFacts project,
            Actor actor,
            @PathVariable("pipeline") long id,
            Parameters parameters,
            Paging paging) {
        PipelineRecord pipeline = lookup.pipeline(project, id);
        List<JobStatus> wanted = JobApi.statuses(parameters);
        List<JobRecord> found = lookup.jobs(id, false).stream()
                .filter(JobRecord::bridge)
                .filter(job -> wanted.isEmpty() || wanted.contains(job.status()))
                .sorted(java.util.Comparator.comparing(JobRecord::id).reversed())
                .toList();
        Map<Long, Related> downstream = family.downstream(actor, found);
        return Listing.cut(found, paging).map(job -> shapes.bridge(project, job, pipeline, downstream.get(job.id())));
    }

    @GetMapping(ONE + "/variables")
    @Requires(Permission.RUN_PIPELINE)
    List<Map<String, Object>> variables(ProjectFacts project, Actor actor, @PathVariable("pipeline") long id) {
        PipelineRecord pipeline = lookup.pipeline(project, id);
        boolean own =
                actor.userId().filter(user -> user.value() == pipeline.userId()).isPresent();
        if (!own && !access.decide(actor, Permission.MANAGE_PROJECT, project).isAllowed()) {
            // They may hold what only the one who gave them should know.
            throw ApiException.forbidden();
        }
        return lookup.given(id).stream().map(GivenParameters::shape).toList();
    }
}
