package dev.tandem.server.build.schedule;

import dev.tandem.pipeline.plan.AutoCancel.OnJobFailure;
import dev.tandem.pipeline.plan.AutoCancel.OnNewCommit;
import dev.tandem.pipeline.plan.PlannedJob;
import dev.tandem.pipeline.plan.Trigger;
import dev.tandem.pipeline.state.Bridges;
import dev.tandem.pipeline.state.CompositeStatus;
import dev.tandem.pipeline.state.JobChange;
import dev.tandem.pipeline.state.JobEvent;
import dev.tandem.pipeline.state.JobState;
import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.pipeline.state.JobTransitions;
import dev.tandem.pipeline.state.PipelineEngine;
import dev.tandem.pipeline.state.StatusGroup;
import dev.tandem.server.build.JobFinished;
import dev.tandem.server.build.JobStarted;
import dev.tandem.server.build.PipelineFinished;
import dev.tandem.server.build.RolloutGuard;
import dev.tandem.server.build.store.CommitStatusStore;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.JobStore;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.PipelineStore;
import dev.tandem.server.build.store.ProcessMode;
import dev.tandem.server.build.store.ResourceGroupStore;
import dev.tandem.server.platform.DurableTask;
import dev.tandem.server.platform.Tx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Moves jobs and pipelines from state to state. Every method works inside the caller's transaction, locks the pipeline first,
 * and does nothing when the job is not in a state that allows the move.
 */
public final class JobFlow {
    private final PipelineStore pipelines;
    private final JobStore jobs;
    private final ResourceGroupStore groups;
    private final CommitStatusStore outside;
    private final Clock clock;
    private final WaitingJobs queue;
    private final Announcements live;
    private final RolloutGuard guard;
    private final DurableTask<Timed> timer;
    private final DurableTask<Freed> grant;
    private final BridgeTasks bridges;
    private final Turns turns;

    /** A job whose delay is over. */
    public record Timed(long jobId) {}

    /** A resource group that a job let go. */
    public record Freed(long projectId, String resourceGroup) {}

    public JobFlow(
            PipelineStore pipelines,
            JobStore jobs,
            ResourceGroupStore groups,
            CommitStatusStore outside,
            Clock clock,
            WaitingJobs queue,
            Announcements live,
            RolloutGuard guard,
            DurableTask<Timed> timer,
            DurableTask<Freed> grant,
            BridgeTasks bridges) {
        this.pipelines = pipelines;
        this.jobs = jobs;
        this.groups = groups;
        this.outside = outside;
        this.clock = clock;
        this.queue = queue;
        this.live = live;
        this.guard = guard;
        this.timer = timer;
        this.grant = grant;
        this.turns = new Turns(jobs);
        this.bridges = bridges;
    }

    /** Lets every job go on whose turn came, and brings the pipeline's status up to date. */
    public void advance(Tx tx, long pipelineId) {
        lock(tx, pipelineId).ifPresent(pipeline -> advance(tx, pipeline));
    }

    /** Another system told something of the commit: that counts, too, but no job waits for it. */
    public void told(Tx tx, long pipelineId) {
        lock(tx, pipelineId).ifPresent(pipeline -> settle(tx, pipeline, jobs.groups(tx.sql(), pipelineId)));
    }

    /** A runner acknowledged: the job runs. */
    public boolean start(Tx tx, JobRecord job) {
        PipelineRecord pipeline = lock(tx, job.pipelineId()).orElseThrow();
        if (!move(tx, job, JobEvent.START)) {
            return false;
        }
        tx.publish(new JobStarted(job.id(), job.projectId(), job.pipelineId(), job.environment()));
        advance(tx, pipeline, List.of(job.name()));
        return true;
    }

