package dev.tandem.server.build.runners;

import dev.tandem.pipeline.plan.PlannedJob;
import dev.tandem.pipeline.rule.JobVariables;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.rule.VariableExpander;
import dev.tandem.server.build.artifacts.OutsideSources;
import dev.tandem.server.build.idtokens.IdTokens;
import dev.tandem.server.build.logs.JobLogs;
import dev.tandem.server.build.schedule.JobFlow;
import dev.tandem.server.build.schedule.JobLimits;
import dev.tandem.server.build.schedule.JobResult;
import dev.tandem.server.build.schedule.QueuedJob;
import dev.tandem.server.build.store.ArtifactRecord;
import dev.tandem.server.build.store.ArtifactStore;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.JobStore;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.PipelineStore;
import dev.tandem.server.build.store.ReportStore;
import dev.tandem.server.build.store.RunnerRecord;
import dev.tandem.server.build.variables.PredefinedVariables;
import dev.tandem.server.build.variables.ProjectVariables;
import dev.tandem.server.build.variables.SealedVariables;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.Projects;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.ServerUrls;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives a waiting job to a runner: claims it with a fresh token, and says all the runner needs. Safe for many threads. */
final class Handout {
    private static final Logger LOG = LoggerFactory.getLogger(Handout.class);
    /** How long a runner may take to acknowledge. */
    static final Duration CLAIM = Duration.ofMinutes(2);

    private final Database database;
    private final Projects projects;
    private final PipelineStore pipelines;
    private final JobStore jobs;
    private final ArtifactStore artifacts;
    private final ReportStore reports;
    private final OutsideSources outside;
    private final JobLogs logs;
    private final JobFlow flow;
    private final JobQueue queue;
    private final JobLimits limits;
    private final PredefinedVariables predefined;
    private final ProjectVariables settings;
    private final SealedVariables sealed;
    private final IdTokens idTokens;
    private final ServerUrls urls;
    private final Clock clock;

    Handout(
            Database database,
            Projects projects,
            PipelineStore pipelines,
            JobStore jobs,
            ArtifactStore artifacts,
            ReportStore reports,
            OutsideSources outside,
            JobLogs logs,
            JobFlow flow,
            JobQueue queue,
            JobLimits limits,
            PredefinedVariables predefined,
            ProjectVariables settings,
            SealedVariables sealed,
            IdTokens idTokens,
            ServerUrls urls,
            Clock clock) {
        this.database = database;
        this.projects = projects;
        this.pipelines = pipelines;
        this.jobs = jobs;
        this.artifacts = artifacts;
        this.reports = reports;
        this.outside = outside;
        this.logs = logs;
        this.flow = flow;
        this.queue = queue;
        this.limits = limits;
        this.predefined = predefined;
        this.settings = settings;
        this.sealed = sealed;
        this.idTokens = idTokens;
        this.urls = urls;
        this.clock = clock;
    }

    /** What the runner's features mean for its job. */
    record Asking(RunnerRecord runner, boolean cancelsGracefully, boolean acknowledges) {}

