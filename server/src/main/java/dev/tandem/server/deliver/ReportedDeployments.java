package dev.tandem.server.deliver;

import dev.tandem.server.build.Jobs;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.deliver.rollout.Told;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Tx;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Deployments that another system carries out and tells of. Safe for use by many threads. */
@Component
public final class ReportedDeployments {
    private final Database database;
    private final Environments environments;
    private final Repositories repositories;
    private final Jobs jobs;
    private final RolloutTimes times;
    private final DeliverBells bells;
    private final Audit audit;
    private final Clock clock;

    ReportedDeployments(
            Database database,
            Environments environments,
            Repositories repositories,
            Jobs jobs,
            RolloutTimes times,
            DeliverBells bells,
            Audit audit,
            Clock clock) {
        this.database = database;
        this.environments = environments;
        this.repositories = repositories;
        this.jobs = jobs;
        this.times = times;
        this.bells = bells;
        this.audit = audit;
        this.clock = clock;
    }

    /** What became of a report. */
    public sealed interface Answer {
        record Recorded(Deployment deployment) implements Answer {}

        /** @param field which parameter is wrong; null when it is none of them */
        record Refused(RolloutAnswer.Why why, @Nullable String field, String problem) implements Answer {}
    }

    /** @param sha a commit of the project; @param ref branch or tag */
    public record Report(String environment, String sha, String ref, DeploymentStatus status) {}

    /** @param actor may deploy to the project; checked by who calls */
    public Answer create(ProjectFacts project, Actor actor, Report report) {
        Optional<String> problem = EnvironmentNames.problem(report.environment());
        if (problem.isPresent()) {
            return invalid("environment", problem.get());
        }
        String sha = repositories.resolve(project.id(), report.sha()).orElse(null);
        if (sha == null) {
            return invalid("sha", "is no commit of this project");
        }
        if (actor instanceof Actor.Job job
                && jobs.facts(job.jobId())
                        .filter(facts -> report.environment().equals(facts.environment()))
                        .isEmpty()) {
            return new Answer.Refused(
                    RolloutAnswer.Why.FORBIDDEN, null, "A job deploys only to the environment that it declares.");
        }
        return actor.userId().isEmpty()
                ? new Answer.Refused(RolloutAnswer.Why.FORBIDDEN, null, "Sign in to deploy.")
                : new Answer.Recorded(database.write(tx -> create(tx, project, actor, report, sha)));
    }

    private Deployment create(Tx tx, ProjectFacts project, Actor actor, Report report, String sha) {
        Instant now = clock.instant();
        Environment environment = environments.ensure(tx, project, report.environment(), null, null);
        DeploymentStore deployments = new DeploymentStore(tx.sql());
        Deployment deployment = deployments.insert(
                new DeploymentStore.Fresh(
                        project.id(),
                        environment.id(),
                        Deployment.Kind.REPORTED,
                        DeploymentStatus.CREATED,
                        report.ref(),
                        sha,
                        null,
                        null,
                        actor.userId().orElseThrow(),
                        null),
                now);
        audit.record(tx, actor, "deployment.report", project.fullPath(), environment.name() + ", commit " + sha);
        move(tx, environment, deployment, report.status(), now);
        return deployments.find(deployment.id()).orElseThrow();
    }

    /** Says how it goes on; jobs and rollouts tell of their own deployments themselves. */
    public Answer update(ProjectFacts project, Actor actor, Deployment deployment, DeploymentStatus status) {
        if (deployment.kind() != Deployment.Kind.REPORTED) {
            return new Answer.Refused(
                    RolloutAnswer.Why.FORBIDDEN,
                    null,
                    "This deployment follows its job or rollout; nobody else moves it.");
        }
        return database.write(tx -> {
            DeploymentStore deployments = new DeploymentStore(tx.sql());
            Environment environment = new EnvironmentStore(tx.sql())
                    .find(deployment.environmentId())
                    .orElseThrow();
            Deployment before = deployments.find(deployment.id()).orElseThrow();
            if (before.status() != status && !move(tx, environment, before, status, clock.instant())) {
                return invalid(
                        "status",
                        "cannot become " + status.wire() + " from "
                                + before.status().wire());
            }
            audit.record(
                    tx,
                    actor,
                    "deployment.report",
                    project.fullPath(),
                    environment.name() + ", deployment " + deployment.id() + " is " + status.wire());
            return new Answer.Recorded(deployments.find(deployment.id()).orElseThrow());
        });
    }

    private boolean move(Tx tx, Environment environment, Deployment deployment, DeploymentStatus status, Instant now) {
        DeploymentStore deployments = new DeploymentStore(tx.sql());
        if (status == DeploymentStatus.CREATED || !deployments.move(deployment.id(), status, why(status), now)) {
            return false;
        }
        Deployment after = deployments.find(deployment.id()).orElseThrow();
        DeploymentNews news = new DeploymentNews(tx, times);
        if (deployment.status() == DeploymentStatus.CREATED) {
            news.started(environment, after, now);
        }
        if (status.isTerminal()) {
            news.finished(environment, after, now);
        }
        tx.afterCommit(() -> bells.deploymentChanged(after.id(), environment.id(), after.projectId(), status.wire()));
        return true;
    }

    private static @Nullable Told why(DeploymentStatus status) {
        return switch (status) {
            case FAILED -> Told.of("reported_failed", "reported as failed");
            case CANCELED -> Told.of("reported_canceled", "reported as canceled");
            case CREATED, RUNNING, SUCCESS, BLOCKED -> null;
        };
    }

    private static Answer invalid(String field, String problem) {
        return new Answer.Refused(RolloutAnswer.Why.INVALID, field, problem);
    }
}
