package dev.tandem.server.build;

import dev.tandem.pipeline.plan.JobEnvironment;
import dev.tandem.pipeline.plan.PlannedJob;
import dev.tandem.pipeline.rule.JobVariables;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.rule.VariableExpander;
import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.build.runners.Tokens;
import dev.tandem.server.build.schedule.JobFlow;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.JobStore;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.PipelineStore;
import dev.tandem.server.build.store.ReportStore;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.JobTokens;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Tx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Answers other packages from the stores. */
@Component
class StoredJobs implements Jobs, JobTokens {
    private final Database database;
    private final JobStore jobs;
    private final PipelineStore pipelines;
    private final ReportStore reports;
    private final JobFlow flow;

    StoredJobs(Database database, JobStore jobs, PipelineStore pipelines, ReportStore reports, JobFlow flow) {
        this.database = database;
        this.jobs = jobs;
        this.pipelines = pipelines;
        this.reports = reports;
        this.flow = flow;
    }

    @Override
    public Optional<JobFacts> facts(long jobId) {
        return database.read(sql -> facts(sql, jobId));
    }

    @Override
    public Optional<JobFacts> facts(DSLContext sql, long jobId) {
        return jobs.find(sql, jobId)
                .flatMap(job -> pipelines.find(sql, job.pipelineId()).map(pipeline -> facts(sql, job, pipeline)));
    }

    @Override
    public Optional<JobEnvironment> environment(DSLContext sql, long jobId) {
        return jobs.find(sql, jobId)
                .flatMap(job -> Optional.ofNullable(jobs.plan(sql, job.id()).environment()));
    }

    @Override
    public Optional<Long> startBeside(Tx tx, long ofJob, String name, UserId user) {
        Optional<JobRecord> beside = jobs.find(tx.sql(), ofJob)
                .flatMap(job -> jobs.latest(tx.sql(), job.pipelineId()).stream()
                        .filter(other -> other.name().equals(name))
                        .findFirst());
        if (beside.isEmpty()) {
            return Optional.empty();
        }
        JobRecord job = beside.get();
        if (JobFlow.retryable(job)) {
            return flow.retry(tx, job.id(), user.value()).map(JobRecord::id);
        }
        boolean waits = job.status() == JobStatus.MANUAL || job.status() == JobStatus.SCHEDULED;
        return waits && flow.play(tx, job.id(), user.value()) ? Optional.of(job.id()) : Optional.empty();
    }

    @Override
    public void cancel(Tx tx, long jobId) {
        flow.cancel(tx, jobId, true);
    }

    @Override
    public Optional<Actor.Job> verify(String token) {
        return database.read(sql -> jobs.ofToken(sql, Tokens.hash(token)))
                .filter(job -> job.status().isActive())
                .map(job -> new Actor.Job(job.id(), job.projectId(), new UserId(job.userId())));
    }

    private JobFacts facts(DSLContext sql, JobRecord job, PipelineRecord pipeline) {
        PlannedJob plan = jobs.plan(sql, job.id());
        JobEnvironment environment = plan.environment();
        return new JobFacts(
                job.id(),
                job.projectId(),
                job.pipelineId(),
                job.name(),
                job.stage(),
                pipeline.ref(),
                pipeline.tag(),
                pipeline.sha(),
                pipeline.refProtected(),
                job.environment(),
                environment == null ? null : url(sql, environment.url(), job, plan),
                environment == null ? null : environment.tier(),
                job.environmentAction(),
                new UserId(job.userId()),
                job.status());
    }

    /** With the variables that are known; what only a script sets stays as written. */
    private @Nullable String url(DSLContext sql, @Nullable String written, JobRecord job, PlannedJob plan) {
        if (written == null) {
            return null;
        }
        Map<String, String> values = new HashMap<>();
        List<Variable> known = JobVariables.resolve(List.of(
                pipelines.predefined(sql, job.pipelineId()),
                plan.predefined(),
                plan.variables(),
                reports.dotenv(sql, List.of(job.id()))));
        known.forEach(variable -> values.put(variable.key(), variable.value()));
        return VariableExpander.expandKnown(written, values::get);
    }
}
