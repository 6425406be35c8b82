package dev.tandem.server.deliver;

import dev.tandem.server.deliver.RolloutAnswer.Accepted;
import dev.tandem.server.deliver.RolloutAnswer.Refused;
import dev.tandem.server.deliver.RolloutAnswer.Why;
import dev.tandem.server.deliver.rollout.RolloutDecision.Kind;
import dev.tandem.server.deliver.rollout.RolloutPhase;
import dev.tandem.server.deliver.rollout.Strategy;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Tx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Brings bundles into environments, and back. Safe for use by many threads. */
@Component
public final class Rollouts {
    private final Database database;
    private final Environments environments;
    private final RolloutAdmission admission;
    private final RolloutExecutor executor;
    private final RolloutTimes times;
    private final DeliverBells bells;
    private final Audit audit;
    private final Clock clock;

    Rollouts(
            Database database,
            Environments environments,
            RolloutAdmission admission,
            RolloutExecutor executor,
            RolloutTimes times,
            DeliverBells bells,
            Audit audit,
            Clock clock) {
        this.database = database;
        this.environments = environments;
        this.admission = admission;
        this.executor = executor;
        this.times = times;
        this.bells = bells;
        this.audit = audit;
        this.clock = clock;
    }

    /** Queues a rollout, or goes along with one of the same bundle that is under way in this environment. */
    public RolloutAnswer request(RolloutRequest request) {
        return switch (admission.decide(request)) {
            case RolloutAdmission.Denied denied -> new Refused(denied.why(), denied.reason());
            case RolloutAdmission.Admitted admitted -> begin(request, admitted);
            case RolloutAdmission.Free() -> throw new IllegalStateException("a deployment is admitted or denied");
        };
    }

    private RolloutAnswer begin(RolloutRequest request, RolloutAdmission.Admitted admitted) {
        RolloutAnswer answer = database.write(tx -> {
            Environment environment = environments.ensure(
                    tx, request.project(), request.environment(), admitted.tier(), admitted.externalUrl());
            if (!sameHold(environment.hold(), admitted.holdSeen())) {
                return new Refused(
                        Why.CONFLICT,
                        request.environment() + " was rolled back at this very moment. Look, then try again.");
            }
            Refused noAgent = assignAgent(tx, environment);
            if (noAgent != null) {
                return noAgent;
            }
            Optional<StoredRollout> same = underWay(tx, environment, admitted.bundle());
            if (same.isPresent()) {
                return attach(tx, same.get(), admitted, environment);
            }
            return new Accepted(queue(tx, request, admitted, environment), false);
        });
        if (answer instanceof Accepted accepted) {
            advanceAll(accepted.rollout().environmentId());
        }
        return answer;
    }

    private static boolean sameHold(Environment.@Nullable Hold now, Environment.@Nullable Hold seen) {
        return now == null || now.equals(seen);
    }

    private @Nullable Refused assignAgent(Tx tx, Environment environment) {
        if (environment.agentId() != null) {
            return null;
        }
        List<Agent> agents = new AgentStore(tx.sql()).list();
        if (agents.isEmpty()) {
            return new Refused(
                    Why.CONFLICT,
                    "There is no agent to run services. Start the server with agent: true, or register one at"
                            + " POST /api/tandem/v1/agents.");
        }
        new EnvironmentStore(tx.sql()).runOn(environment.id(), agents.getFirst().id());
        return null;
    }

    /** The newest rollout of the environment, if it brings this bundle and nobody wants it to end. */
    private Optional<StoredRollout> underWay(Tx tx, Environment environment, ReleaseBundle bundle) {
        List<StoredRollout> open = new RolloutStore(tx.sql(), times).open(environment.id());
        return open.isEmpty()
                ? Optional.empty()
                : Optional.of(open.getLast())
                        .filter(rollout -> rollout.bundleId() == bundle.id()
                                && rollout.rollout().cancelReason() == null
                                && rollout.rollout().phase() != RolloutPhase.REVERTING)
                        .filter(rollout -> new DeploymentStore(tx.sql())
                                .find(rollout.deploymentId())
                                .filter(deployment -> deployment.kind() != Deployment.Kind.ROLLBACK)
                                .isPresent());
    }

