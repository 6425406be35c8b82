package dev.tandem.server.build.web;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.build.RunRights;
import dev.tandem.server.build.logs.JobLogs;
import dev.tandem.server.build.logs.LogText;
import dev.tandem.server.build.runners.BuiltInRunner;
import dev.tandem.server.build.schedule.JobFlow;
import dev.tandem.server.build.store.CommitStatus;
import dev.tandem.server.build.store.CommitStatusStore;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.PipelineStore;
import dev.tandem.server.build.store.Problem;
import dev.tandem.server.build.store.TestCase;
import dev.tandem.server.build.store.TestReport;
import dev.tandem.server.build.web.Family.Related;
import dev.tandem.server.build.web.PipelineGraph.Stage;
import dev.tandem.server.build.web.PipelineGraph.Started;
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
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The pages of pipelines: the list, one pipeline, and the acts on them. */
@Controller
public class PipelinePages {
    private static final int PER_PAGE = 30;
    private static final int LAST_LINES = 12;
    private static final int TAIL_BYTES = 32 * 1024;
    private static final int MOST_FAILURES = 5;
    private static final int MOST_CASES = 50;
    /** Child pipelines are unfolded in the graph up to these limits, and linked beyond. */
    private static final int MOST_UNFOLDED = 20;

    private static final int MOST_INNER_JOBS = 100;
    private static final int MOST_LEVELS = 2;

    private final Lookup lookup;
    private final RunRights rights;
    private final Family family;
    private final JobFlow flow;
    private final JobLogs logs;
    private final BuiltInRunner builtIn;
    private final CommitStatusStore statuses;
    private final Database database;
    private final Clock clock;

    PipelinePages(
            Lookup lookup,
            RunRights rights,
            Family family,
            JobFlow flow,
            JobLogs logs,
            BuiltInRunner builtIn,
            CommitStatusStore statuses,
            Database database,
            Clock clock) {
        this.lookup = lookup;
        this.rights = rights;
        this.family = family;
        this.flow = flow;
        this.logs = logs;
        this.builtIn = builtIn;
        this.statuses = statuses;
        this.database = database;
        this.clock = clock;
    }

    /** One line of the list. */
    public record Row(
            PipelineRecord pipeline,
            String state,
            String username,
            @Nullable Duration duration) {}

    public record ListModel(
            ProjectNav project,
            List<Row> rows,
            @Nullable String ref,
            @Nullable String previous,
            @Nullable String next,
            boolean mayRun) {}

    /** A job that failed, with what it said last. */
    public record Failure(JobRecord job, List<String> lines) {}

    /** Cases that did not pass, of one job. */
    public record Tests(JobRecord job, TestReport report, List<TestCase> bad) {}

    public record Model(
            ProjectNav project,
            PipelineRecord pipeline,
            String state,
            String username,
            @Nullable Duration duration,
            @Nullable Duration usual,
            @Nullable Related upstream,
            List<Stage> stages,
            List<Failure> failures,
            List<Tests> tests,
            List<CommitStatus> outside,
            List<Problem> problems,
            @Nullable String runnerProblem,
            boolean mayRun,
            boolean mayCancel,
            boolean mayRetry,
            @Nullable BigDecimal coverage) {
        /** Whether some jobs are marked as having decided how long it takes. */
        public boolean hasPath() {
            return stages.stream().flatMap(stage -> stage.cells().stream()).anyMatch(PipelineGraph.Cell::critical);
        }
    }