    /** Takes the one result of a job; false when it is over already or never ran. */
    public boolean finish(Tx tx, long jobId, JobResult result) {
        PipelineRecord pipeline = lockOfJob(tx, jobId).orElseThrow();
        JobRecord job = jobs.find(tx.sql(), jobId).orElseThrow();
        JobEvent event = result instanceof JobResult.Passed ? JobEvent.PASS : JobEvent.FAIL;
        Optional<JobStatus> next = JobTransitions.next(job.status(), event);
        if (next.isEmpty() || !move(tx, job, event)) {
            return false;
        }
        List<String> moved = new ArrayList<>(List.of(job.name()));
        if (next.get() == JobStatus.FAILED && result instanceof JobResult.Failed failed) {
            moved.addAll(failed(tx, pipeline, job, failed));
        } else {
            ended(tx, job, next.get(), null);
        }
        advance(tx, pipeline, moved);
        return true;
    }

    /** Asks a job to end; asked again by a person, it ends at once. */
    public boolean cancel(Tx tx, long jobId, boolean byUser) {
        PipelineRecord pipeline = lockOfJob(tx, jobId).orElseThrow();
        JobRecord job = jobs.find(tx.sql(), jobId).orElseThrow();
        boolean canceled = cancel(tx, job, byUser);
        if (job.bridge() && canceled) {
            bridges.ended(tx, job, byUser, false, clock.instant());
        }
        advance(tx, pipeline, List.of(job.name()));
        return canceled;
    }

    /** Asks every job of a pipeline to end. */
    public void cancelPipeline(Tx tx, long pipelineId, boolean byUser) {
        PipelineRecord pipeline = lock(tx, pipelineId).orElseThrow();
        for (JobRecord job : jobs.latest(tx.sql(), pipelineId)) {
            if (job.status() != JobStatus.CANCELING) {
                cancel(tx, job, byUser);
            }
            if (job.bridge()) {
                bridges.ended(tx, job, byUser, false, clock.instant());
            }
        }
        outside.cancelOpen(tx.sql(), pipelineId, clock.instant());
        advance(tx, pipeline);
    }

    /** The pipeline that a trigger job asked for exists. */
    public boolean triggered(Tx tx, long jobId) {
        JobRecord seen = jobs.find(tx.sql(), jobId).orElseThrow();
        if (lock(tx, seen.pipelineId()).isEmpty()) {
            throw new IllegalStateException("job " + jobId + " has no pipeline");
        }
        JobRecord job = jobs.find(tx.sql(), jobId).orElseThrow();
        if (job.status() == JobStatus.CANCELED) {
            // It was canceled while its pipeline came to be.
            bridges.ended(tx, job, job.canceledByUser(), false, clock.instant());
            return false;
        }
        boolean started = job.status() == JobStatus.PENDING && start(tx, job);
        follow(tx, jobId);
        return started;
    }

    /** A job shows the status of a pipeline of another project from now on. */
    public boolean mirror(Tx tx, long jobId, long pipelineId) {
        JobRecord seen = jobs.find(tx.sql(), jobId).orElseThrow();
        if (lock(tx, seen.pipelineId()).isEmpty()) {
            throw new IllegalStateException("job " + jobId + " has no pipeline");
        }
        JobRecord job = jobs.find(tx.sql(), jobId).orElseThrow();
        pipelines.mirror(tx.sql(), jobId, pipelineId);
        boolean started = job.status() == JobStatus.PENDING && start(tx, job);
        follow(tx, jobId);
        return started;
    }