    private Accepted attach(Tx tx, StoredRollout rollout, RolloutAdmission.Admitted admitted, Environment environment) {
        RolloutStore rollouts = new RolloutStore(tx.sql(), times);
        DeploymentStore deployments = new DeploymentStore(tx.sql());
        Deployment before = deployments.find(rollout.deploymentId()).orElseThrow();
        Instant now = clock.instant();
        if (admitted.job() != null
                && before.jobId() != null
                && before.jobId() != admitted.job().jobId()
                && admission.jobIsOver(tx.sql(), before.jobId())) {
            Deployment own = deploymentOfJob(tx, admitted, rollout.environmentId(), now);
            boolean begins = deployments.move(own.id(), DeploymentStatus.RUNNING, null, now);
            rollouts.moveTo(rollout.id(), own.id());
            new AgentStore(tx.sql()).moveTo(rollout.rollout().revision(), own.id());
            deployments.move(before.id(), DeploymentStatus.CANCELED, "goes on as deployment #" + own.id(), now);
            DeploymentNews news = new DeploymentNews(tx, times);
            if (begins) {
                news.started(environment, own, now);
            }
            news.finished(environment, deployments.find(before.id()).orElseThrow(), now);
        }
        String who = admitted.job() == null
                ? "somebody asked again"
                : "job #" + admitted.job().jobId() + " goes along";
        rollouts.event(rollout.id(), Kind.ATTACHED, who + " with the rollout that is under way", now);
        StoredRollout after = rollouts.find(rollout.id()).orElseThrow();
        tx.afterCommit(() -> bells.rolloutMoved(after, false));
        return new Accepted(after, true);
    }

    private StoredRollout queue(
            Tx tx, RolloutRequest request, RolloutAdmission.Admitted admitted, Environment environment) {
        Instant now = clock.instant();
        Deployment deployment = admitted.job() != null
                ? deploymentOfJob(tx, admitted, environment.id(), now)
                : new DeploymentStore(tx.sql())
                        .insert(fresh(admitted, environment.id(), Deployment.Kind.PERSON, null), now);
        audit.record(
                tx,
                request.actor(),
                "deployment.create",
                request.project().fullPath(),
                environment.name() + ", commit " + admitted.sha() + ", bundle " + request.bundleSha256()
                        + (request.override() ? ", overriding the hold" : ""));
        return queued(
                tx,
                deployment,
                admitted.bundle(),
                request.strategy(),
                request.progressDeadline(),
                request.override(),
                now);
    }

    private StoredRollout queued(
            Tx tx,
            Deployment deployment,
            ReleaseBundle bundle,
            Strategy strategy,
            Duration deadline,
            boolean override,
            Instant now) {
        RolloutStore rollouts = new RolloutStore(tx.sql(), times);
        StoredRollout rollout = rollouts.insert(deployment, bundle, strategy, deadline, override, now);
        rollouts.event(rollout.id(), Kind.QUEUED, "deployment #" + deployment.id() + " is in the queue", now);
        tx.afterCommit(() -> bells.rolloutMoved(rollout, false));
        return rollout;
    }

    /** The record that the job's start made, unless a rollout has it already or it ended; then one more. */
    private Deployment deploymentOfJob(Tx tx, RolloutAdmission.Admitted admitted, long environmentId, Instant now) {
        DeploymentStore deployments = new DeploymentStore(tx.sql());
        RolloutStore rollouts = new RolloutStore(tx.sql(), times);
        long jobId = java.util.Objects.requireNonNull(admitted.job()).jobId();
        return deployments.ofJob(jobId).stream()
                .filter(deployment -> deployment.environmentId() == environmentId
                        && !deployment.status().isTerminal()
                        && rollouts.ofDeployment(deployment.id()).isEmpty())
                .findFirst()
                .orElseGet(() -> deployments.insert(fresh(admitted, environmentId, Deployment.Kind.JOB, null), now));
    }