    @GetMapping("/{project}/-/pipelines")
    @Requires(Permission.READ_PIPELINE)
    Page list(
            ProjectFacts project,
            Actor actor,
            @RequestParam(name = "page", defaultValue = "1") int page,
            @RequestParam(name = "ref", required = false) Optional<String> ref) {
        int shown = Math.clamp(page, 1, 100_000);
        PipelineStore.Filter filter = new PipelineStore.Filter(ref.orElse(null), null, null, null, null);
        List<PipelineRecord> found = lookup.pipelines(project.id(), filter, (shown - 1) * PER_PAGE, PER_PAGE + 1);
        Instant now = clock.instant();
        Map<Long, String> names = new HashMap<>();
        List<Row> rows = found.stream()
                .limit(PER_PAGE)
                .map(pipeline -> new Row(
                        pipeline,
                        state(pipeline),
                        names.computeIfAbsent(pipeline.userId(), lookup::username),
                        pipeline.duration(now)))
                .toList();
        String address = "/" + project.fullPath() + "/-/pipelines?page=";
        return new Page(
                "build/pipelines.jte",
                new ListModel(
                        nav(project),
                        rows,
                        ref.orElse(null),
                        shown == 1 ? null : address + (shown - 1),
                        found.size() > PER_PAGE ? address + (shown + 1) : null,
                        rights.mayRun(actor, project, "", true)));
    }

    @GetMapping("/{project}/-/pipelines/{pipeline}")
    @Requires(Permission.READ_PIPELINE)
    Page show(ProjectFacts project, Actor actor, @PathVariable("pipeline") long id) {
        PipelineRecord pipeline = lookup.pipeline(project, id);
        List<JobRecord> jobs = lookup.jobs(id, false);
        Instant now = clock.instant();
        boolean mayRun = rights.mayRun(actor, project, pipeline.ref(), pipeline.tag());
        List<CommitStatus> outside = outside(id);
        boolean unfinished = jobs.stream().anyMatch(job -> !job.status().isTerminal())
                || outside.stream().anyMatch(status -> !status.status().isTerminal());
        boolean waits = jobs.stream().anyMatch(job -> job.status() == JobStatus.PENDING);
        return new Page(
                "build/pipeline.jte",
                new Model(
                        nav(project),
                        pipeline,
                        state(pipeline),
                        lookup.username(pipeline.userId()),
                        pipeline.duration(now),
                        usual(pipeline),
                        family.upstream(actor, pipeline).orElse(null),
                        graph(actor, pipeline, jobs, 0),
                        failures(jobs),
                        tests(jobs),
                        outside,
                        pipeline.problems(),
                        waits ? builtIn.problem().orElse(null) : null,
                        mayRun,
                        mayRun && unfinished,
                        mayRun && jobs.stream().anyMatch(PipelinePages::wentWrong),
                        lookup.coverage(jobs).orElse(null)));
    }

    @PostMapping("/{project}/-/pipelines/{pipeline}/cancel")
    @Requires(Permission.RUN_PIPELINE)
    void cancel(ProjectFacts project, @PathVariable("pipeline") long id, HttpServletResponse response)
            throws IOException {
        PipelineRecord pipeline = lookup.pipeline(project, id);
        database.write(tx -> {
            flow.cancelPipeline(tx, pipeline.id(), true);
            return pipeline;
        });
        Flash.leave(response, "build.flash.pipeline-canceled", pipeline.id());
        response.sendRedirect(path(project, id));
    }

    @PostMapping("/{project}/-/pipelines/{pipeline}/retry")
    @Requires(Permission.RUN_PIPELINE)
    void retry(ProjectFacts project, Actor actor, @PathVariable("pipeline") long id, HttpServletResponse response)
            throws IOException {
        PipelineRecord pipeline = lookup.pipeline(project, id);
        if (!rights.mayRun(actor, project, pipeline.ref(), pipeline.tag())) {
            throw ApiException.forbidden();
        }
        long user = actor.userId().orElseThrow().value();
        int retried = database.write(tx -> flow.retryPipeline(tx, pipeline.id(), user));
        if (retried == 0) {
            Flash.refuse(response, "build.flash.pipeline-retried", retried);
        } else {
            Flash.leave(response, "build.flash.pipeline-retried", retried);
        }
        response.sendRedirect(path(project, id));
    }

    /** What other systems told, of each name the newest. */
    private List<CommitStatus> outside(long pipelineId) {
        Set<String> names = new HashSet<>();
        return database.read(sql -> statuses.ofPipeline(sql, pipelineId)).stream()
                .filter(status -> names.add(status.name()))
                .toList();
    }

    static String state(PipelineRecord pipeline) {
        return pipeline.warnings() && pipeline.status() == JobStatus.SUCCESS
                ? "warning"
                : pipeline.status().wire();
    }

