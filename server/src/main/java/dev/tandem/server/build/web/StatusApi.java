package dev.tandem.server.build.web;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.build.schedule.JobFlow;
import dev.tandem.server.build.schedule.PipelineCreation;
import dev.tandem.server.build.store.CommitStatus;
import dev.tandem.server.build.store.CommitStatusStore;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.PipelineStore;
import dev.tandem.server.code.Projects;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.api.Parameters;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** What is known of a commit: its jobs, and what other systems told. */
@RestController
class StatusApi {
    private static final Set<JobStatus> TOLD = Set.of(
            JobStatus.PENDING,
            JobStatus.RUNNING,
            JobStatus.SUCCESS,
            JobStatus.FAILED,
            JobStatus.CANCELED,
            JobStatus.SKIPPED);
    private static final int LONGEST = 255;
    private static final int LONGEST_URL = 2000;

    private final Database database;
    private final CommitStatusStore statuses;
    private final PipelineStore pipelines;
    private final PipelineCreation creation;
    private final JobFlow flow;
    private final Lookup lookup;
    private final ApiShapes shapes;
    private final Projects projects;
    private final Repositories repositories;
    private final Clock clock;

    StatusApi(
            Database database,
            CommitStatusStore statuses,
            PipelineStore pipelines,
            PipelineCreation creation,
            JobFlow flow,
            Lookup lookup,
            ApiShapes shapes,
            Projects projects,
            Repositories repositories,
            Clock clock) {
        this.database = database;
        this.statuses = statuses;
        this.pipelines = pipelines;
        this.creation = creation;
        this.flow = flow;
        this.lookup = lookup;
        this.shapes = shapes;
        this.projects = projects;
        this.repositories = repositories;
        this.clock = clock;
    }

    @GetMapping("/api/v4/projects/{id}/repository/commits/{sha}/statuses")
    @Requires(Permission.READ_PIPELINE)
    Listing<Map<String, @Nullable Object>> list(
            ProjectFacts project, @PathVariable String sha, Parameters parameters, Paging paging) {
        String commit = commit(project, sha);
        Optional<String> ref = parameters.text("ref");
        Optional<String> name = parameters.text("name");
        Optional<String> stage = parameters.text("stage");
        boolean all = parameters.flag("all").orElse(false);
        List<Map<String, @Nullable Object>> found = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (CommitStatus status : database.read(sql -> statuses.ofCommit(sql, project.id(), commit))) {
            boolean wanted = ref.filter(one -> !one.equals(status.ref())).isEmpty()
                    && name.filter(one -> !one.equals(status.name())).isEmpty()
                    && stage.filter(one -> !one.equals("external")).isEmpty();
            if (wanted && (names.add(status.ref() + "\n" + status.name()) || all)) {
                found.add(shape(status));
            }
        }
        for (PipelineRecord pipeline : database.read(sql -> pipelines.ofCommits(sql, project.id(), List.of(commit)))) {
            if (ref.filter(one -> !one.equals(pipeline.ref())).isEmpty()) {
                lookup.jobs(pipeline.id(), all).stream()
                        .filter(job ->
                                name.filter(one -> !one.equals(job.name())).isEmpty())
                        .filter(job ->
                                stage.filter(one -> !one.equals(job.stage())).isEmpty())
                        .filter(job -> names.add(pipeline.ref() + "\n" + job.name()) || all)
                        .forEach(job -> found.add(shape(project, pipeline, job)));
            }
        }
        return Listing.cut(found, paging);
    }

