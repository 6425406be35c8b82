package dev.tandem.server.build.runners;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.build.artifacts.OutsideSources;
import dev.tandem.server.build.idtokens.IdTokens;
import dev.tandem.server.build.logs.JobLogs;
import dev.tandem.server.build.schedule.JobFlow;
import dev.tandem.server.build.schedule.JobLimits;
import dev.tandem.server.build.schedule.QueuedJob;
import dev.tandem.server.build.store.ArtifactStore;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.JobStore;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.PipelineStore;
import dev.tandem.server.build.store.ReportStore;
import dev.tandem.server.build.store.RunnerStore;
import dev.tandem.server.build.variables.PredefinedVariables;
import dev.tandem.server.build.variables.ProjectVariables;
import dev.tandem.server.build.variables.SealedVariables;
import dev.tandem.server.code.Projects;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.RecurringTask;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.Settings;
import java.time.Clock;
import java.time.Duration;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the coordinator together. */
@Configuration(proxyBeanMethods = false)
class RunnersConfiguration {
    private static final Duration SWEEP = Duration.ofSeconds(5);

    @Bean
    JobQueue jobQueue() {
        return new JobQueue();
    }

    @Bean
    Handout handout(
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
        return new Handout(
                database,
                projects,
                pipelines,
                jobs,
                artifacts,
                reports,
                outside,
                logs,
                flow,
                queue,
                limits,
                predefined,
                settings,
                sealed,
                idTokens,
                urls,
                clock);
    }

    @Bean
    InstanceRunners instanceRunners(
            Database database, RunnerStore runners, JobStore jobs, JobQueue queue, Audit audit, Clock clock) {
        return new InstanceRunners(database, runners, jobs, queue, audit, clock);
    }

    @Bean
    RunningJobs runningJobs(Database database, JobStore jobs, JobFlow flow, Settings settings, Clock clock) {
        return new RunningJobs(database, jobs, flow, settings, clock);
    }

    @Bean
    RecurringTask sweepRunningJobs(RunningJobs running) {
        return new RecurringTask("build.sweep-running-jobs", SWEEP, running::sweep);
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> watchHeldRequests() {
        return factory -> factory.addEngineValves(new ClientConnection.Watch());
    }

    @Bean
    ApplicationListener<WebServerInitializedEvent> listening(
            Database database, JobStore jobs, PipelineStore pipelines, JobQueue queue) {
        return event -> database.read(sql -> jobs.inStatus(sql, JobStatus.PENDING).stream()
                        .filter(job -> job.claimedUntil() == null && !job.bridge())
                        .map(job -> queued(
                                job, pipelines.find(sql, job.pipelineId()).orElseThrow()))
                        .toList())
                .forEach(queue::offer);
    }

    @Bean
    BuiltInRunner builtInRunner(
            Settings settings,
            Database database,
            RunnerStore runners,
            ServerUrls urls,
            JobQueue queue,
            RunningJobs held,
            Clock clock) {
        return new BuiltInRunner(settings, database, runners, urls, queue, held, clock, System.getenv());
    }

    private static QueuedJob queued(JobRecord job, PipelineRecord pipeline) {
        return new QueuedJob(job.projectId(), job.id(), job.tags(), pipeline.refProtected());
    }
}