    /** A job for this runner, as the payload to send; waits for one up to {@code patience}. */
    Optional<Map<String, Object>> next(Asking asking, Duration patience, BooleanSupplier gone)
            throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
            Optional<QueuedJob> offered = queue.take(asking.runner(), left, gone);
            if (offered.isEmpty()) {
                return Optional.empty();
            }
            Optional<Map<String, Object>> payload = claim(asking, offered.get());
            if (payload.isPresent()) {
                return payload;
            }
        }
    }

    private enum Claim {
        WON,
        /** Somebody else has it, or it is over. */
        LOST,
        /** As many jobs of its project run as may. */
        FULL
    }

    private Optional<Map<String, Object>> claim(Asking asking, QueuedJob job) {
        long jobId = job.jobId();
        String token = Tokens.ofJob();
        Instant until = clock.instant().plus(CLAIM);
        Claim claim = database.write(tx -> {
            if (!limits.room(tx, job)) {
                return Claim.FULL;
            }
            boolean claimed = jobs.claim(
                    tx.sql(), jobId, asking.runner().id(), asking.cancelsGracefully(), Tokens.hash(token), until);
            if (claimed && !asking.acknowledges()) {
                flow.start(tx, jobs.find(tx.sql(), jobId).orElseThrow());
            }
            return claimed ? Claim.WON : Claim.LOST;
        });
        switch (claim) {
            case WON -> {
                return payload(asking.runner(), jobId, token);
            }
            case FULL -> hold(job);
            // What it would have taken is free for the next one.
            case LOST -> queue.freed(job.projectId());
        }
        return Optional.empty();
    }

    /** One that ended before it was held has told nobody of this job. */
    private void hold(QueuedJob job) {
        queue.hold(job);
        if (!limits.of(job.projectId()).full()) {
            queue.freed(job.projectId());
        }
    }

    /** After a claim nothing may end in an error: the job would be held by nobody until the claim lapses. */
    private Optional<Map<String, Object>> payload(RunnerRecord runner, long jobId, String token) {
        String reason = "data_integrity_failure";
        try {
            JobRecord job = database.read(sql -> jobs.find(sql, jobId)).orElseThrow();
            PlannedJob plan = database.read(sql -> jobs.plan(sql, jobId));
            switch (outside.of(job, plan.outsideNeeds())) {
                case OutsideSources.Outcome.Found(List<JobRecord> sources) -> {
                    Optional<JobPayload.Facts> facts =
                            facts(runner, job, token, noted(job, sources)).map(this::identified);
                    if (facts.isPresent()) {
                        return facts.map(JobPayload::of);
                    }
                }
                case OutsideSources.Outcome.Missing(String why) -> {
                    logs.append(jobId, 0, (why + "\n").getBytes(StandardCharsets.UTF_8));
                    reason = "missing_dependency_failure";
                }
            }
        } catch (RuntimeException e) {
            LOG.error("job {} cannot be handed out", jobId, e);
        }
        JobResult failed = new JobResult.Failed(reason, 0);
        database.write(tx -> flow.finish(tx, jobId, failed));
        return Optional.empty();
    }

    /** So that the runner may download what it is told of, and nothing that came later. */
    private List<JobRecord> noted(JobRecord job, List<JobRecord> sources) {
        if (!sources.isEmpty()) {
            List<Long> ids = sources.stream().map(JobRecord::id).toList();
            database.write(tx -> {
                jobs.noteSources(tx.sql(), job.id(), ids);
                return ids;
            });
        }
        return sources;
    }

    private Optional<JobPayload.Facts> facts(
            RunnerRecord runner, JobRecord job, String token, List<JobRecord> fromOutside) {
        long jobId = job.id();
        Optional<Project> project = projects.find(job.projectId());
        URI server = runner.builtIn() ? urls.loopback() : urls.external();
        return project.map(found -> database.read(sql -> {
            PipelineRecord pipeline = pipelines.find(sql, job.pipelineId()).orElseThrow();
            PlannedJob plan = jobs.plan(sql, jobId);
            Map<String, JobRecord> byName = new LinkedHashMap<>();
            if (!plan.artifactsFrom().isEmpty()) {
                jobs.latest(sql, job.pipelineId()).forEach(one -> byName.put(one.name(), one));
            }
            List<JobRecord> sources = Stream.concat(
                            plan.artifactsFrom().stream().map(byName::get).filter(java.util.Objects::nonNull),
                            fromOutside.stream())
                    .toList();
            return new JobPayload.Facts(
                    found,
                    pipeline,
                    job,
                    plan,
                    runner,
                    token,
                    variables(sql, new Known(found, pipeline, job, plan, runner, token, server), sources),
                    dependencies(sql, sources),
                    server,
                    timeout(job, runner),
                    seconds(job));
        }));
    }

    /** With a signed token for each that the job asks for. A variable of the same name wins, as in GitLab. */
    private JobPayload.Facts identified(JobPayload.Facts facts) {
        Map<String, String> values = new HashMap<>();
        facts.variables().forEach(variable -> values.put(variable.key(), variable.value()));
        List<Variable> all = new ArrayList<>();
        IdTokens.Subject subject = new IdTokens.Subject(
                facts.project(),
                facts.pipeline(),
                facts.job(),
                facts.plan().environment(),
                facts.runner(),
                Duration.ofSeconds(facts.timeoutSeconds()));
        facts.plan().idTokens().forEach((name, audiences) -> {
            if (!values.containsKey(name)) {
                List<String> expanded = audiences.stream()
                        .map(audience -> VariableExpander.expand(audience, values::get))
                        .toList();
                all.add(new Variable(name, idTokens.sign(subject, expanded), true, false, true, "*"));
            }
        });
        all.addAll(facts.variables());
        return facts.withVariables(all);
    }

    private record Known(
            Project project,
            PipelineRecord pipeline,
            JobRecord job,
            PlannedJob plan,
            RunnerRecord runner,
            String token,
            URI server) {}

    private List<Variable> variables(DSLContext sql, Known known, List<JobRecord> sources) {
        PipelineRecord pipeline = known.pipeline();
        List<Variable> given =
                pipelines.sealedVariables(sql, pipeline.id()).map(sealed::open).orElse(List.of());
        List<Variable> ofProject = settings.of(sql, known.project().id(), pipeline.refProtected()).stream()
                .filter(variable -> ProjectVariables.covers(
                        variable.environmentScope(), known.job().environment()))
                .toList();
        List<Variable> all = JobVariables.resolve(List.of(
                pipelines.predefined(sql, pipeline.id()),
                predefined.ofJob(pipeline, known.job(), known.project().fullPath(), known.runner()),
                secrets(known),
                known.plan().predefined(),
                known.plan().variables(),
                reports.dotenv(sql, sources.stream().map(JobRecord::id).toList()),
                ofProject,
                given));
        return new ArrayList<>(all);
    }

    private static List<Variable> secrets(Known known) {
        return List.of(
                new Variable("CI_JOB_TOKEN", known.token(), true, false, true, "*"),
                new Variable(
                        "CI_REPOSITORY_URL",
                        JobPayload.repositoryUrl(
                                known.server(), known.token(), known.project().fullPath()),
                        true,
                        false,
                        true,
                        "*"));
    }

    private List<JobPayload.Dependency> dependencies(DSLContext sql, List<JobRecord> sources) {
        Map<Long, ArtifactRecord> archives = new LinkedHashMap<>();
        artifacts.ofJobs(sql, sources.stream().map(JobRecord::id).toList()).stream()
                .filter(artifact -> artifact.type().equals("archive"))
                .forEach(artifact -> archives.put(artifact.jobId(), artifact));
        List<JobPayload.Dependency> dependencies = new ArrayList<>();
        for (JobRecord source : sources) {
            ArtifactRecord archive = archives.get(source.id());
            if (archive != null) {
                dependencies.add(new JobPayload.Dependency(source.id(), source.name(), archive));
            }
        }
        return dependencies;
    }

    static long timeout(JobRecord job, RunnerRecord runner) {
        long own = job.timeout().toSeconds();
        return runner.maximumTimeoutSeconds() == 0 ? own : Math.min(own, runner.maximumTimeoutSeconds());
    }

    private double seconds(JobRecord job) {
        Duration queued = job.queued(clock.instant());
        return queued == null ? 0 : queued.toMillis() / 1000.0;
    }
}