    private static DeploymentStore.Fresh fresh(
            RolloutAdmission.Admitted admitted,
            long environmentId,
            Deployment.Kind kind,
            @Nullable Deployment rollbackOf) {
        return new DeploymentStore.Fresh(
                admitted.bundle().projectId(),
                environmentId,
                kind,
                DeploymentStatus.CREATED,
                admitted.ref(),
                admitted.sha(),
                admitted.job() == null ? null : admitted.job().pipelineId(),
                admitted.job() == null ? null : admitted.job().jobId(),
                admitted.user(),
                rollbackOf == null ? null : rollbackOf.id());
    }

    /**
     * Brings back what served before, ends what is under way, and holds off automatic deployments of what is rolled back.
     *
     * @param toDeploymentId a deployment of this environment that succeeded; null for the last good one
     */
    public RolloutAnswer rollBack(
            ProjectFacts project, Actor actor, String environmentName, @Nullable Long toDeploymentId) {
        Environment environment =
                environments.find(project.id(), environmentName).orElse(null);
        if (environment == null) {
            return new Refused(Why.MISSING, "There is no environment \"" + environmentName + "\" in this project.");
        }
        RolloutAdmission.Verdict verdict = admission.mayRollBack(actor, environment);
        if (verdict instanceof RolloutAdmission.Denied denied) {
            return new Refused(denied.why(), denied.reason());
        }
        UserId user = actor.userId().orElseThrow();
        String name = admission.nameOf(actor);
        RolloutAnswer answer =
                database.write(tx -> rollBack(tx, new Undo(project, actor, user, name, environment), toDeploymentId));
        if (answer instanceof Accepted) {
            advanceAll(environment.id());
        }
        return answer;
    }

    private record Undo(ProjectFacts project, Actor actor, UserId user, String name, Environment environment) {}

    private RolloutAnswer rollBack(Tx tx, Undo undo, @Nullable Long toDeploymentId) {
        Optional<Deployment> target = toDeploymentId == null
                ? RollbackTarget.find(tx.sql(), times, undo.environment().id())
                : good(tx, undo.environment(), toDeploymentId);
        if (target.isEmpty()) {
            return new Refused(
                    toDeploymentId == null ? Why.CONFLICT : Why.MISSING,
                    toDeploymentId == null
                            ? undo.environment().name() + " has no earlier good deployment to go back to."
                            : "Deployment #" + toDeploymentId + " is no successful deployment of "
                                    + undo.environment().name() + " with a bundle.");
        }
        Instant now = clock.instant();
        hold(tx, undo, now);
        String reason = "ended by a rollback of " + undo.environment().name() + " (" + undo.name() + ")";
        RolloutStore rollouts = new RolloutStore(tx.sql(), times);
        rollouts.open(undo.environment().id()).forEach(open -> rollouts.cancel(open.id(), reason));
        audit.record(
                tx,
                undo.actor(),
                "deployment.rollback",
                undo.project().fullPath(),
                undo.environment().name() + " to deployment #" + target.get().id() + ", commit "
                        + target.get().sha());
        return new Accepted(queueRollback(tx, undo, target.get(), now), false);
    }

    private StoredRollout queueRollback(Tx tx, Undo undo, Deployment target, Instant now) {
        StoredRollout original =
                new RolloutStore(tx.sql(), times).ofDeployment(target.id()).orElseThrow();
        ReleaseBundle bundle =
                new BundleStore(tx.sql()).find(original.bundleId()).orElseThrow();
        Deployment deployment = new DeploymentStore(tx.sql())
                .insert(
                        new DeploymentStore.Fresh(
                                undo.project().id(),
                                undo.environment().id(),
                                Deployment.Kind.ROLLBACK,
                                DeploymentStatus.CREATED,
                                target.ref(),
                                target.sha(),
                                target.pipelineId(),
                                null,
                                undo.user(),
                                target.id()),
                        now);
        return queued(tx, deployment, bundle, Strategy.BLUE_GREEN, RolloutRequest.DEFAULT_DEADLINE, true, now);
    }

