package dev.tandem.server.build.downstream;

import dev.tandem.pipeline.plan.PlannedJob;
import dev.tandem.pipeline.rule.JobVariables;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.JobStore;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.PipelineStore;
import dev.tandem.server.build.store.ReportStore;
import dev.tandem.server.build.variables.PredefinedVariables;
import dev.tandem.server.build.variables.ProjectVariables;
import dev.tandem.server.build.variables.SealedVariables;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.Projects;
import dev.tandem.server.platform.Database;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.springframework.stereotype.Component;

/** Reads a trigger job with everything that decides about its downstream pipeline. */
@Component
final class BridgeReader {
    private final Database database;
    private final Projects projects;
    private final PipelineStore pipelines;
    private final JobStore jobs;
    private final ReportStore reports;
    private final PredefinedVariables predefined;
    private final ProjectVariables settings;
    private final SealedVariables sealed;

    BridgeReader(
            Database database,
            Projects projects,
            PipelineStore pipelines,
            JobStore jobs,
            ReportStore reports,
            PredefinedVariables predefined,
            ProjectVariables settings,
            SealedVariables sealed) {
        this.database = database;
        this.projects = projects;
        this.pipelines = pipelines;
        this.jobs = jobs;
        this.reports = reports;
        this.predefined = predefined;
        this.settings = settings;
        this.sealed = sealed;
    }

    /** Empty when it is gone or not waiting for its pipeline. */
    Optional<Bridge> read(long jobId) {
        Optional<JobRecord> job =
                database.read(sql -> jobs.find(sql, jobId)).filter(found -> found.status() == JobStatus.PENDING);
        Optional<Project> project = job.flatMap(found -> projects.find(found.projectId()));
        return project.map(found -> database.read(sql -> bridge(sql, found, job.orElseThrow())));
    }

    private Bridge bridge(DSLContext sql, Project project, JobRecord job) {
        PipelineRecord pipeline = pipelines.find(sql, job.pipelineId()).orElseThrow();
        PlannedJob plan = jobs.plan(sql, job.id());
        List<Variable> given =
                pipelines.sealedVariables(sql, pipeline.id()).map(sealed::open).orElse(List.of());
        return new Bridge(
                project,
                pipeline,
                job,
                plan,
                values(sql, project, pipeline, job, plan, given),
                given,
                pipelines.upstreams(sql, pipeline));
    }

    private Map<String, String> values(
            DSLContext sql,
            Project project,
            PipelineRecord pipeline,
            JobRecord job,
            PlannedJob plan,
            List<Variable> given) {
        List<Long> sources = jobs.latest(sql, pipeline.id()).stream()
                .filter(source -> plan.artifactsFrom().contains(source.name()))
                .map(JobRecord::id)
                .toList();
        List<Variable> ofProject = settings.of(sql, project.id(), pipeline.refProtected()).stream()
                .filter(variable -> ProjectVariables.covers(variable.environmentScope(), job.environment()))
                .toList();
        Map<String, String> values = new HashMap<>();
        JobVariables.resolve(List.of(
                        pipelines.predefined(sql, pipeline.id()),
                        predefined.ofPipeline(pipeline, project.fullPath()),
                        plan.predefined(),
                        plan.variables(),
                        reports.dotenv(sql, sources),
                        ofProject,
                        given))
                .forEach(variable -> values.put(variable.key(), variable.value()));
        return values;
    }
}