    /** The pipeline of a trigger job has another status than before: so may the job. */
    public void follow(Tx tx, long jobId) {
        Optional<JobRecord> seen = jobs.find(tx.sql(), jobId);
        Optional<PipelineRecord> downstream = pipelines.followedBy(tx.sql(), jobId);
        if (seen.isEmpty() || downstream.isEmpty() || !downstream.get().complete()) {
            return;
        }
        PipelineRecord pipeline = lock(tx, seen.get().pipelineId()).orElseThrow();
        JobRecord job = jobs.find(tx.sql(), jobId).orElseThrow();
        if (job.retried() || job.status() == JobStatus.PENDING || job.status() == JobStatus.CREATED) {
            return;
        }
        Trigger trigger = jobs.plan(tx.sql(), jobId).trigger();
        Bridges.Strategy strategy =
                trigger == null ? Bridges.Strategy.MIRROR : Bridges.Strategy.ofWord(trigger.strategy());
        JobEvent event = Bridges.follow(job.status(), strategy, downstream.get().status());
        switch (event) {
            case null -> {}
            case PASS -> finish(tx, jobId, new JobResult.Passed());
            case FAIL -> finish(tx, jobId, new JobResult.Failed("unknown_failure", 0));
            case CANCEL -> {
                cancel(tx, job, false);
                advance(tx, pipeline);
            }
            case RESUME -> {
                move(tx, job, event);
                reset(tx, pipeline.id(), job.name());
                advance(tx, pipeline);
                follow(tx, jobId);
            }
            default -> {
                move(tx, job, event);
                advance(tx, pipeline);
            }
        }
    }

    /** Ends what a trigger job started, as far as that belongs to it: children always, others when it waits for them. */
    public void endDownstream(Tx tx, BridgeTasks.Ended ended) {
        Optional<PipelineRecord> downstream = pipelines.ofUpstreamJob(tx.sql(), ended.jobId());
        if (downstream.isEmpty() || downstream.get().status().isTerminal()) {
            return;
        }
        Trigger trigger =
                Objects.requireNonNull(jobs.plan(tx.sql(), ended.jobId()).trigger(), "trigger");
        PipelineRecord found = downstream.get();
        if (ended.superseded() && found.isChild()) {
            supersede(tx, found);
        } else if (!ended.superseded()
                && (found.isChild() || !trigger.strategy().equals("none"))) {
            cancelPipeline(tx, found.id(), ended.byUser());
        }
    }

    /** A person starts a manual or delayed job. */
    public boolean play(Tx tx, long jobId, long userId) {
        PipelineRecord pipeline = lockOfJob(tx, jobId).orElseThrow();
        JobRecord job = jobs.find(tx.sql(), jobId).orElseThrow();
        if (job.bridge() && pipelines.followedBy(tx.sql(), jobId).isPresent()) {
            // It mirrors a pipeline that waits for somebody; its own work is done.
            return false;
        }
        if (JobTransitions.next(job.status(), JobEvent.PLAY).isEmpty() || !enqueue(tx, pipeline, job, JobEvent.PLAY)) {
            return false;
        }
        jobs.played(tx.sql(), jobId, userId);
        startAnew(tx, pipeline, job.name());
        return true;
    }

    /** A person puts a new attempt in the place of a finished job; empty when that cannot be done. */
    public Optional<JobRecord> retry(Tx tx, long jobId, long userId) {
        PipelineRecord pipeline = lockOfJob(tx, jobId).orElseThrow();
        JobRecord job = jobs.find(tx.sql(), jobId).orElseThrow();
        if (!retryable(job)) {
            return Optional.empty();
        }
        Optional<JobRecord> attempt = jobs.insertAttempt(tx.sql(), job, userId, true, false, clock.instant());
        attempt.ifPresent(created -> {
            enqueue(tx, pipeline, created, JobEvent.ENQUEUE);
            startAnew(tx, pipeline, created.name());
        });
        return attempt.flatMap(created -> jobs.find(tx.sql(), created.id()));
    }

    /** Puts new attempts in the place of all failed and canceled jobs; their turn comes in the usual order. */
    public int retryPipeline(Tx tx, long pipelineId, long userId) {
        PipelineRecord pipeline = lock(tx, pipelineId).orElseThrow();
        int retried = 0;
        for (JobRecord job : jobs.latest(tx.sql(), pipelineId)) {
            if (job.status() == JobStatus.FAILED || job.status() == JobStatus.CANCELED) {
                jobs.insertAttempt(tx.sql(), job, userId, false, false, clock.instant());
                reset(tx, pipelineId, job.name());
                retried++;
            }
        }
        advance(tx, pipeline);
        return retried;
    }

