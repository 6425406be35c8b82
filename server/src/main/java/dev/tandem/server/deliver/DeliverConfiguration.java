package dev.tandem.server.deliver;

import dev.tandem.server.build.EnvironmentTiers;
import dev.tandem.server.build.JobFinished;
import dev.tandem.server.build.JobStarted;
import dev.tandem.server.build.RolloutGuard;
import dev.tandem.server.code.ProjectDeleted;
import dev.tandem.server.code.RefUpdated;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.DurableTask;
import dev.tandem.server.platform.EventListener;
import dev.tandem.server.platform.Live;
import dev.tandem.server.platform.RecurringTask;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.web.ProjectSection;
import java.time.Clock;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Puts the parts of deliver together. */
@Configuration(proxyBeanMethods = false)
class DeliverConfiguration {
    /** Reports and timers move rollouts; this only finds what a crash or a lost race left behind. */
    private static final Duration SWEEP = Duration.ofSeconds(5);

    @Bean
    RolloutTimes rolloutTimes() {
        return RolloutTimes.DEFAULT;
    }

    @Bean
    DeliverBells deliverBells(Live live) {
        return new DeliverBells(live);
    }

    @Bean
    AgentReports agentReports(Database database, JsonMapper json, Clock clock) {
        return new AgentReports(database, json, clock);
    }

    @Bean
    Evidence evidence(
            Database database,
            AgentReports reports,
            Signals signals,
            RolloutTimes times,
            JsonMapper json,
            Clock clock) {
        return new Evidence(database, reports, signals, times, json, clock);
    }

    @Bean
    RolloutExecutor rolloutExecutor(
            Database database,
            AgentReports reports,
            RolloutTimes times,
            Clock clock,
            DeliverBells bells,
            RolloutExecutor.Judging judging) {
        return new RolloutExecutor(database, reports, times, clock, bells, judging);
    }

    @Bean
    RecurringTask resumeRollouts(RolloutExecutor executor) {
        return new RecurringTask("deliver.resume-rollouts", SWEEP, executor::resume);
    }

    @Bean
    RecurringTask removeAbandonedBundles(ReleaseBundles bundles) {
        return new RecurringTask("deliver.remove-abandoned-bundles", Duration.ofHours(1), bundles::removeAbandoned);
    }

    @Bean
    RecurringTask expireBundles(ReleaseBundles bundles) {
        return new RecurringTask("deliver.expire-bundles", Duration.ofHours(1), bundles::expire);
    }

    @Bean
    EventListener<ProjectDeleted> removeBundles(ReleaseBundles bundles) {
        return new EventListener<>(
                "deliver.remove-bundles",
                ProjectDeleted.class,
                (id, event) -> bundles.removeOfProject(event.projectId()));
    }

    @Bean
    DurableTask<AutoStop> autoStop(ObjectProvider<EnvironmentStops> stops) {
        // Whoever schedules it is also who carries it out.
        return new DurableTask<>(
                "deliver.auto-stop", AutoStop.class, due -> stops.getObject().due(due));
    }

    /** A branch that is gone takes the environments with it that say how they end. */
    @Bean
    EventListener<RefUpdated> branchDeleted(EnvironmentStops stops) {
        return new EventListener<>(
                "deliver.branch-deleted", RefUpdated.class, (id, event) -> stops.branchDeleted(event));
    }

    @Bean
    EventListener<JobStarted> jobStarted(JobDeployments deployments) {
        return new EventListener<>(
                "deliver.job-started",
                JobStarted.class,
                event -> event.environment() != null,
                (id, event) -> deployments.started(event));
    }

    @Bean
    EventListener<JobFinished> jobFinished(JobDeployments deployments) {
        return new EventListener<>(
                "deliver.job-finished",
                JobFinished.class,
                event -> event.environment() != null,
                (id, event) -> deployments.finished(event));
    }

    /** Its environments went with it; the agents must hear of it. */
    @Bean
    EventListener<ProjectDeleted> projectDeleted(Agents agents) {
        return new EventListener<>("deliver.project-deleted", ProjectDeleted.class, (id, event) -> agents.changed());
    }

    /** A newer pipeline must not cut off a job whose rollout is under way. */
    @Bean
    RolloutGuard rolloutGuard(RolloutTimes times) {
        return (sql, jobId) -> !new RolloutStore(sql, times).openOfJob(jobId).isEmpty();
    }

    @Bean
    EnvironmentTiers environmentTiers(Environments environments) {
        return (projectId, name) -> environments
                .find(projectId, name)
                .map(Environment::tier)
                .orElseGet(() -> Tier.ofName(name))
                .wire();
    }

    @Bean
    ProjectSection environmentsSection() {
        return new ProjectSection(
                "environments",
                "deliver.environments.title",
                "environment",
                "/-/environments",
                300,
                'e',
                Permission.READ_ENVIRONMENT);
    }
}
