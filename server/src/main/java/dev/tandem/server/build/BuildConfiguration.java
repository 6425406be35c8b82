package dev.tandem.server.build;

import dev.tandem.server.build.artifacts.ArchiveView;
import dev.tandem.server.build.artifacts.JobArtifacts;
import dev.tandem.server.build.compile.Configurations;
import dev.tandem.server.build.downstream.Downstreams;
import dev.tandem.server.build.logs.JobCoverage;
import dev.tandem.server.build.logs.JobLogs;
import dev.tandem.server.build.logs.LogWatchers;
import dev.tandem.server.build.schedule.Announcements;
import dev.tandem.server.build.schedule.BridgeTasks;
import dev.tandem.server.build.schedule.JobFlow;
import dev.tandem.server.build.schedule.JobLimits;
import dev.tandem.server.build.schedule.PipelineCreation;
import dev.tandem.server.build.schedule.WaitingJobs;
import dev.tandem.server.build.sites.Sites;
import dev.tandem.server.build.store.ArtifactStore;
import dev.tandem.server.build.store.CommitStatusStore;
import dev.tandem.server.build.store.JobLimitStore;
import dev.tandem.server.build.store.JobStore;
import dev.tandem.server.build.store.PipelineStore;
import dev.tandem.server.build.store.ReportStore;
import dev.tandem.server.build.store.ResourceGroupStore;
import dev.tandem.server.build.store.RunnerStore;
import dev.tandem.server.build.store.SigningKeyStore;
import dev.tandem.server.build.store.SiteStore;
import dev.tandem.server.build.store.VariableStore;
import dev.tandem.server.build.variables.PredefinedVariables;
import dev.tandem.server.build.variables.ProjectVariables;
import dev.tandem.server.build.variables.SealedVariables;
import dev.tandem.server.build.variables.VariableEdits;
import dev.tandem.server.code.ProjectLeftovers;
import dev.tandem.server.code.ProjectMarked;
import dev.tandem.server.code.Projects;
import dev.tandem.server.code.ProtectedBranches;
import dev.tandem.server.code.RefUpdated;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.identity.Namespaces;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.DurableTask;
import dev.tandem.server.platform.EventListener;
import dev.tandem.server.platform.Live;
import dev.tandem.server.platform.ObjectStore;
import dev.tandem.server.platform.RecurringTask;
import dev.tandem.server.platform.SecretBox;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.Settings;
import java.time.Clock;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the parts of build together. */
@Configuration(proxyBeanMethods = false)
class BuildConfiguration {
    private static final Duration EXPIRY_CHECK = Duration.ofMinutes(10);

    @Bean
    PipelineStore pipelineStore() {
        return new PipelineStore();
    }

    @Bean
    JobStore jobStore() {
        return new JobStore();
    }

    @Bean
    CommitStatusStore commitStatusStore() {
        return new CommitStatusStore();
    }

    @Bean
    ResourceGroupStore resourceGroupStore() {
        return new ResourceGroupStore();
    }

    @Bean
    SigningKeyStore signingKeyStore() {
        return new SigningKeyStore();
    }

    @Bean
    RunnerStore runnerStore() {
        return new RunnerStore();
    }

    @Bean
    ArtifactStore artifactStore() {
        return new ArtifactStore();
    }

    @Bean
    ReportStore reportStore() {
        return new ReportStore();
    }

    @Bean
    PredefinedVariables predefinedVariables(ServerUrls urls, Namespaces namespaces) {
        return new PredefinedVariables(urls, namespaces);
    }

    @Bean
    ProjectVariables projectVariables(SecretBox box) {
        return new ProjectVariables(new VariableStore(), box);
    }

    @Bean
    VariableEdits variableEdits(Database database, ProjectVariables variables, Audit audit, Clock clock) {
        return new VariableEdits(database, variables, audit, clock);
    }

    @Bean
    SealedVariables sealedVariables(SecretBox box) {
        return new SealedVariables(box);
    }