    /** Whether a person may put a new attempt in its place. */
    public static boolean retryable(JobRecord job) {
        return !job.retried()
                && switch (job.status()) {
                    case SUCCESS, FAILED, CANCELED -> true;
                    case CREATED,
                            WAITING_FOR_RESOURCE,
                            PREPARING,
                            PENDING,
                            RUNNING,
                            CANCELING,
                            SKIPPED,
                            MANUAL,
                            SCHEDULED -> false;
                };
    }

    /** A newer push of the same ref: older pipelines end as far as they allow it. */
    public void superseded(Tx tx, PipelineRecord newer) {
        if (!newer.source().equals("push")) {
            return;
        }
        pipelines.unfinishedBefore(tx.sql(), newer).forEach(older -> supersede(tx, older));
    }

    private void supersede(Tx tx, PipelineRecord older) {
        List<JobRecord> all = jobs.latest(tx.sql(), older.id());
        boolean any = switch (older.autoCancel().onNewCommit()) {
            case NONE -> false;
            case CONSERVATIVE -> all.stream().allMatch(job -> mayBeSuperseded(tx, older, job));
            case INTERRUPTIBLE -> true;
        };
        if (!any) {
            return;
        }
        PipelineRecord locked = lock(tx, older.id()).orElseThrow();
        for (JobRecord job : jobs.latest(tx.sql(), older.id())) {
            boolean wanted =
                    older.autoCancel().onNewCommit() == OnNewCommit.CONSERVATIVE || mayBeSuperseded(tx, older, job);
            if (wanted && job.status() != JobStatus.CANCELING) {
                cancel(tx, job, false);
            }
            if (wanted && job.bridge()) {
                bridges.ended(tx, job, false, true, clock.instant());
            }
        }
        advance(tx, locked);
    }

    /** A delay is over. */
    public void fire(Tx tx, long jobId) {
        Optional<PipelineRecord> pipeline = lockOfJob(tx, jobId);
        if (pipeline.isEmpty()) {
            return;
        }
        JobRecord job = jobs.find(tx.sql(), jobId).orElseThrow();
        if (job.status() == JobStatus.SCHEDULED && enqueue(tx, pipeline.get(), job, JobEvent.FIRE)) {
            advance(tx, pipeline.get(), List.of(job.name()));
        }
    }

    /** The resource group may be free: the job that is next gets it. */
    public void grant(Tx tx, Freed freed) {
        Optional<JobRecord> next = next(tx, freed);
        if (next.isEmpty()) {
            return;
        }
        // Always the pipeline before the project, as whoever moves a job does.
        PipelineRecord pipeline = lock(tx, next.get().pipelineId()).orElseThrow();
        pipelines.lockProject(tx.sql(), freed.projectId());
        Optional<JobRecord> still = next(tx, freed);
        if (still.isPresent() && still.get().id() == next.get().id()) {
            if (move(tx, still.get(), JobEvent.RESOURCE_GRANTED)) {
                offer(tx, pipeline, still.get());
            }
            advance(tx, pipeline, List.of(still.get().name()));
        } else if (still.isPresent()) {
            // Another one came first meanwhile, and its pipeline is not locked.
            free(tx, freed, "after-" + UUID.randomUUID());
        }
    }

    /** Decides otherwise than before which job is next; false when there is no such group. */
    public boolean order(Tx tx, long projectId, String resourceGroup, ProcessMode mode) {
        boolean chosen = groups.choose(tx.sql(), projectId, resourceGroup, mode, clock.instant());
        if (chosen) {
            free(tx, new Freed(projectId, resourceGroup), "order-" + UUID.randomUUID());
        }
        return chosen;
    }

    private Optional<JobRecord> next(Tx tx, Freed group) {
        if (jobs.resourceTaken(tx.sql(), group.projectId(), group.resourceGroup())) {
            return Optional.empty();
        }
        ProcessMode mode = groups.mode(tx.sql(), group.projectId(), group.resourceGroup());
        return jobs.nextForResource(tx.sql(), group.projectId(), group.resourceGroup(), mode);
    }

