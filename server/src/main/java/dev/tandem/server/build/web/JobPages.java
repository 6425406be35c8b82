package dev.tandem.server.build.web;

import dev.tandem.pipeline.state.JobEvent;
import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.pipeline.state.JobTransitions;
import dev.tandem.server.build.RunRights;
import dev.tandem.server.build.artifacts.ArchiveView;
import dev.tandem.server.build.artifacts.ArtifactRights;
import dev.tandem.server.build.artifacts.JobArtifacts;
import dev.tandem.server.build.logs.JobLogs;
import dev.tandem.server.build.logs.LogText;
import dev.tandem.server.build.logs.LogWatchers;
import dev.tandem.server.build.runners.BuiltInRunner;
import dev.tandem.server.build.schedule.JobFlow;
import dev.tandem.server.build.schedule.JobLimits;
import dev.tandem.server.build.sites.Sites;
import dev.tandem.server.build.store.ArtifactRecord;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.RunnerRecord;
import dev.tandem.server.build.store.TestReport;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.web.Flash;
import dev.tandem.server.platform.web.Page;
import dev.tandem.server.platform.web.ProjectNav;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The page of a job: its log as it grows, its tests and artifacts, and the acts on it. */
@Controller
public class JobPages {
    private static final int CHUNK_BYTES = 1024 * 1024;
    private static final int PLAIN_LINES = 500;
    private static final int PLAIN_BYTES = 256 * 1024;
    private static final int SHOWN_FILE_BYTES = 64 * 1024 * 1024;

    private final Lookup lookup;
    private final RunRights rights;
    private final ArtifactRights artifactRights;
    private final JobFlow flow;
    private final JobLogs logs;
    private final LogWatchers watchers;
    private final JobArtifacts artifacts;
    private final ArchiveView archives;
    private final BuiltInRunner builtIn;
    private final Family family;
    private final Sites sites;
    private final JobLimits limits;
    private final Database database;
    private final Clock clock;

    JobPages(
            Lookup lookup,
            RunRights rights,
            ArtifactRights artifactRights,
            JobFlow flow,
            JobLogs logs,
            LogWatchers watchers,
            JobArtifacts artifacts,
            ArchiveView archives,
            BuiltInRunner builtIn,
            Family family,
            Sites sites,
            JobLimits limits,
            Database database,
            Clock clock) {
        this.lookup = lookup;
        this.rights = rights;
        this.artifactRights = artifactRights;
        this.flow = flow;
        this.logs = logs;
        this.watchers = watchers;
        this.artifacts = artifacts;
        this.archives = archives;
        this.builtIn = builtIn;
        this.family = family;
        this.sites = sites;
        this.limits = limits;
        this.database = database;
        this.clock = clock;
    }

    public record Model(
            ProjectNav project,
            JobRecord job,
            PipelineRecord pipeline,
            String state,
            String username,
            @Nullable String runner,
            @Nullable Duration duration,
            @Nullable Duration queued,
            List<String> plainLog,
            @Nullable TestReport report,
            List<dev.tandem.server.build.store.TestCase> badTests,
            List<ArtifactRecord> artifacts,
            @Nullable String runnerProblem,
            boolean unsafe,
            boolean mayCancel,
            boolean mayRetry,
            boolean mayPlay,
            Family.@Nullable Related started,
            @Nullable BigDecimal coverage,
            @Nullable Instant artifactsExpireAt,
            boolean mayKeep,
            boolean mayReadArtifacts,
            @Nullable JobRecord resourceHolder,
            JobLimits.@Nullable Seen heldBack,
            @Nullable String siteAddress,
            @Nullable String siteRefusal) {
        /** Address of something of this job. */
        public String path(String rest) {
            return project.path("/-/jobs/" + job.id() + rest);
        }
    }

    public record BrowseModel(
            ProjectNav project, JobRecord job, String folder, List<ArchiveView.Entry> entries, boolean readable) {}