    @Bean
    JobLogs jobLogs(Settings settings, ObjectStore objects) {
        return new JobLogs(settings.data().resolve("logs"), objects);
    }

    @Bean
    LogWatchers logWatchers(Clock clock) {
        return new LogWatchers(clock);
    }

    @Bean
    JobArtifacts jobArtifacts(
            Database database,
            ArtifactStore store,
            ReportStore reports,
            ObjectStore objects,
            Settings settings,
            DurableTask<JobArtifacts.Expiry> expireArtifact,
            Clock clock) {
        return new JobArtifacts(database, store, reports, objects, settings, expireArtifact, clock);
    }

    @Bean
    DurableTask<JobFlow.Timed> delayedJob(Database database, ObjectProvider<JobFlow> flow) {
        return new DurableTask<>(
                "build.start-delayed-job",
                JobFlow.Timed.class,
                timed -> database.write(tx -> {
                    flow.getObject().fire(tx, timed.jobId());
                    return timed;
                }));
    }

    @Bean
    DurableTask<JobFlow.Freed> freedResource(Database database, ObjectProvider<JobFlow> flow) {
        return new DurableTask<>(
                "build.grant-resource",
                JobFlow.Freed.class,
                freed -> database.write(tx -> {
                    flow.getObject().grant(tx, freed);
                    return freed;
                }));
    }

    @Bean
    JobCoverage jobCoverage(Database database, JobStore jobs, ReportStore reports, JobLogs logs, Live live) {
        return new JobCoverage(database, jobs, reports, logs, live);
    }

    @Bean
    DurableTask<JobArtifacts.Expiry> expireArtifact(ObjectProvider<JobArtifacts> artifacts) {
        return new DurableTask<>(
                "build.expire-artifact",
                JobArtifacts.Expiry.class,
                expiry -> artifacts.getObject().expire(expiry));
    }

    @Bean
    DurableTask<LiveAnnouncements.LogOfJob> archiveLog(
            Database database, JobStore jobs, JobLogs logs, JobCoverage coverage, ObjectProvider<Sites> sites) {
        return new DurableTask<>("build.archive-log", LiveAnnouncements.LogOfJob.class, log -> {
            coverage.measure(log.jobId());
            sites.getObject().publish(log.jobId());
            long bytes = logs.archive(log.jobId());
            database.write(tx -> {
                jobs.logArchived(tx.sql(), log.jobId(), bytes);
                return log;
            });
            logs.forget(log.jobId());
        });
    }

    @Bean
    DurableTask<Sites.Expiry> expireSite(ObjectProvider<Sites> sites) {
        return new DurableTask<>(
                "build.expire-site",
                Sites.Expiry.class,
                expiry -> sites.getObject().expire(expiry));
    }

    @Bean
    DurableTask<Sites.Leftovers> removeSiteFiles(ObjectProvider<Sites> sites) {
        return new DurableTask<>(
                "build.remove-site-files",
                Sites.Leftovers.class,
                leftovers -> sites.getObject().remove(leftovers));
    }

    @Bean
    Sites sites(
            Database database,
            JobStore jobs,
            JobArtifacts artifacts,
            ArchiveView archives,
            ObjectStore objects,
            Settings settings,
            DurableTask<Sites.Expiry> expireSite,
            DurableTask<Sites.Leftovers> removeSiteFiles,
            Clock clock) {
        return new Sites(
                database,
                new SiteStore(),
                jobs,
                artifacts,
                archives,
                objects,
                settings,
                expireSite,
                removeSiteFiles,
                clock);
    }

    @Bean
    DurableTask<DeletedJobs.Batch> removeDeletedJobs(JobLogs logs, ObjectStore objects) {
        return new DurableTask<>(
                "build.remove-deleted-jobs", DeletedJobs.Batch.class, batch -> batch.remove(logs, objects));
    }

    @Bean
    ProjectLeftovers deletedJobs(DurableTask<DeletedJobs.Batch> task, Clock clock) {
        return new DeletedJobs(task, clock);
    }