    private void free(Tx tx, Freed group, String instance) {
        tx.schedule(grant, instance, group, clock.instant());
    }

    /** The claim that {@code job} shows is void, because it lapsed or its runner is gone: the job waits again. */
    public boolean release(Tx tx, JobRecord job) {
        Instant until = job.claimedUntil();
        if (until == null) {
            return false;
        }
        PipelineRecord pipeline = lock(tx, job.pipelineId()).orElseThrow();
        boolean released = jobs.release(tx.sql(), job.id(), until);
        if (released) {
            offer(tx, pipeline, job);
            tx.afterCommit(() -> queue.freed(job.projectId()));
        }
        return released;
    }

    private Optional<PipelineRecord> lock(Tx tx, long pipelineId) {
        return pipelines.lock(tx.sql(), pipelineId, clock.instant());
    }

    private Optional<PipelineRecord> lockOfJob(Tx tx, long jobId) {
        return pipelines.lockOfJob(tx.sql(), jobId, clock.instant());
    }

    private void advance(Tx tx, PipelineRecord pipeline) {
        Map<String, JobRecord> byName = new HashMap<>();
        List<JobState> states = jobs.latest(tx.sql(), pipeline.id()).stream()
                .peek(job -> byName.put(job.name(), job))
                .map(JobRecord::state)
                .toList();
        for (JobChange change : PipelineEngine.advance(states)) {
            apply(tx, pipeline, Objects.requireNonNull(byName.get(change.job()), change.job()), change);
        }
        settle(tx, pipeline, jobs.groups(tx.sql(), pipeline.id()));
    }

    /** The same when nothing moved but these jobs: looks only at what they concern, and at what that concerns in turn. */
    private void advance(Tx tx, PipelineRecord pipeline, List<String> moved) {
        List<StatusGroup> groups = jobs.groups(tx.sql(), pipeline.id());
        List<Turns.Turn> due = turns.after(tx.sql(), pipeline.id(), groups, moved);
        while (!due.isEmpty()) {
            for (Turns.Turn turn : due) {
                apply(tx, pipeline, turn.job(), turn.change());
            }
            groups = jobs.groups(tx.sql(), pipeline.id());
            due = turns.after(
                    tx.sql(),
                    pipeline.id(),
                    groups,
                    due.stream().map(turn -> turn.job().name()).toList());
        }
        settle(tx, pipeline, groups);
    }

    private void apply(Tx tx, PipelineRecord pipeline, JobRecord job, JobChange change) {
        switch (change.to()) {
            case PENDING -> enqueue(tx, pipeline, job, change.event());
            case SCHEDULED -> {
                PlannedJob plan = jobs.plan(tx.sql(), job.id());
                Duration delay = Objects.requireNonNullElse(plan.startIn(), Duration.ZERO);
                move(tx, job, change.event());
                tx.schedule(
                        timer,
                        "job-" + job.id(),
                        new Timed(job.id()),
                        clock.instant().plus(delay));
            }
            case CREATED,
                    WAITING_FOR_RESOURCE,
                    PREPARING,
                    RUNNING,
                    CANCELING,
                    SUCCESS,
                    FAILED,
                    CANCELED,
                    SKIPPED,
                    MANUAL -> move(tx, job, change.event());
        }
    }

    /** Stores what the jobs amount to, and tells when the pipeline is over. */
    private void settle(Tx tx, PipelineRecord locked, List<StatusGroup> groups) {
        List<StatusGroup> all = new ArrayList<>(groups);
        all.addAll(outside.groups(tx.sql(), locked.id()));
        CompositeStatus status = PipelineEngine.statusOf(all);
        if (!locked.complete()) {
            // Its jobs are not stored yet; nothing can be said of it.
            return;
        }
        if (status.status() == locked.status() && status.warnings() == locked.warnings()) {
            return;
        }
        pipelines.move(tx.sql(), locked, status, clock.instant());
        if (status.status().isTerminal() && !locked.status().isTerminal()) {
            tx.publish(
                    new PipelineFinished(locked.id(), locked.projectId(), locked.ref(), locked.sha(), status.status()));
        }
        bridges.changed(tx, locked, followers(tx, locked), status.status(), clock.instant());
        live.pipeline(tx, locked, status.status());
    }