    @GetMapping("/{project}/-/jobs/{job}")
    @Requires(Permission.READ_PIPELINE)
    Page show(ProjectFacts project, Actor actor, @PathVariable("job") long id) {
        JobRecord job = lookup.job(project, id);
        PipelineRecord pipeline = lookup.pipeline(project, job.pipelineId());
        watchers.looked(id);
        boolean may = rights.mayRun(actor, project, pipeline.ref(), pipeline.tag());
        TestReport report = lookup.tests(List.of(id)).get(id);
        boolean cancelable = job.status().isActive()
                || JobTransitions.next(job.status(), JobEvent.CANCEL).isPresent();
        return new Page(
                "build/job.jte",
                new Model(
                        PipelinePages.nav(project),
                        job,
                        pipeline,
                        PipelinePages.state(job),
                        lookup.username(job.userId()),
                        lookup.runner(job).map(RunnerRecord::description).orElse(null),
                        job.duration(clock.instant()),
                        job.queued(clock.instant()),
                        LogText.lastLines(logs.tail(id, PLAIN_BYTES), PLAIN_LINES),
                        report,
                        report == null
                                ? List.of()
                                : PipelinePages.tests(job, report).bad(),
                        lookup.artifacts(List.of(id)),
                        job.queuedAt() != null
                                        && job.startedAt() == null
                                        && !job.status().isTerminal()
                                ? builtIn.problem().orElse(null)
                                : null,
                        builtIn.unsafe(),
                        may && cancelable,
                        may && JobFlow.retryable(job),
                        may && JobTransitions.next(job.status(), JobEvent.PLAY).isPresent(),
                        family.downstream(actor, List.of(job)).get(job.id()),
                        lookup.coverage(List.of(id)).get(id),
                        firstEnd(lookup.artifacts(List.of(id))),
                        may,
                        artifactRights.mayRead(actor, job),
                        lookup.resourceHolder(job).orElse(null),
                        heldBack(job),
                        sites.ofJob(id)
                                .map(site -> "/pages/" + project.fullPath() + "/"
                                        + (site.prefix().isEmpty() ? "" : site.prefix() + "/"))
                                .orElse(null),
                        sites.refusal(id).orElse(null)));
    }

    /** The project's limit, when that is what the job waits for; else null. */
    private JobLimits.@Nullable Seen heldBack(JobRecord job) {
        boolean waits = job.status() == JobStatus.PENDING && job.claimedUntil() == null && !job.bridge();
        JobLimits.Seen seen = waits ? limits.of(job.projectId()) : null;
        return seen != null && seen.full() ? seen : null;
    }

    /** When the first of them goes; null when none does. */
    private static @Nullable Instant firstEnd(List<ArtifactRecord> artifacts) {
        return artifacts.stream()
                .map(ArtifactRecord::expiresAt)
                .filter(java.util.Objects::nonNull)
                .min(java.util.Comparator.naturalOrder())
                .orElse(null);
    }

    /** The whole log, or from {@code offset} on, as it was written. */
    @GetMapping("/{project}/-/jobs/{job}/raw")
    @Requires(Permission.READ_PIPELINE)
    void raw(
            ProjectFacts project,
            @PathVariable("job") long id,
            @RequestParam(name = "offset", defaultValue = "0") long offset,
            HttpServletResponse response)
            throws IOException {
        JobRecord job = lookup.job(project, id);
        plainText(response);
        try (InputStream log = logs.stream(job.id()).orElse(InputStream.nullInputStream())) {
            log.skip(Math.max(0, offset));
            log.transferTo(response.getOutputStream());
        }
    }

    /** One piece of the log from {@code offset} on; headers tell where the next begins and whether more may come. */
    @GetMapping("/{project}/-/jobs/{job}/trace")
    @Requires(Permission.READ_PIPELINE)
    void trace(
            ProjectFacts project,
            @PathVariable("job") long id,
            @RequestParam(name = "offset", defaultValue = "0") long offset,
            HttpServletResponse response)
            throws IOException {
        // The status first: once it is over nothing is added, so "done" is never said too early.
        JobRecord job = lookup.job(project, id);
        watchers.looked(id);
        long from = Math.max(0, offset);
        byte[] chunk = logs.read(id, from, CHUNK_BYTES);
        plainText(response);
        response.setHeader("X-Tandem-Next-Offset", Long.toString(from + chunk.length));
        response.setHeader("X-Tandem-Done", Boolean.toString(job.status().isTerminal() && chunk.length < CHUNK_BYTES));
        response.setContentLength(chunk.length);
        response.getOutputStream().write(chunk);
    }

    @PostMapping("/{project}/-/jobs/{job}/cancel")
    @Requires(Permission.RUN_PIPELINE)
    void cancel(ProjectFacts project, @PathVariable("job") long id, HttpServletResponse response) throws IOException {
        JobRecord job = lookup.job(project, id);
        database.write(tx -> flow.cancel(tx, job.id(), true));
        Flash.leave(response, "build.flash.job-canceled", job.name());
        response.sendRedirect(path(project, id));
    }

