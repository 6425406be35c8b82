package dev.tandem.server.deliver;

import dev.tandem.pipeline.plan.Durations;
import dev.tandem.pipeline.plan.JobEnvironment;
import dev.tandem.server.build.JobFacts;
import dev.tandem.server.build.Jobs;
import dev.tandem.server.build.RunRights;
import dev.tandem.server.code.RefUpdated;
import dev.tandem.server.deliver.RolloutAnswer.Why;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.identity.ProjectDirectory;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.TokenScope;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.DurableTask;
import dev.tandem.server.platform.Tx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Stops environments: by their {@code on_stop} job where the last deployment names one, else at once. On wish, when
 * {@code auto_stop_in} is over, or when their branch is deleted. Safe for use by many threads.
 */
@Component
public final class EnvironmentStops {
    private static final Logger LOG = LoggerFactory.getLogger(EnvironmentStops.class);
    /** While something is being rolled out there, an automatic stop waits. */
    private static final Duration LATER = Duration.ofMinutes(5);

    private final Database database;
    private final Environments environments;
    private final Jobs jobs;
    private final RunRights rights;
    private final ProjectDirectory projects;
    private final Users users;
    private final RolloutTimes times;
    private final DeliverBells bells;
    private final Audit audit;
    private final Clock clock;
    private final DurableTask<AutoStop> autoStop;

    EnvironmentStops(
            Database database,
            Environments environments,
            Jobs jobs,
            RunRights rights,
            ProjectDirectory projects,
            Users users,
            RolloutTimes times,
            DeliverBells bells,
            Audit audit,
            Clock clock,
            DurableTask<AutoStop> autoStop) {
        this.database = database;
        this.environments = environments;
        this.jobs = jobs;
        this.rights = rights;
        this.projects = projects;
        this.users = users;
        this.times = times;
        this.bells = bells;
        this.audit = audit;
        this.clock = clock;
        this.autoStop = autoStop;
    }

    /** What stops an environment. */
    private record Stopper(JobFacts deployer, String onStop) {}

    /**
     * Stops an environment, or starts the job that does.
     *
     * @param actor may deploy to the project; checked by who calls
     */
    public StopAnswer stop(ProjectFacts project, Actor actor, Environment environment) {
        Stopper stopper = database.read(sql -> lastDeployer(sql, environment.id())
                .flatMap(job -> jobs.environment(sql, job.jobId())
                        .map(JobEnvironment::onStop)
                        .map(name -> new Stopper(job, name)))
                .orElse(null));
        if (stopper != null
                && !rights.mayRun(
                        actor,
                        project,
                        stopper.deployer().ref(),
                        stopper.deployer().tag())) {
            return new StopAnswer.Refused(
                    Why.FORBIDDEN,
                    "Its job \"" + stopper.onStop() + "\" runs on a protected branch; only who may push or merge there"
                            + " may start it.");
        }
        return database.write(tx -> stop(tx, project, actor, environment.id(), stopper));
    }

    private StopAnswer stop(Tx tx, ProjectFacts project, Actor actor, long environmentId, @Nullable Stopper stopper) {
        Environment environment =
                new EnvironmentStore(tx.sql()).find(environmentId).orElse(null);
        if (environment == null || environment.state() == Environment.State.STOPPED) {
            return new StopAnswer.Stopped();
        }
        if (!new RolloutStore(tx.sql(), times).open(environmentId).isEmpty()) {
            return new StopAnswer.Refused(
                    Why.CONFLICT,
                    "A rollout to " + environment.name() + " is under way. Cancel it first, or wait for its end.");
        }
        audit.record(tx, actor, "environment.stop", project.fullPath(), environment.name());
        if (stopper != null && actor.userId().isPresent()) {
            Optional<Long> begun = jobs.startBeside(
                    tx,
                    stopper.deployer().jobId(),
                    stopper.onStop(),
                    actor.userId().get());
            if (begun.isPresent()) {
                new EnvironmentStore(tx.sql()).autoStop(environmentId, null);
                return new StopAnswer.Begun(begun.get());
            }
        }
        environments.stop(tx, environment);
        tx.afterCommit(bells.desired()::ring);
        return new StopAnswer.Stopped();
    }