    static String state(JobRecord job) {
        return job.status() == JobStatus.FAILED && job.allowFailure()
                ? "warning"
                : job.status().wire();
    }

    static ProjectNav nav(ProjectFacts project) {
        return new ProjectNav(project.id(), project.fullPath(), project.name());
    }

    /** The middle of the last successful pipelines of the same ref; null when there are too few to say. */
    private @Nullable Duration usual(PipelineRecord pipeline) {
        PipelineStore.Filter filter =
                new PipelineStore.Filter(pipeline.ref(), null, JobStatus.SUCCESS, pipeline.source(), null);
        List<Duration> durations = lookup.pipelines(pipeline.projectId(), filter, 0, 20).stream()
                .filter(other -> other.id() < pipeline.id())
                .map(other -> other.duration(other.updatedAt()))
                .filter(java.util.Objects::nonNull)
                .sorted()
                .toList();
        return durations.size() < 3 ? null : durations.get(durations.size() / 2);
    }

    private List<Stage> graph(Actor actor, PipelineRecord pipeline, List<JobRecord> jobs, int depth) {
        Map<Long, Related> downstream = family.downstream(actor, jobs);
        boolean unfolds = downstream.size() <= MOST_UNFOLDED && depth < MOST_LEVELS;
        // Inside another pipeline's graph the path that decided says nothing.
        return PipelineGraph.of(
                pipeline,
                jobs,
                depth == 0 ? critical(jobs, clock.instant()) : Set.of(),
                job -> Optional.ofNullable(downstream.get(job.id()))
                        .map(found ->
                                new Started(found, unfolds ? inner(actor, found.pipeline(), depth + 1) : List.of())));
    }

    /** The jobs of a child pipeline; none when there are too many to unfold inside another pipeline's graph. */
    private List<Stage> inner(Actor actor, PipelineRecord pipeline, int depth) {
        List<JobRecord> jobs = pipeline.isChild() ? lookup.jobs(pipeline.id(), false) : List.of();
        return jobs.isEmpty() || jobs.size() > MOST_INNER_JOBS ? List.of() : graph(actor, pipeline, jobs, depth);
    }

    private static Set<String> critical(List<JobRecord> jobs, Instant now) {
        return CriticalPath.of(jobs.stream()
                .map(job -> new CriticalPath.Step(
                        job.name(),
                        job.stageIndex(),
                        job.needs(),
                        job.startedAt() == null ? null : job.finishedAt() == null ? now : job.finishedAt()))
                .toList());
    }

    private List<Failure> failures(List<JobRecord> jobs) {
        return jobs.stream()
                .filter(job -> job.status() == JobStatus.FAILED)
                .sorted(java.util.Comparator.comparing(JobRecord::allowFailure)
                        .thenComparing(job -> job.finishedAt() == null ? job.createdAt() : job.finishedAt()))
                .limit(MOST_FAILURES)
                .map(job -> new Failure(job, LogText.lastLines(logs.tail(job.id(), TAIL_BYTES), LAST_LINES)))
                .toList();
    }

    private List<Tests> tests(List<JobRecord> jobs) {
        Map<Long, TestReport> reports =
                lookup.tests(jobs.stream().map(JobRecord::id).toList());
        return jobs.stream()
                .filter(job -> reports.containsKey(job.id()))
                .map(job -> tests(job, java.util.Objects.requireNonNull(reports.get(job.id()))))
                .sorted(java.util.Comparator.comparing(
                        (Tests tests) -> -tests.report().bad()))
                .toList();
    }

    static Tests tests(JobRecord job, TestReport report) {
        return new Tests(
                job,
                report,
                report.cases().stream().filter(TestCase::bad).limit(MOST_CASES).toList());
    }

    private static boolean wentWrong(JobRecord job) {
        return job.status() == JobStatus.FAILED || job.status() == JobStatus.CANCELED;
    }

    private static String path(ProjectFacts project, long pipelineId) {
        return "/" + project.fullPath() + "/-/pipelines/" + pipelineId;
    }
}
