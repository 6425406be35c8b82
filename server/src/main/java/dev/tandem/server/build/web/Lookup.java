package dev.tandem.server.build.web;

import dev.tandem.pipeline.rule.Variable;
import dev.tandem.server.build.store.ArtifactStore;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.JobStore;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.PipelineStore;
import dev.tandem.server.build.store.ReportStore;
import dev.tandem.server.build.store.RunnerRecord;
import dev.tandem.server.build.store.RunnerStore;
import dev.tandem.server.build.store.TestReport;
import dev.tandem.server.build.variables.SealedVariables;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.api.ApiException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Finds what pages and resources show; what belongs to another project does not exist. */
@Component
final class Lookup {
    private final Database database;
    private final PipelineStore pipelines;
    private final JobStore jobs;
    private final RunnerStore runners;
    private final ReportStore reports;
    private final ArtifactStore artifacts;
    private final Users users;
    private final SealedVariables sealed;

    Lookup(
            Database database,
            PipelineStore pipelines,
            JobStore jobs,
            RunnerStore runners,
            ReportStore reports,
            ArtifactStore artifacts,
            Users users,
            SealedVariables sealed) {
        this.database = database;
        this.pipelines = pipelines;
        this.jobs = jobs;
        this.runners = runners;
        this.reports = reports;
        this.artifacts = artifacts;
        this.users = users;
        this.sealed = sealed;
    }

    /** The variables that a pipeline was given, in clear. */
    List<Variable> given(long pipelineId) {
        return database.read(sql -> pipelines.sealedVariables(sql, pipelineId))
                .map(sealed::open)
                .orElse(List.of());
    }

    PipelineRecord pipeline(ProjectFacts project, long id) {
        return database.read(sql -> pipelines.find(sql, id))
                .filter(pipeline -> pipeline.projectId() == project.id())
                .orElseThrow(() -> ApiException.notFound("Pipeline"));
    }

    /** Whatever project it belongs to: the caller asks who may see it. */
    Optional<PipelineRecord> anyPipeline(long id) {
        return database.read(sql -> pipelines.find(sql, id));
    }

    JobRecord job(ProjectFacts project, long id) {
        return database.read(sql -> jobs.find(sql, id))
                .filter(job -> job.projectId() == project.id())
                .orElseThrow(() -> ApiException.notFound("Job"));
    }

    List<PipelineRecord> pipelines(long projectId, PipelineStore.Filter filter, int offset, int limit) {
        return database.read(sql -> pipelines.list(sql, projectId, filter, offset, limit));
    }

    int count(long projectId, PipelineStore.Filter filter) {
        return database.read(sql -> pipelines.count(sql, projectId, filter));
    }

    List<JobRecord> jobs(long pipelineId, boolean retriedToo) {
        return database.read(sql -> retriedToo ? jobs.all(sql, pipelineId) : jobs.latest(sql, pipelineId));
    }

    Map<Long, TestReport> tests(Collection<Long> jobIds) {
        return database.read(sql -> reports.tests(sql, jobIds));
    }

    /** In percent, by job; one that tells none is missing. */
    Map<Long, BigDecimal> coverage(Collection<Long> jobIds) {
        return database.read(sql -> reports.coverage(sql, jobIds));
    }

    /** The middle of what the jobs of a pipeline tell. */
    Optional<BigDecimal> coverage(List<JobRecord> jobs) {
        Collection<BigDecimal> all =
                coverage(jobs.stream().map(JobRecord::id).toList()).values();
        return all.stream()
                .reduce(BigDecimal::add)
                .map(sum -> sum.divide(BigDecimal.valueOf(all.size()), 2, RoundingMode.HALF_UP));
    }

    List<dev.tandem.server.build.store.ArtifactRecord> artifacts(Collection<Long> jobIds) {
        return database.read(sql -> artifacts.ofJobs(sql, jobIds));
    }

    Optional<RunnerRecord> runner(JobRecord job) {
        Long id = job.runnerId();
        return id == null ? Optional.empty() : database.read(sql -> runners.find(sql, id));
    }

    Optional<User> user(long id) {
        return users.find(new UserId(id));
    }

    String username(long id) {
        return user(id).map(User::username).orElse("?");
    }

    /** The job that holds the resource group of this one now. */
    Optional<JobRecord> resourceHolder(JobRecord job) {
        String group = job.resourceGroup();
        return group == null ? Optional.empty() : database.read(sql -> jobs.holder(sql, job.projectId(), group));
    }
}
