package dev.tandem.server.build.web;

import dev.tandem.server.build.runners.InstanceRunners;
import dev.tandem.server.build.store.ArtifactRecord;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.Problem;
import dev.tandem.server.code.Commit;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.User;
import dev.tandem.server.platform.ServerUrls;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** How pipelines and jobs look in replies of the REST API; the shapes that clients of GitLab's API read. */
@Component
final class ApiShapes {
    private final Lookup lookup;
    private final Repositories repositories;
    private final ServerUrls urls;
    private final InstanceRunners runners;
    private final Clock clock;

    ApiShapes(Lookup lookup, Repositories repositories, ServerUrls urls, InstanceRunners runners, Clock clock) {
        this.lookup = lookup;
        this.repositories = repositories;
        this.urls = urls;
        this.runners = runners;
        this.clock = clock;
    }

    /** As in lists. */
    Map<String, @Nullable Object> pipeline(ProjectFacts project, PipelineRecord pipeline) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("id", pipeline.id());
        body.put("iid", pipeline.iid());
        body.put("project_id", pipeline.projectId());
        body.put("sha", pipeline.sha());
        body.put("ref", pipeline.ref());
        body.put("status", pipeline.status().wire());
        body.put("source", pipeline.source());
        body.put("name", pipeline.name());
        body.put("created_at", pipeline.createdAt());
        body.put("updated_at", pipeline.updatedAt());
        body.put("web_url", web(project, "/-/pipelines/" + pipeline.id()));
        return body;
    }

    Map<String, @Nullable Object> wholePipeline(ProjectFacts project, PipelineRecord pipeline) {
        Map<String, @Nullable Object> body = pipeline(project, pipeline);
        body.put("before_sha", pipeline.beforeSha());
        body.put("tag", pipeline.tag());
        body.put("yaml_errors", errors(pipeline));
        lookup.user(pipeline.userId()).ifPresent(user -> body.put("user", user(user)));
        Instant started = pipeline.startedAt();
        body.put("started_at", started);
        body.put("finished_at", pipeline.finishedAt());
        body.put("committed_at", null);
        body.put("duration", seconds(pipeline.duration(clock.instant())));
        body.put("queued_duration", started == null ? null : seconds(Duration.between(pipeline.createdAt(), started)));
        body.put(
                "coverage",
                lookup.coverage(lookup.jobs(pipeline.id(), false))
                        .map(BigDecimal::toPlainString)
                        .orElse(null));
        body.put("archived", false);
        body.put("detailed_status", detailed(project, pipeline));
        return body;
    }

    Map<String, @Nullable Object> job(ProjectFacts project, JobRecord job, PipelineRecord pipeline) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        Instant now = clock.instant();
        body.put("id", job.id());
        body.put("name", job.name());
        body.put("stage", job.stage());
        body.put("status", job.status().wire());
        body.put("ref", pipeline.ref());
        body.put("tag", pipeline.tag());
        body.put("allow_failure", job.allowFailure());
        body.put("coverage", lookup.coverage(List.of(job.id())).get(job.id()));
        body.put("created_at", job.createdAt());
        body.put("started_at", job.startedAt());
        body.put("finished_at", job.finishedAt());
        body.put("erased_at", null);
        body.put("duration", fraction(job.duration(now)));
        body.put("queued_duration", fraction(job.queued(now)));
        body.put("archived", false);
        body.put("web_url", web(project, "/-/jobs/" + job.id()));
        body.put("tag_list", job.tags());
        if (job.failureReason() != null) {
            body.put("failure_reason", job.failureReason());
        }
        lookup.user(job.userId()).ifPresent(user -> body.put("user", user(user)));
        body.put(
                "commit",
                repositories
                        .commit(project.id(), pipeline.sha())
                        .map(commit -> commit(project, commit))
                        .orElse(null));
        body.put("pipeline", pipeline(project, pipeline));
        body.put("project", Map.of("ci_job_token_scope_enabled", false));
        artifacts(body, job);
        body.put(
                "runner",
                lookup.runner(job)
                        .map(runner -> RunnerApi.shape(runner, runners.status(runner)))
                        .orElse(null));
        return body;
    }

    /** A trigger job: what a runner or an artifact would be is missing, and the pipeline that it started is there. */
    Map<String, @Nullable Object> bridge(
            ProjectFacts project, JobRecord job, PipelineRecord pipeline, Family.@Nullable Related downstream) {
        Map<String, @Nullable Object> body = job(project, job, pipeline);
        List.of("artifacts", "artifacts_expire_at", "runner", "tag_list").forEach(body::remove);
        body.put(
                "downstream_pipeline",
                downstream == null ? null : pipeline(downstream.project(), downstream.pipeline()));
        return body;
    }

    Map<String, @Nullable Object> user(User user) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("id", user.id().value());
        body.put("username", user.username());
        body.put("name", user.name());
        body.put("state", user.state().word());
        body.put("locked", false);
        body.put("avatar_url", null);
        body.put("web_url", urls.external() + "/" + user.username());
        return body;
    }

    private void artifacts(Map<String, @Nullable Object> body, JobRecord job) {
        List<Map<String, @Nullable Object>> all = new ArrayList<>();
        Instant expires = null;
        for (ArtifactRecord artifact : lookup.artifacts(List.of(job.id()))) {
            all.add(file(artifact.type(), artifact.sizeBytes(), artifact.filename(), artifact.format()));
            if (artifact.type().equals("archive")) {
                body.put("artifacts_file", Map.of("filename", artifact.filename(), "size", artifact.sizeBytes()));
                expires = artifact.expiresAt();
            }
        }
        if (job.logBytes() > 0) {
            all.add(file("trace", job.logBytes(), "job.log", null));
        }
        body.put("artifacts", all);
        body.put("artifacts_expire_at", expires);
    }

    private static Map<String, @Nullable Object> file(
            String type, long size, String filename, @Nullable String format) {
        Map<String, @Nullable Object> file = new LinkedHashMap<>();
        file.put("file_type", type);
        file.put("size", size);
        file.put("filename", filename);
        file.put("file_format", format);
        return file;
    }

    private Map<String, @Nullable Object> commit(ProjectFacts project, Commit commit) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("id", commit.sha());
        body.put("short_id", commit.shortSha());
        body.put("title", commit.title());
        body.put("message", commit.message());
        body.put("author_name", commit.authorName());
        body.put("author_email", commit.authorEmail());
        body.put("authored_date", commit.authoredAt());
        body.put("committer_name", commit.committerName());
        body.put("committer_email", commit.committerEmail());
        body.put("committed_date", commit.committedAt());
        body.put("created_at", commit.committedAt());
        body.put("parent_ids", commit.parents());
        body.put("trailers", Map.of());
        body.put("extended_trailers", Map.of());
        body.put("web_url", web(project, "/-/commit/" + commit.sha()));
        return body;
    }

    private Map<String, @Nullable Object> detailed(ProjectFacts project, PipelineRecord pipeline) {
        String state = PipelinePages.state(pipeline);
        String word = state.equals("success") ? "passed" : state.equals("warning") ? "passed with warnings" : state;
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("icon", "status_" + state);
        body.put("text", word);
        body.put("label", word);
        body.put("group", state.equals("warning") ? "success-with-warnings" : state);
        body.put("tooltip", word);
        body.put("has_details", true);
        body.put("details_path", "/" + project.fullPath() + "/-/pipelines/" + pipeline.id());
        body.put("illustration", null);
        body.put("favicon", null);
        return body;
    }

    private static @Nullable String errors(PipelineRecord pipeline) {
        List<String> errors = pipeline.problems().stream()
                .filter(Problem::fatal)
                .map(Problem::oneLine)
                .toList();
        return errors.isEmpty() ? null : String.join("\n", errors);
    }

    String web(ProjectFacts project, String rest) {
        return urls.external() + "/" + project.fullPath() + rest;
    }

    private static @Nullable Long seconds(@Nullable Duration duration) {
        return duration == null ? null : duration.toSeconds();
    }

    private static @Nullable Double fraction(@Nullable Duration duration) {
        return duration == null ? null : duration.toMillis() / 1000.0;
    }
}