    private List<Long> followers(Tx tx, PipelineRecord pipeline) {
        List<Long> followers = new ArrayList<>(pipelines.mirrors(tx.sql(), pipeline.id()));
        Long upstream = pipeline.upstreamJobId();
        if (upstream != null) {
            followers.add(upstream);
        }
        return followers;
    }

    private boolean enqueue(Tx tx, PipelineRecord pipeline, JobRecord job, JobEvent event) {
        String group = job.resourceGroup();
        if (group != null && !isFree(tx, job, group)) {
            boolean waits = move(tx, job, JobEvent.AWAIT_RESOURCE);
            if (waits) {
                // It may be the one that a free group waits for, or the holder may be letting go right now.
                free(tx, new Freed(job.projectId(), group), "for-job-" + job.id() + "-" + UUID.randomUUID());
            }
            return waits;
        }
        boolean moved = move(tx, job, event);
        if (moved) {
            offer(tx, pipeline, job);
        }
        return moved;
    }

    /** For a job that is about to be ready: nobody holds the group, and no other one is to come first. */
    private boolean isFree(Tx tx, JobRecord job, String group) {
        pipelines.lockProject(tx.sql(), job.projectId());
        return !jobs.resourceTaken(tx.sql(), job.projectId(), group)
                && groups.mode(tx.sql(), job.projectId(), group) == ProcessMode.UNORDERED;
    }

    private void offer(Tx tx, PipelineRecord pipeline, JobRecord job) {
        if (job.bridge()) {
            bridges.turn(tx, job, clock.instant());
            return;
        }
        tx.afterCommit(
                () -> queue.offer(new QueuedJob(job.projectId(), job.id(), job.tags(), pipeline.refProtected())));
    }

    private boolean move(Tx tx, JobRecord job, JobEvent event) {
        Optional<JobStatus> to = JobTransitions.next(job.status(), event);
        if (to.isEmpty() || !jobs.move(tx.sql(), job.id(), job.status(), to.get(), clock.instant())) {
            return false;
        }
        live.job(tx, job, to.get());
        if (to.get().isTerminal()) {
            tx.afterCommit(() -> queue.freed(job.projectId()));
        }
        String group = job.resourceGroup();
        if (group != null && (to.get() == JobStatus.SKIPPED || to.get() == JobStatus.MANUAL)) {
            // Others may have waited for it to be ready.
            free(tx, new Freed(job.projectId(), group), "without-job-" + job.id() + "-" + UUID.randomUUID());
        }
        return true;
    }

    /** Returns the names of other jobs that it moved. */
    private List<String> failed(Tx tx, PipelineRecord pipeline, JobRecord job, JobResult.Failed failure) {
        PlannedJob plan = jobs.plan(tx.sql(), job.id());
        boolean forgiven = plan.allowFailure().always()
                || (failure.reason().equals("script_failure")
                        && plan.allowFailure().forgives(failure.exitCode()));
        jobs.result(
                tx.sql(),
                job.id(),
                failure.reason(),
                failure.exitCode() == 0 ? null : Integer.valueOf(failure.exitCode()),
                forgiven);
        ended(tx, job, JobStatus.FAILED, failure.reason());
        RetryDecision decision = RetryDecision.of(
                plan.retry(),
                job.attempt(),
                job.systemFailures(),
                job.environment() != null,
                failure.reason(),
                failure.exitCode());
        if (decision == RetryDecision.NO) {
            boolean all = !forgiven && pipeline.autoCancel().onJobFailure() == OnJobFailure.ALL;
            return all ? cancelOthers(tx, job) : List.of();
        }
        jobs.insertAttempt(
                        tx.sql(),
                        job,
                        job.userId(),
                        false,
                        decision == RetryDecision.AFTER_RUNNER_FAULT,
                        clock.instant())
                .ifPresent(attempt -> enqueue(tx, pipeline, attempt, JobEvent.ENQUEUE));
        return List.of();
    }