    private Optional<Deployment> good(Tx tx, Environment environment, long deploymentId) {
        return new DeploymentStore(tx.sql())
                .find(deploymentId)
                .filter(deployment -> deployment.environmentId() == environment.id())
                .filter(deployment -> deployment.status() == DeploymentStatus.SUCCESS)
                .filter(deployment -> new RolloutStore(tx.sql(), times)
                        .ofDeployment(deployment.id())
                        .isPresent());
    }

    /** What is rolled back: the newest that is under way, else what serves. An earlier hold stays if it reaches further. */
    private void hold(Tx tx, Undo undo, Instant now) {
        List<StoredRollout> open =
                new RolloutStore(tx.sql(), times).open(undo.environment().id());
        Optional<Long> bad = open.isEmpty()
                ? new AgentStore(tx.sql()).serving(undo.environment().id()).map(AgentStore.Desired::deploymentId)
                : Optional.of(open.getLast().deploymentId());
        DeploymentStore deployments = new DeploymentStore(tx.sql());
        bad.flatMap(deployments::find)
                // Going back once more, from a rollback: what was rolled back first stays the newest bad commit.
                .filter(deployment ->
                        undo.environment().hold() == null || deployment.kind() != Deployment.Kind.ROLLBACK)
                .ifPresent(deployment -> new EnvironmentStore(tx.sql())
                        .hold(undo.environment().id(), new Environment.Hold(deployment.sha(), undo.user(), now)));
    }

    /** Asks a rollout to end; the old revision stays. @return whether it could still be ended */
    public boolean cancel(ProjectFacts project, Actor actor, long rolloutId) {
        String reason = "canceled by " + admission.nameOf(actor);
        boolean canceled = database.write(tx -> {
            boolean done = new RolloutStore(tx.sql(), times).cancel(rolloutId, reason);
            if (done) {
                audit.record(tx, actor, "deployment.cancel", project.fullPath(), "rollout " + rolloutId);
            }
            return done;
        });
        if (canceled) {
            executor.advance(rolloutId);
        }
        return canceled;
    }

    /** The job was canceled by a person: what it started ends too. Safe to repeat. */
    void jobCanceled(long jobId) {
        String reason = "its job #" + jobId + " was canceled";
        List<Long> canceled = database.write(tx -> {
            RolloutStore rollouts = new RolloutStore(tx.sql(), times);
            return rollouts.openOfJob(jobId).stream()
                    .map(StoredRollout::id)
                    .filter(id -> rollouts.cancel(id, reason))
                    .toList();
        });
        canceled.forEach(executor::advance);
    }

    public Optional<StoredRollout> find(long projectId, long rolloutId) {
        return database.read(sql -> new RolloutStore(sql, times).find(rolloutId))
                .filter(rollout -> rollout.projectId() == projectId);
    }

    /** What happened, oldest first, at most 500 lines. */
    public List<RolloutEvent> events(long rolloutId, long after) {
        return database.read(sql -> new RolloutStore(sql, times).events(rolloutId, after, 500));
    }

    /**
     * Waits until there is something after event {@code after}, or the rollout is over, or {@code longest} passed.
     *
     * @return what happened since; empty when nothing did
     */
    public List<RolloutEvent> await(long rolloutId, long after, Duration longest) throws InterruptedException {
        long end = System.nanoTime() + longest.toNanos();
        while (true) {
            long heard = bells.progress().strokes();
            List<RolloutEvent> news = events(rolloutId, after);
            boolean over = database.read(sql -> new RolloutStore(sql, times).find(rolloutId))
                    .map(rollout -> rollout.rollout().phase().isTerminal())
                    .orElse(true);
            Duration left = Duration.ofNanos(end - System.nanoTime());
            if (!news.isEmpty()
                    || over
                    || !left.isPositive()
                    || !bells.progress().await(heard, left)) {
                return news;
            }
        }
    }

    private void advanceAll(long environmentId) {
        database.read(sql -> new RolloutStore(sql, times).open(environmentId))
                .forEach(rollout -> executor.advance(rollout.id()));
    }
}