    private Optional<JobFacts> lastDeployer(org.jooq.DSLContext sql, long environmentId) {
        return new DeploymentStore(sql)
                .successesBefore(environmentId, Instant.ofEpochMilli(Long.MAX_VALUE), 1).stream()
                        .flatMap(deployment -> Optional.ofNullable(deployment.jobId()).stream())
                        .findFirst()
                        .flatMap(jobId -> jobs.facts(sql, jobId));
    }

    /** @param in a duration in GitLab's words, or {@code never} */
    void autoStop(Tx tx, Environment environment, String in) {
        if (in.equals("never")) {
            new EnvironmentStore(tx.sql()).autoStop(environment.id(), null);
            return;
        }
        Durations.parse(in)
                .ifPresent(length ->
                        autoStopAt(tx, environment.id(), clock.instant().plus(length)));
    }

    private void autoStopAt(Tx tx, long environmentId, Instant at) {
        Instant exact = Instant.ofEpochMilli(at.toEpochMilli());
        new EnvironmentStore(tx.sql()).autoStop(environmentId, exact);
        tx.schedule(autoStop, environmentId + "-" + exact.toEpochMilli(), new AutoStop(environmentId, exact), exact);
    }

    /** Its time came; nothing when the environment was used again since, or is stopped. */
    void due(AutoStop due) {
        Environment environment = environments.find(due.environmentId()).orElse(null);
        Optional<Instant> now = environments.autoStop(due.environmentId()).filter(due.at()::equals);
        if (environment == null || now.isEmpty()) {
            return;
        }
        StopAnswer answer = stopByItself(environment);
        if (answer instanceof StopAnswer.Refused refused && refused.why() == Why.CONFLICT) {
            database.write(tx -> {
                autoStopAt(tx, environment.id(), clock.instant().plus(LATER));
                return true;
            });
        }
    }

    void branchDeleted(RefUpdated event) {
        if (!event.after().equals(RefUpdated.ZERO) || !event.ref().startsWith("refs/heads/")) {
            return;
        }
        String branch = event.ref().substring("refs/heads/".length());
        EnvironmentFilter available = new EnvironmentFilter(null, null, Environment.State.AVAILABLE);
        environments.list(event.projectId(), available, 0, Environments.MOST).stream()
                .filter(environment -> database.read(sql -> lastDeployer(sql, environment.id())
                        .filter(job -> !job.tag() && job.ref().equals(branch))
                        .flatMap(job -> jobs.environment(sql, job.jobId()))
                        .map(JobEnvironment::onStop)
                        .isPresent()))
                .forEach(this::stopByItself);
    }

    /** In the name of who deployed last, as far as that person still may. */
    private StopAnswer stopByItself(Environment environment) {
        ProjectFacts project =
                projects.find(Long.toString(environment.projectId())).orElse(null);
        User user = database.read(sql -> new DeploymentStore(sql)
                                .successesBefore(environment.id(), Instant.ofEpochMilli(Long.MAX_VALUE), 1).stream()
                                        .findFirst()
                                        .map(Deployment::user)
                                        .orElse(null))
                        instanceof dev.tandem.server.identity.UserId id
                ? users.find(id).orElse(null)
                : null;
        if (project == null || user == null) {
            return new StopAnswer.Refused(Why.MISSING, "Nobody is left in whose name it could stop.");
        }
        StopAnswer answer = stop(project, new Actor.Person(user, TokenScope.all()), environment);
        if (answer instanceof StopAnswer.Refused refused) {
            LOG.warn("environment {} of {} did not stop: {}", environment.name(), project.fullPath(), refused.reason());
        }
        return answer;
    }
}
