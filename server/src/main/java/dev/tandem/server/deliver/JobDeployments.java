package dev.tandem.server.deliver;

import dev.tandem.pipeline.plan.JobEnvironment;
import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.build.JobFacts;
import dev.tandem.server.build.JobFinished;
import dev.tandem.server.build.JobStarted;
import dev.tandem.server.build.Jobs;
import dev.tandem.server.deliver.rollout.Told;
import dev.tandem.server.identity.ProjectDirectory;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Tx;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Every job with {@code environment:} is a deployment on record, whether it rolls anything out or not. Events may come
 * twice and in any order; what is recorded is the same.
 */
@Component
final class JobDeployments {
    private final Database database;
    private final Jobs jobs;
    private final ProjectDirectory projects;
    private final Environments environments;
    private final Rollouts rollouts;
    private final RolloutTimes times;
    private final DeliverBells bells;
    private final Clock clock;
    private final EnvironmentStops stops;

    JobDeployments(
            Database database,
            Jobs jobs,
            ProjectDirectory projects,
            Environments environments,
            Rollouts rollouts,
            RolloutTimes times,
            DeliverBells bells,
            Clock clock,
            EnvironmentStops stops) {
        this.database = database;
        this.jobs = jobs;
        this.projects = projects;
        this.environments = environments;
        this.rollouts = rollouts;
        this.times = times;
        this.bells = bells;
        this.clock = clock;
        this.stops = stops;
    }

    void started(JobStarted event) {
        if (event.environment() != null) {
            withProject(
                    event.projectId(),
                    event.jobId(),
                    (project, job) -> database.write(tx -> {
                        record(tx, project, job, clock.instant());
                        return true;
                    }));
        }
    }

    void finished(JobFinished event) {
        if (event.environment() == null) {
            return;
        }
        if (event.canceledByUser()) {
            rollouts.jobCanceled(event.jobId());
        }
        withProject(
                event.projectId(),
                event.jobId(),
                (project, job) -> database.write(tx -> {
                    Instant now = clock.instant();
                    record(tx, project, job, now);
                    end(tx, job, event, now);
                    return true;
                }));
    }

    private interface Work {
        void with(ProjectFacts project, JobFacts job);
    }

    private void withProject(long projectId, long jobId, Work work) {
        Optional<ProjectFacts> project = projects.find(Long.toString(projectId));
        Optional<JobFacts> job = jobs.facts(jobId);
        if (project.isPresent() && job.isPresent()) {
            work.with(project.get(), job.get());
        }
    }

    private void record(Tx tx, ProjectFacts project, JobFacts job, Instant now) {
        String name = job.environment();
        if (name == null || EnvironmentNames.problem(name).isPresent() || !deploys(job)) {
            return;
        }
        DeploymentStore deployments = new DeploymentStore(tx.sql());
        if (!deployments.ofJob(job.jobId()).isEmpty()) {
            return;
        }
        Tier tier = job.environmentTier() == null
                ? null
                : Tier.ofWire(job.environmentTier()).orElse(null);
        Environment environment =
                environments.ensure(tx, project, name, tier, RolloutAdmission.webAddress(job.environmentUrl()));
        Deployment deployment = deployments.insert(
                new DeploymentStore.Fresh(
                        job.projectId(),
                        environment.id(),
                        Deployment.Kind.JOB,
                        DeploymentStatus.RUNNING,
                        job.ref(),
                        job.sha(),
                        job.pipelineId(),
                        job.jobId(),
                        job.user(),
                        null),
                now);
        new DeploymentNews(tx, times).started(environment, deployment, now);
        tx.afterCommit(() -> changed(deployment));
    }

    /** Without a rollout the job's end is the deployment's; with one, the rollout's is. */
    private void end(Tx tx, JobFacts job, JobFinished event, Instant now) {
        if (event.status() == JobStatus.SUCCESS) {
            succeeded(tx, job);
        }
        if (!deploys(job)) {
            stopped(tx, job, event);
            return;
        }
        DeploymentStore deployments = new DeploymentStore(tx.sql());
        RolloutStore stored = new RolloutStore(tx.sql(), times);
        List<Deployment> without = deployments.ofJob(job.jobId()).stream()
                .filter(deployment -> stored.ofDeployment(deployment.id()).isEmpty())
                .toList();
        for (Deployment deployment : without) {
            DeploymentStatus status = status(event.status());
            if (deployments.move(deployment.id(), status, reason(event), now)) {
                Deployment ended = deployments.find(deployment.id()).orElseThrow();
                new EnvironmentStore(tx.sql())
                        .find(ended.environmentId())
                        .ifPresent(environment -> new DeploymentNews(tx, times).finished(environment, ended, now));
                tx.afterCommit(() -> changed(ended));
            }
        }
    }

    /** Its end knows more of the address than its beginning; and whatever it did, the environment lives on for a while. */
    private void succeeded(Tx tx, JobFacts job) {
        EnvironmentStore store = new EnvironmentStore(tx.sql());
        Environment environment = job.environment() == null
                ? null
                : store.find(job.projectId(), job.environment()).orElse(null);
        if (environment == null || "stop".equals(job.environmentAction())) {
            return;
        }
        String address = RolloutAdmission.webAddress(job.environmentUrl());
        if (deploys(job) && address != null && !address.equals(environment.externalUrl())) {
            store.available(environment.id(), environment.tier(), address, clock.instant());
        }
        jobs.environment(tx.sql(), job.jobId())
                .map(JobEnvironment::autoStopIn)
                .ifPresent(in -> stops.autoStop(tx, environment, in));
    }

    private void stopped(Tx tx, JobFacts job, JobFinished event) {
        boolean stops = "stop".equals(job.environmentAction()) && event.status() == JobStatus.SUCCESS;
        if (stops && job.environment() != null) {
            new EnvironmentStore(tx.sql())
                    .find(job.projectId(), job.environment())
                    .filter(environment -> environment.state() == Environment.State.AVAILABLE)
                    .ifPresent(environment -> {
                        environments.stop(tx, environment);
                        tx.afterCommit(bells.desired()::ring);
                    });
        }
    }

    private static boolean deploys(JobFacts job) {
        return job.environmentAction() == null || job.environmentAction().equals("start");
    }

    private static DeploymentStatus status(JobStatus job) {
        return switch (job) {
            case SUCCESS -> DeploymentStatus.SUCCESS;
            case CANCELED, CANCELING, SKIPPED -> DeploymentStatus.CANCELED;
            case CREATED, WAITING_FOR_RESOURCE, PREPARING, PENDING, RUNNING, FAILED, MANUAL, SCHEDULED ->
                DeploymentStatus.FAILED;
        };
    }

    private static @org.jspecify.annotations.Nullable Told reason(JobFinished event) {
        return switch (event.status()) {
            case SUCCESS -> null;
            case CANCELED -> Told.of("own_job_canceled", "its job was canceled");
            default ->
                event.failureReason() == null
                        ? Told.of("job_failed", "its job failed")
                        : Told.of("job_failed_because", "its job failed ({0})", event.failureReason());
        };
    }

    private void changed(Deployment deployment) {
        bells.deploymentChanged(
                deployment.id(),
                deployment.environmentId(),
                deployment.projectId(),
                deployment.status().wire());
    }
}