    private List<String> cancelOthers(Tx tx, JobRecord failed) {
        List<String> canceled = new ArrayList<>();
        for (JobRecord other : jobs.latest(tx.sql(), failed.pipelineId())) {
            if (other.id() != failed.id() && other.status() != JobStatus.CANCELING && cancel(tx, other, false)) {
                canceled.add(other.name());
            }
        }
        return canceled;
    }

    private boolean cancel(Tx tx, JobRecord job, boolean byUser) {
        JobEvent event = job.status() == JobStatus.CANCELING ? JobEvent.CANCEL_CONFIRMED : JobEvent.CANCEL;
        Optional<JobStatus> to = JobTransitions.next(job.status(), event);
        if (to.isEmpty() || !move(tx, job, event)) {
            return false;
        }
        if (byUser) {
            jobs.canceledByUser(tx.sql(), job.id());
        }
        JobRecord moved = jobs.find(tx.sql(), job.id()).orElseThrow();
        if (to.get() == JobStatus.CANCELED) {
            ended(tx, moved, JobStatus.CANCELED, null);
        } else if (!moved.cancelsGracefully() && move(tx, moved, JobEvent.CANCEL_CONFIRMED)) {
            // Its runner knows no graceful end; the next call it makes is refused, which kills the script.
            ended(tx, moved, JobStatus.CANCELED, null);
        }
        return true;
    }

    private void ended(Tx tx, JobRecord job, JobStatus status, @org.jspecify.annotations.Nullable String reason) {
        tx.publish(new JobFinished(
                job.id(), job.projectId(), job.pipelineId(), status, reason, job.environment(), job.canceledByUser()));
        String group = job.resourceGroup();
        if (group != null) {
            free(tx, new Freed(job.projectId(), group), "after-job-" + job.id());
        }
        live.ended(tx, job);
    }

    private void startAnew(Tx tx, PipelineRecord pipeline, String jobName) {
        reset(tx, pipeline.id(), jobName);
        advance(tx, pipeline);
    }

    private void reset(Tx tx, long pipelineId, String jobName) {
        Map<String, JobRecord> byName = new HashMap<>();
        List<JobState> states = jobs.latest(tx.sql(), pipelineId).stream()
                .peek(job -> byName.put(job.name(), job))
                .map(JobRecord::state)
                .toList();
        for (JobChange change : PipelineEngine.reset(states, jobName)) {
            move(tx, Objects.requireNonNull(byName.get(change.job()), change.job()), change.event());
        }
    }

    /** Not started, over, or declared interruptible; and it rolls nothing out. */
    private boolean mayBeSuperseded(Tx tx, PipelineRecord of, JobRecord job) {
        if (job.bridge()) {
            return mayBeSupersededBelow(tx, of, job);
        }
        if (!job.status().isActive()) {
            // One that is over and was not interruptible has had its effect, but nothing of it can be stopped any more.
            return job.startedAt() == null || job.interruptible();
        }
        return job.interruptible() && !guard.startedRollout(tx.sql(), job.id());
    }

    /** A trigger job holds nothing up by itself, but the children that it started may. */
    private boolean mayBeSupersededBelow(Tx tx, PipelineRecord of, JobRecord bridge) {
        if (of.autoCancel().onNewCommit() == OnNewCommit.INTERRUPTIBLE
                && bridge.startedAt() != null
                && !bridge.interruptible()) {
            return false;
        }
        Optional<PipelineRecord> child = pipelines
                .ofUpstreamJob(tx.sql(), bridge.id())
                .filter(found -> found.isChild() && !found.status().isTerminal());
        return child.isEmpty()
                || (child.get().autoCancel().onNewCommit() != OnNewCommit.NONE
                        && jobs.latest(tx.sql(), child.get().id()).stream()
                                .allMatch(job -> mayBeSuperseded(tx, child.get(), job)));
    }
}
