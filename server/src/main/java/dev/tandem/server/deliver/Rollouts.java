package dev.tandem.server.deliver;

import dev.tandem.server.deliver.RolloutAnswer.Accepted;
import dev.tandem.server.deliver.RolloutAnswer.Refused;
import dev.tandem.server.deliver.RolloutAnswer.Why;
import dev.tandem.server.deliver.judge.Verdict;
import dev.tandem.server.deliver.rollout.RolloutDecision.Kind;
import dev.tandem.server.deliver.rollout.RolloutPhase;
import dev.tandem.server.deliver.rollout.Strategy;
import dev.tandem.server.deliver.rollout.Told;
import dev.tandem.server.deliver.rollout.Verdicts;
import dev.tandem.server.deliver.rollout.Watch;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Tx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Brings bundles into environments, and back. Safe for use by many threads. */
@Component
public final class Rollouts {
    private final Database database;
    private final Environments environments;
    private final RolloutAdmission admission;
    private final ReleaseBundles bundles;
    private final RolloutQueue queue;
    private final RolloutExecutor executor;
    private final RolloutTimes times;
    private final DeliverBells bells;
    private final Audit audit;
    private final Clock clock;

    Rollouts(
            Database database,
            Environments environments,
            RolloutAdmission admission,
            ReleaseBundles bundles,
            RolloutQueue queue,
            RolloutExecutor executor,
            RolloutTimes times,
            DeliverBells bells,
            Audit audit,
            Clock clock) {
        this.database = database;
        this.environments = environments;
        this.admission = admission;
        this.bundles = bundles;
        this.queue = queue;
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
            Optional<String> gone = bundles.problem(tx.sql(), admitted.bundle().id());
            if (gone.isPresent()) {
                return new Refused(Why.CONFLICT, gone.get());
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
            deployments.move(
                    before.id(),
                    DeploymentStatus.CANCELED,
                    Told.of("goes_on_as", "goes on as deployment {0}", "#" + own.id()),
                    now);
            DeploymentNews news = new DeploymentNews(tx, times);
            if (begins) {
                news.started(environment, own, now);
            }
            news.finished(environment, deployments.find(before.id()).orElseThrow(), now);
        }
        Told who = admitted.job() == null
                ? Told.of("attached_again", "somebody asked for the rollout that is under way")
                : Told.of(
                        "attached_job",
                        "job {0} goes along with the rollout that is under way",
                        "#" + admitted.job().jobId());
        rollouts.event(rollout.id(), Kind.ATTACHED, who, now);
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
                environment.name() + ", commit " + admitted.sha() + ", bundle "
                        + admitted.bundle().sha256()
                        + (admitted.origin() == null
                                ? ""
                                : ", as of deployment #" + admitted.origin().id())
                        + (request.override() ? ", overriding the hold" : ""));
        return queue.join(
                tx,
                new RolloutQueue.Joining(
                        deployment,
                        toldOf(request, admitted, deployment),
                        admitted.bundle(),
                        request.options(),
                        request.progressDeadline(),
                        request.override(),
                        null),
                now);
    }

    private static Told toldOf(RolloutRequest request, RolloutAdmission.Admitted admitted, Deployment deployment) {
        Deployment origin = admitted.origin();
        if (origin == null || !(request.what() instanceof RolloutRequest.What.Promotion promotion)) {
            return RolloutQueue.toldOf(deployment);
        }
        String number = "#" + deployment.id();
        String before = "#" + origin.id();
        return new Told(
                "queued_promotion",
                List.of(number, promotion.from(), before, origin.shortSha()),
                "deployment " + number + " is in the queue: what serves in " + promotion.from() + " (deployment "
                        + before + ", commit " + origin.shortSha() + ")");
    }

    /** The record that the job's start made, unless a rollout has it already or it ended; then one more. */
    private Deployment deploymentOfJob(Tx tx, RolloutAdmission.Admitted admitted, long environmentId, Instant now) {
        DeploymentStore deployments = new DeploymentStore(tx.sql());
        RolloutStore rollouts = new RolloutStore(tx.sql(), times);
        long jobId = Objects.requireNonNull(admitted.job()).jobId();
        return deployments.ofJob(jobId).stream()
                .filter(deployment -> deployment.environmentId() == environmentId
                        && !deployment.status().isTerminal()
                        && rollouts.ofDeployment(deployment.id()).isEmpty())
                .findFirst()
                .map(deployment -> deployments.ofCommit(deployment, admitted.sha(), admitted.ref()))
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
        Optional<String> gone = new RolloutStore(tx.sql(), times)
                .ofDeployment(target.get().id())
                .flatMap(rollout -> bundles.problem(tx.sql(), rollout.bundleId()));
        if (gone.isPresent()) {
            return new Refused(Why.CONFLICT, gone.get());
        }
        Instant now = clock.instant();
        hold(tx, undo, target.get(), now);
        Told reason = Told.of(
                "ended_by_rollback",
                "ended by a rollback of {0} ({1})",
                undo.environment().name(),
                undo.name());
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
        long configuration = Objects.requireNonNullElse(original.configurationVersion(), 0L);
        new ConfigurationStore(tx.sql()).use(undo.environment().id(), configuration);
        return queue.join(
                tx,
                new RolloutQueue.Joining(
                        deployment,
                        RolloutQueue.toldOf(deployment),
                        bundle,
                        RolloutOptions.of(Strategy.BLUE_GREEN)
                                .withMemory(original.options().memoryBytes()),
                        RolloutRequest.DEFAULT_DEADLINE,
                        true,
                        configuration),
                now);
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
    private void hold(Tx tx, Undo undo, Deployment target, Instant now) {
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
                // Only the configuration is taken back: the commit stays welcome.
                .filter(deployment -> !deployment.sha().equals(target.sha()))
                .ifPresent(deployment -> new EnvironmentStore(tx.sql())
                        .hold(undo.environment().id(), new Environment.Hold(deployment.sha(), undo.user(), now)));
    }

    /** Asks a rollout to end; the old revision stays. @return whether it could still be ended */
    public boolean cancel(ProjectFacts project, Actor actor, long rolloutId) {
        Told reason = Told.of("canceled_by", "canceled by {0}", admission.nameOf(actor));
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

    /** What a person may ask of a rollout that is under traffic. */
    public enum Act {
        /** Hold it at its step; what fails hard or is judged worse is taken back nevertheless. */
        PAUSE,
        /** Go on as before the pause; the step's time begins anew. */
        RESUME,
        /** Go on to the next step without more evidence. */
        PROMOTE,
        /** Go on to the end without more evidence. */
        PROMOTE_FULL
    }

    /** @return whether the rollout was in a state to be acted on so */
    public boolean act(ProjectFacts project, Actor actor, long rolloutId, Act act) {
        return act(project, actor, rolloutId, act, null);
    }

    /**
     * The same, said by somebody who saw it at one traffic step.
     *
     * @param step from 1; a promotion that comes when it has moved on changes nothing. Null for any step
     */
    public boolean act(ProjectFacts project, Actor actor, long rolloutId, Act act, @Nullable Integer step) {
        Integer at = step == null ? null : step - 1;
        String who = admission.nameOf(actor);
        Instant now = clock.instant();
        boolean done = database.write(tx -> {
            RolloutStore rollouts = new RolloutStore(tx.sql(), times);
            boolean changed = switch (act) {
                case PAUSE -> rollouts.pause(rolloutId, who);
                case RESUME -> rollouts.resume(rolloutId, now);
                case PROMOTE -> rollouts.promote(rolloutId, Watch.Promotion.NEXT, at);
                case PROMOTE_FULL -> rollouts.promote(rolloutId, Watch.Promotion.FULL, at);
            };
            if (changed) {
                String word = act.name().toLowerCase(java.util.Locale.ROOT);
                rollouts.event(rolloutId, kind(act), told(word, sentence(act) + " by " + who, who), now);
                audit.record(tx, actor, "deployment." + word, project.fullPath(), "rollout " + rolloutId);
                StoredRollout after = rollouts.find(rolloutId).orElseThrow();
                tx.afterCommit(() -> bells.rolloutMoved(after, false));
            }
            return changed;
        });
        if (done) {
            executor.advance(rolloutId);
        }
        return done;
    }

    private static Kind kind(Act act) {
        return switch (act) {
            case PAUSE -> Kind.PAUSED;
            case RESUME -> Kind.RESUMED;
            case PROMOTE, PROMOTE_FULL -> Kind.PROMOTED;
        };
    }

    private static String sentence(Act act) {
        return switch (act) {
            case PAUSE -> "paused";
            case RESUME -> "resumed";
            case PROMOTE -> "let on to the next step";
            case PROMOTE_FULL -> "let on to the end";
        };
    }

    private static Told told(String code, String text, String argument) {
        return new Told(code, List.of(argument), text);
    }

    /** The rollout that has its turn in an environment; empty when none does. */
    public Optional<StoredRollout> active(long projectId, String environment) {
        return environments
                .find(projectId, environment)
                .flatMap(found -> database.read(sql -> new RolloutStore(sql, times).open(found.id())).stream()
                        .filter(rollout -> rollout.rollout().phase().isActive())
                        .findFirst());
    }

    /** The traffic steps of a rollout, first to last. */
    public List<RolloutStep> steps(long rolloutId) {
        return database.read(sql -> new RolloutStore(sql, times).steps(rolloutId));
    }

    /** What the judge says now, as programs read it; empty when it said nothing yet, and when the rollout is over. */
    public Map<String, Object> verdict(long rolloutId) {
        Verdict verdict = executor.verdict(rolloutId);
        return verdict == null ? Map.of() : VerdictFacts.of(verdict);
    }

    /** The same as a sentence; empty when it said nothing yet. */
    public Optional<Told> said(long rolloutId) {
        return Optional.ofNullable(executor.verdict(rolloutId)).map(Verdicts::sentence);
    }

    /** The job was canceled by a person: what it started ends too. Safe to repeat. */
    void jobCanceled(long jobId) {
        Told reason = Told.of("job_canceled", "its job {0} was canceled", "#" + jobId);
        List<Long> canceled = database.write(tx -> {
            RolloutStore rollouts = new RolloutStore(tx.sql(), times);
            return rollouts.openOfJob(jobId).stream()
                    .map(StoredRollout::id)
                    .filter(id -> rollouts.cancel(id, reason))
                    .toList();
        });
        canceled.forEach(executor::advance);
    }

    /**
     * A rollout that stands still until a person decides.
     *
     * @param share percent of new requests that its revision gets meanwhile
     * @param why what it said when it stopped; null when a person paused it
     * @param since when its step began
     */
    public record Stuck(
            long projectId,
            String environment,
            long deploymentId,
            int share,
            @Nullable RolloutEvent why,
            Instant since) {}

    /** Those in these projects that are paused or need somebody who looks, newest first; at most 50. */
    public List<Stuck> waitingForPerson(Collection<Long> projectIds) {
        return database.read(sql -> {
            RolloutStore store = new RolloutStore(sql, times);
            EnvironmentStore places = new EnvironmentStore(sql);
            return store.waitingForPerson(projectIds).stream()
                    .map(stored -> new Stuck(
                            stored.projectId(),
                            places.find(stored.environmentId()).orElseThrow().name(),
                            stored.deploymentId(),
                            stored.share(),
                            store.lastCall(stored.id()).orElse(null),
                            stored.rollout().since()))
                    .toList();
        });
    }

    /** The newest rollouts of an environment, newest first; none when there is no such environment. */
    public List<StoredRollout> newest(long projectId, String environment, int most) {
        return environments
                .find(projectId, environment)
                .map(found -> database.read(sql -> new RolloutStore(sql, times).newest(found.id(), most)))
                .orElse(List.of());
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