    @PostMapping("/{project}/-/jobs/{job}/retry")
    @Requires(Permission.RUN_PIPELINE)
    void retry(ProjectFacts project, Actor actor, @PathVariable("job") long id, HttpServletResponse response)
            throws IOException {
        JobRecord job = startable(project, actor, id);
        long user = actor.userId().orElseThrow().value();
        Optional<JobRecord> attempt = database.write(tx -> flow.retry(tx, job.id(), user));
        response.sendRedirect(path(project, attempt.map(JobRecord::id).orElse(id)));
    }

    @PostMapping("/{project}/-/jobs/{job}/play")
    @Requires(Permission.RUN_PIPELINE)
    void play(ProjectFacts project, Actor actor, @PathVariable("job") long id, HttpServletResponse response)
            throws IOException {
        JobRecord job = startable(project, actor, id);
        long user = actor.userId().orElseThrow().value();
        database.write(tx -> flow.play(tx, job.id(), user));
        response.sendRedirect(path(project, id));
    }

    @PostMapping("/{project}/-/jobs/{job}/artifacts/keep")
    @Requires(Permission.RUN_PIPELINE)
    void keep(ProjectFacts project, Actor actor, @PathVariable("job") long id, HttpServletResponse response)
            throws IOException {
        JobRecord job = startable(project, actor, id);
        if (!artifacts.keep(job.id())) {
            throw noArtifacts();
        }
        Flash.leave(response, "build.artifacts.kept");
        response.sendRedirect(path(project, id));
    }

    @GetMapping("/{project}/-/jobs/{job}/artifacts/download")
    @Requires(Permission.READ_PIPELINE)
    void download(
            ProjectFacts project,
            Actor actor,
            @PathVariable("job") long id,
            @RequestParam(name = "type", defaultValue = "archive") String type,
            HttpServletResponse response)
            throws IOException {
        JobRecord job = readable(project, actor, id);
        Downloads.send(response, artifacts, artifacts.find(job.id(), type).orElseThrow(JobPages::noArtifacts));
    }

    @GetMapping("/{project}/-/jobs/{job}/artifacts/browse")
    @Requires(Permission.READ_PIPELINE)
    Page browse(
            ProjectFacts project,
            Actor actor,
            @PathVariable("job") long id,
            @RequestParam(name = "path", defaultValue = "") String path)
            throws IOException {
        JobRecord job = readable(project, actor, id);
        ArtifactRecord archive = artifacts.find(id, "archive").orElseThrow(JobPages::noArtifacts);
        String folder = path.isEmpty() || path.endsWith("/") ? path : path + "/";
        Optional<List<ArchiveView.Entry>> entries = archives.list(archive, folder);
        return new Page(
                "build/artifacts.jte",
                new BrowseModel(
                        PipelinePages.nav(project), job, folder, entries.orElse(List.of()), entries.isPresent()));
    }

    /** One file of the archive, always as a download: it is whatever a job wrote. */
    @GetMapping("/{project}/-/jobs/{job}/artifacts/file")
    @Requires(Permission.READ_PIPELINE)
    void file(
            ProjectFacts project,
            Actor actor,
            @PathVariable("job") long id,
            @RequestParam("path") String path,
            HttpServletResponse response)
            throws IOException {
        JobRecord job = readable(project, actor, id);
        ArtifactRecord archive = artifacts.find(job.id(), "archive").orElseThrow(JobPages::noArtifacts);
        byte[] content =
                archives.file(archive, path, SHOWN_FILE_BYTES).orElseThrow(() -> ApiException.notFound("File"));
        Downloads.head(response, path.substring(path.lastIndexOf('/') + 1), content.length);
        response.getOutputStream().write(content);
    }

    private JobRecord readable(ProjectFacts project, Actor actor, long id) {
        JobRecord job = lookup.job(project, id);
        artifactRights.require(actor, job);
        return job;
    }

    private JobRecord startable(ProjectFacts project, Actor actor, long id) {
        JobRecord job = lookup.job(project, id);
        PipelineRecord pipeline = lookup.pipeline(project, job.pipelineId());
        if (!rights.mayRun(actor, project, pipeline.ref(), pipeline.tag())) {
            throw ApiException.forbidden();
        }
        return job;
    }

    private static void plainText(HttpServletResponse response) {
        response.setContentType("text/plain");
        response.setCharacterEncoding("UTF-8");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Content-Security-Policy", "sandbox; default-src 'none'");
        response.setHeader("Cache-Control", "no-store");
    }

    private static ApiException noArtifacts() {
        return ApiException.notFound("Artifacts");
    }

    private static String path(ProjectFacts project, long jobId) {
        return "/" + project.fullPath() + "/-/jobs/" + jobId;
    }
}