    @Bean
    DurableTask<BridgeTasks.Turn> triggerDownstream(ObjectProvider<Downstreams> downstreams) {
        return new DurableTask<>(
                "build.trigger-downstream",
                BridgeTasks.Turn.class,
                turn -> downstreams.getObject().start(turn.jobId()));
    }

    @Bean
    DurableTask<BridgeTasks.Changed> followDownstream(Database database, ObjectProvider<JobFlow> flow) {
        return new DurableTask<>(
                "build.follow-downstream",
                BridgeTasks.Changed.class,
                changed -> database.write(tx -> {
                    flow.getObject().follow(tx, changed.jobId());
                    return changed;
                }));
    }

    @Bean
    DurableTask<BridgeTasks.Ended> endDownstream(Database database, ObjectProvider<JobFlow> flow) {
        return new DurableTask<>(
                "build.end-downstream",
                BridgeTasks.Ended.class,
                ended -> database.write(tx -> {
                    flow.getObject().endDownstream(tx, ended);
                    return ended;
                }));
    }

    @Bean
    BridgeTasks bridgeTasks(
            DurableTask<BridgeTasks.Turn> turn,
            DurableTask<BridgeTasks.Changed> change,
            DurableTask<BridgeTasks.Ended> end) {
        return new BridgeTasks(turn, change, end);
    }

    @Bean
    JobFlow jobFlow(
            PipelineStore pipelines,
            JobStore jobs,
            ResourceGroupStore groups,
            CommitStatusStore outside,
            Clock clock,
            WaitingJobs queue,
            Announcements live,
            ObjectProvider<RolloutGuard> guards,
            DurableTask<JobFlow.Timed> delayedJob,
            DurableTask<JobFlow.Freed> freedResource,
            BridgeTasks bridgeTasks) {
        RolloutGuard any = (sql, jobId) -> guards.stream().anyMatch(guard -> guard.startedRollout(sql, jobId));
        return new JobFlow(
                pipelines, jobs, groups, outside, clock, queue, live, any, delayedJob, freedResource, bridgeTasks);
    }

    @Bean
    JobLimits jobLimits(
            Database database,
            JobStore jobs,
            PipelineStore pipelines,
            WaitingJobs queue,
            Audit audit,
            Settings settings,
            Clock clock) {
        return new JobLimits(database, new JobLimitStore(), jobs, pipelines, queue, audit, settings, clock);
    }

    @Bean
    PipelineCreation pipelineCreation(
            Database database,
            Projects projects,
            Repositories repositories,
            ProtectedBranches protectedBranches,
            Users users,
            PipelineStore pipelines,
            JobStore jobs,
            ResourceGroupStore groups,
            JobFlow flow,
            Configurations configurations,
            SealedVariables sealed,
            Clock clock) {
        return new PipelineCreation(
                database,
                projects,
                repositories,
                protectedBranches,
                users,
                pipelines,
                jobs,
                groups,
                flow,
                configurations,
                sealed,
                clock);
    }

    /** Nothing of it runs on; what it was to do is not lost but told as canceled. */
    @Bean
    EventListener<ProjectMarked> projectMarked(Database database, PipelineStore pipelines, JobFlow flow) {
        return new EventListener<>(
                "build.project-marked",
                ProjectMarked.class,
                (id, event) -> database.write(tx -> {
                    pipelines
                            .unfinishedOf(tx.sql(), event.projectId())
                            .forEach(pipeline -> flow.cancelPipeline(tx, pipeline, true));
                    return 0;
                }));
    }

    @Bean
    EventListener<RefUpdated> pipelineOfPush(PipelineCreation creation) {
        return new EventListener<>(
                "build.pipeline-of-push", RefUpdated.class, (eventId, push) -> creation.ofPush(push));
    }

    @Bean
    RecurringTask expiredArtifacts(JobArtifacts artifacts) {
        return new RecurringTask("build.remove-expired-artifacts", EXPIRY_CHECK, artifacts::removeExpired);
    }
}
