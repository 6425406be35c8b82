package dev.tandem.server.build.web;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.build.RunRights;
import dev.tandem.server.build.artifacts.ArchiveView;
import dev.tandem.server.build.artifacts.ArtifactRights;
import dev.tandem.server.build.artifacts.JobArtifacts;
import dev.tandem.server.build.logs.JobLogs;
import dev.tandem.server.build.schedule.JobFlow;
import dev.tandem.server.build.store.ArtifactRecord;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.JobStore;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.api.Parameters;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Jobs in the REST API. */
@RestController
class JobApi {
    private static final String ONE = "/api/v4/projects/{id}/jobs/{job:[0-9]+}";
    private static final int LARGEST_FILE = 64 * 1024 * 1024;

    private final Lookup lookup;
    private final ApiShapes shapes;
    private final RunRights rights;
    private final ArtifactRights artifactRights;
    private final JobStore jobs;
    private final JobFlow flow;
    private final JobLogs logs;
    private final JobArtifacts artifacts;
    private final ArchiveView archives;
    private final Database database;

    JobApi(
            Lookup lookup,
            ApiShapes shapes,
            RunRights rights,
            ArtifactRights artifactRights,
            JobStore jobs,
            JobFlow flow,
            JobLogs logs,
            JobArtifacts artifacts,
            ArchiveView archives,
            Database database) {
        this.lookup = lookup;
        this.shapes = shapes;
        this.rights = rights;
        this.artifactRights = artifactRights;
        this.jobs = jobs;
        this.flow = flow;
        this.logs = logs;
        this.artifacts = artifacts;
        this.archives = archives;
        this.database = database;
    }

    @GetMapping("/api/v4/projects/{id}/jobs")
    @Requires(Permission.READ_PIPELINE)
    Listing<Map<String, @Nullable Object>> list(ProjectFacts project, Parameters parameters, Paging paging) {
        List<JobStatus> wanted = statuses(parameters);
        List<JobRecord> found =
                database.read(sql -> jobs.ofProject(sql, project.id(), wanted, paging.offset(), paging.limit()));
        int total = database.read(sql -> jobs.count(sql, project.id(), wanted));
        Map<Long, PipelineRecord> pipelines = new HashMap<>();
        return new Listing<>(found, total, paging)
                .map(job -> shapes.job(
                        project, job, pipelines.computeIfAbsent(job.pipelineId(), id -> lookup.pipeline(project, id))));
    }

    @GetMapping(ONE)
    @Requires(Permission.READ_PIPELINE)
    Map<String, @Nullable Object> one(ProjectFacts project, @PathVariable("job") long id) {
        return shape(project, id);
    }

    @GetMapping(ONE + "/trace")
    @Requires(Permission.READ_PIPELINE)
    void trace(ProjectFacts project, @PathVariable("job") long id, HttpServletResponse response) throws IOException {
        JobRecord job = lookup.job(project, id);
        response.setContentType("text/plain");
        response.setHeader("X-Content-Type-Options", "nosniff");
        try (InputStream log = logs.stream(job.id()).orElse(InputStream.nullInputStream())) {
            log.transferTo(response.getOutputStream());
        }
    }

    @PostMapping(ONE + "/cancel")
    @Requires(Permission.RUN_PIPELINE)
    ResponseEntity<Map<String, @Nullable Object>> cancel(ProjectFacts project, @PathVariable("job") long id) {
        JobRecord job = lookup.job(project, id);
        database.write(tx -> flow.cancel(tx, job.id(), true));
        return ResponseEntity.status(201).body(shape(project, id));
    }

    @PostMapping(ONE + "/retry")
    @Requires(Permission.RUN_PIPELINE)
    ResponseEntity<Map<String, @Nullable Object>> retry(
            ProjectFacts project, Actor actor, @PathVariable("job") long id) {
        requireRight(project, actor, id);
        long user = actor.userId().orElseThrow().value();
        Optional<JobRecord> attempt = database.write(tx -> flow.retry(tx, id, user));
        return attempt.map(created -> ResponseEntity.status(201).body(shape(project, created.id())))
                .orElseThrow(() -> new ApiException(403, "Job is not retryable"));
    }

    @PostMapping(ONE + "/play")
    @Requires(Permission.RUN_PIPELINE)
    Map<String, @Nullable Object> play(ProjectFacts project, Actor actor, @PathVariable("job") long id) {
        requireRight(project, actor, id);
        long user = actor.userId().orElseThrow().value();
        boolean played = database.write(tx -> flow.play(tx, id, user));
        if (!played) {
            throw new ApiException(400, "Unplayable Job");
        }
        return shape(project, id);
    }

    @GetMapping(ONE + "/artifacts")
    @Requires(Permission.READ_PIPELINE)
    void archive(ProjectFacts project, Actor actor, @PathVariable("job") long id, HttpServletResponse response)
            throws IOException {
        Downloads.send(response, artifacts, ofJob(project, actor, id));
    }

    @PostMapping(ONE + "/artifacts/keep")
    @Requires(Permission.RUN_PIPELINE)
    Map<String, @Nullable Object> keep(ProjectFacts project, Actor actor, @PathVariable("job") long id) {
        requireRight(project, actor, id);
        if (!artifacts.keep(id)) {
            throw ApiException.notFound("Artifacts");
        }
        return shape(project, id);
    }

    @DeleteMapping(ONE + "/artifacts")
    @Requires(Permission.MANAGE_PROJECT)
    ResponseEntity<Void> removeArtifacts(ProjectFacts project, @PathVariable("job") long id) {
        artifacts.removeAll(lookup.job(project, id).id());
        return ResponseEntity.noContent().build();
    }

    @GetMapping(ONE + "/artifacts/{*path}")
    @Requires(Permission.READ_PIPELINE)
    void file(
            ProjectFacts project,
            Actor actor,
            @PathVariable("job") long id,
            @PathVariable("path") String path,
            HttpServletResponse response)
            throws IOException {
        String inside = path.startsWith("/") ? path.substring(1) : path;
        byte[] content = archives.file(ofJob(project, actor, id), inside, LARGEST_FILE)
                .orElseThrow(() -> ApiException.notFound("File"));
        Downloads.head(response, inside.substring(inside.lastIndexOf('/') + 1), content.length);
        response.getOutputStream().write(content);
    }

    static List<JobStatus> statuses(Parameters parameters) {
        return parameters.texts("scope").stream()
                .map(word -> JobStatus.ofWire(word).orElseThrow(() -> ApiException.malformed("scope")))
                .toList();
    }

    private ArtifactRecord ofJob(ProjectFacts project, Actor actor, long id) {
        JobRecord job = lookup.job(project, id);
        artifactRights.require(actor, job);
        return artifacts.find(job.id(), "archive").orElseThrow(() -> ApiException.notFound("Artifacts"));
    }

    private Map<String, @Nullable Object> shape(ProjectFacts project, long id) {
        JobRecord job = lookup.job(project, id);
        return shapes.job(project, job, lookup.pipeline(project, job.pipelineId()));
    }

    private void requireRight(ProjectFacts project, Actor actor, long jobId) {
        JobRecord job = lookup.job(project, jobId);
        PipelineRecord pipeline = lookup.pipeline(project, job.pipelineId());
        if (!rights.mayRun(actor, project, pipeline.ref(), pipeline.tag())) {
            throw ApiException.forbidden();
        }
    }
}