    /** The same name again tells how it goes on; after its end, of another attempt. */
    @PostMapping("/api/v4/projects/{id}/statuses/{sha}")
    @Requires(Permission.RUN_PIPELINE)
    ResponseEntity<Map<String, @Nullable Object>> tell(
            ProjectFacts project, Actor actor, @PathVariable String sha, Parameters parameters) {
        String commit = commit(project, sha);
        JobStatus state = JobStatus.ofWire(parameters.requiredText("state"))
                .filter(TOLD::contains)
                .orElseThrow(() -> new ApiException(400, "state does not have a valid value"));
        String name = bounded(
                "name",
                parameters
                        .text("name")
                        .or(() -> parameters.text("context"))
                        .filter(text -> !text.isBlank())
                        .orElse("default"),
                LONGEST);
        String url = parameters
                .text("target_url")
                .filter(text -> !text.isBlank())
                .map(StatusApi::url)
                .orElse(null);
        String description = parameters
                .text("description")
                .map(text -> text.length() <= LONGEST ? text : text.substring(0, LONGEST))
                .orElse(null);
        BigDecimal coverage = parameters
                .text("coverage")
                .filter(text -> !text.isBlank())
                .map(StatusApi::percent)
                .orElse(null);
        long user = actor.userId().orElseThrow().value();
        Optional<PipelineRecord> known = pipeline(project, commit, parameters);
        String ref = parameters
                .text("ref")
                .or(() -> known.map(PipelineRecord::ref))
                .or(() -> projects.find(project.id()).map(found -> found.defaultBranch()))
                .orElse("HEAD");
        PipelineRecord pipeline = known.or(() -> creation.ofStatuses(project.id(), ref, commit, user))
                .orElse(null);
        Instant now = clock.instant();
        CommitStatus stored = database.write(tx -> {
            CommitStatus before = statuses.newest(tx.sql(), project.id(), commit, ref, name)
                    .filter(one -> !one.status().isTerminal())
                    .orElse(null);
            boolean begins = state == JobStatus.PENDING;
            Instant started = before == null ? null : before.startedAt();
            CommitStatus told = statuses.put(
                    tx.sql(),
                    new CommitStatus(
                            before == null ? 0 : before.id(),
                            project.id(),
                            pipeline == null ? null : Long.valueOf(pipeline.id()),
                            commit,
                            ref,
                            name,
                            state,
                            url == null && before != null ? before.targetUrl() : url,
                            description == null && before != null ? before.description() : description,
                            coverage,
                            user,
                            before == null ? now : before.createdAt(),
                            begins ? null : Objects.requireNonNullElse(started, now),
                            state.isTerminal() ? now : null));
            Stream.of(before == null ? null : before.pipelineId(), told.pipelineId())
                    .filter(Objects::nonNull)
                    .distinct()
                    .forEach(id -> flow.told(tx, Objects.requireNonNull(id)));
            return told;
        });
        return ResponseEntity.status(201).body(shape(stored));
    }

    private String commit(ProjectFacts project, String sha) {
        return repositories.resolve(project.id(), sha).orElseThrow(() -> ApiException.notFound("Commit"));
    }

    /** The one that was named, or the newest of the commit, and of the ref if one was named. */
    private Optional<PipelineRecord> pipeline(ProjectFacts project, String commit, Parameters parameters) {
        Optional<Long> id = parameters.number("pipeline_id");
        if (id.isPresent()) {
            PipelineRecord named = lookup.pipeline(project, id.get());
            if (!named.sha().equals(commit)) {
                throw ApiException.notFound("Pipeline");
            }
            return Optional.of(named);
        }
        PipelineStore.Filter filter =
                new PipelineStore.Filter(parameters.text("ref").orElse(null), commit, null, null, null);
        return lookup.pipelines(project.id(), filter, 0, 1).stream().findFirst();
    }

    private Map<String, @Nullable Object> shape(CommitStatus status) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("id", status.id());
        body.put("sha", status.sha());
        body.put("ref", status.ref());
        body.put("status", status.status().wire());
        body.put("name", status.name());
        body.put("target_url", status.targetUrl());
        body.put("description", status.description());
        body.put("created_at", status.createdAt());
        body.put("started_at", status.startedAt());
        body.put("finished_at", status.finishedAt());
        body.put("allow_failure", false);
        body.put("coverage", status.coverage());
        body.put("pipeline_id", status.pipelineId());
        lookup.user(status.userId()).ifPresent(user -> body.put("author", shapes.user(user)));
        return body;
    }

    private Map<String, @Nullable Object> shape(ProjectFacts project, PipelineRecord pipeline, JobRecord job) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("id", job.id());
        body.put("sha", pipeline.sha());
        body.put("ref", pipeline.ref());
        body.put("status", job.status().wire());
        body.put("name", job.name());
        body.put("target_url", shapes.web(project, "/-/jobs/" + job.id()));
        body.put("description", null);
        body.put("created_at", job.createdAt());
        body.put("started_at", job.startedAt());
        body.put("finished_at", job.finishedAt());
        body.put("allow_failure", job.allowFailure());
        body.put("coverage", lookup.coverage(List.of(job.id())).get(job.id()));
        body.put("pipeline_id", pipeline.id());
        lookup.user(job.userId()).ifPresent(user -> body.put("author", shapes.user(user)));
        return body;
    }

    private static String bounded(String name, String text, int longest) {
        if (text.length() > longest) {
            throw ApiException.invalid(name, "is too long (maximum is " + longest + " characters)");
        }
        return text;
    }

    private static String url(String text) {
        try {
            String scheme = Objects.requireNonNullElse(URI.create(text).getScheme(), "");
            if (text.length() <= LONGEST_URL && (scheme.equals("https") || scheme.equals("http"))) {
                return text;
            }
        } catch (IllegalArgumentException notAnAddress) {
            // Told below.
        }
        throw ApiException.invalid("target_url", "is blocked: Only allowed schemes are http, https");
    }

    private static BigDecimal percent(String text) {
        if (!text.matches("[0-9]{1,3}(\\.[0-9]{1,10})?")) {
            throw ApiException.malformed("coverage");
        }
        return new BigDecimal(text);
    }
}
