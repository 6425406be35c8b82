package dev.tandem.cli.run;

import dev.tandem.pipeline.plan.AutoCancel;
import dev.tandem.pipeline.plan.Plan;
import dev.tandem.pipeline.state.Bridges;
import dev.tandem.pipeline.state.CompositeStatus;
import dev.tandem.pipeline.state.JobChange;
import dev.tandem.pipeline.state.JobEvent;
import dev.tandem.pipeline.state.JobState;
import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.pipeline.state.PipelineEngine;
import dev.tandem.runner.LocalResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Runs the jobs of one pipeline in the order that {@link PipelineEngine} decides, so many at a time. One thread calls {@link #run};
 * the jobs themselves have their own.
 */
final class LocalPipeline {
    private static final String NOT_CREATED = "downstream_pipeline_creation_failed";

    private final Plan plan;
    private final Set<String> named;
    private final Map<String, LocalJobState> jobs = new LinkedHashMap<>();
    private final Jobs runner;
    private final Children children;
    private final RunView view;
    private final Manual manual;
    private final int parallel;
    private final AtomicLong ids;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Set<String> scheduled = new TreeSet<>();
    /** Children that were started and are not over. */
    private int open;

    /** Runs a job to its end, on a thread of its own. */
    interface Jobs {
        LocalResult run(LocalJobState job, Collection<LocalJobState> all) throws InterruptedException;

        void cancel(long id);
    }

    /** Makes the pipelines that trigger jobs start. */
    interface Children {
        /** Called on a thread of the trigger job's own. */
        Child create(LocalJobState job, Collection<LocalJobState> all);
    }

    /** What became of the wish for a child pipeline. */
    sealed interface Child {
        record Made(LocalPipeline pipeline) implements Child {}

        /** There is none; {@code why} is a sentence without a subject of its own. */
        record None(String why) implements Child {}
    }

    /** Decides which manual job is started when nothing else is left to do. Pipelines of one run may ask at the same time. */
    interface Manual {
        /** @return empty to start none of them */
        Optional<LocalJobState> choose(List<LocalJobState> held);
    }

    private sealed interface Event {
        record Ended(LocalJobState job, LocalResult result) implements Event {}

        record Fired(LocalJobState job) implements Event {}

        record Refused(LocalJobState job, String why) implements Event {}

        record Begun(LocalJobState job, LocalPipeline child) implements Event {}

        record Over(LocalJobState job, JobStatus child) implements Event {}

        record Unwanted() implements Event {}
    }

    /** @param within the trigger job that starts it; empty at the top */
    LocalPipeline(Plan plan, Selection selection, Jobs runner, Children children, RunSettings run, String within) {
        this(plan, selection, runner, children, run.view(), run.manual(), run.parallel(), run.ids(), within);
    }

    LocalPipeline(
            Plan plan,
            Selection selection,
            Jobs runner,
            Children children,
            RunView view,
            Manual manual,
            int parallel,
            AtomicLong ids,
            String within) {
        this.plan = plan;
        this.named = selection.named();
        this.runner = runner;
        this.children = children;
        this.view = view;
        this.manual = manual;
        this.parallel = parallel;
        this.ids = ids;
        selection.jobs().forEach(job -> jobs.put(job.name(), new LocalJobState(job, within)));
    }

    /** Returns when nothing more can happen. */
    CompositeStatus run() throws InterruptedException {
        while (true) {
            advance();
            startPending();
            if (waiting()) {
                handle(events.take());
            } else if (!playOne()) {
                return status();
            }
        }
    }

    CompositeStatus status() {
        return PipelineEngine.status(states());
    }

    Collection<LocalJobState> jobs() {
        return jobs.values();
    }

    /** The same with those of all child pipelines, each after the job that started it. */
    List<LocalJobState> allJobs() {
        List<LocalJobState> all = new ArrayList<>();
        for (LocalJobState job : jobs.values()) {
            all.add(job);
            job.downstream().ifPresent(child -> all.addAll(child.allJobs()));
        }
        return all;
    }

    /** Name of the pipeline by {@code workflow:name}. */
    @Nullable
    String name() {
        return plan.name();
    }

    /** Ends it from another thread: what runs is canceled, and nothing more begins. */
    void cancel() {
        events.add(new Event.Unwanted());
    }

    private void advance() {
        List<JobChange> changes = PipelineEngine.advance(states());
        while (!changes.isEmpty()) {
            changes.forEach(this::apply);
            changes = PipelineEngine.advance(states());
        }
    }

    private void apply(JobChange change) {
        LocalJobState job = jobs.get(change.job());
        if (job == null) {
            throw new IllegalStateException("the engine names a job that is not there: " + change.job());
        }
        if (change.event() == JobEvent.ENQUEUE && job.startsProject()) {
            job.apply(JobEvent.SKIP);
            view.word(job.title() + " is skipped: pipelines of other projects need a server");
        } else {
            job.apply(change.event());
        }
        if (job.status() == JobStatus.MANUAL && named.contains(job.name())) {
            play(job);
        }
        if (job.status() == JobStatus.SCHEDULED && scheduled.add(job.name())) {
            Duration delay =
                    job.plan().startIn() == null ? Duration.ZERO : job.plan().startIn();
            Thread.ofVirtual().name("tandem-timer").start(() -> fire(job, delay));
        }
        if (job.status() != JobStatus.PENDING) {
            view.changed(job);
        }
    }

    private void fire(LocalJobState job, Duration delay) {
        try {
            Thread.sleep(delay);
            events.add(new Event.Fired(job));
        } catch (InterruptedException e) {
            // The whole run is over.
            Thread.currentThread().interrupt();
        }
    }

    private void startPending() {
        long free =
                parallel - running().stream().filter(job -> !job.startsChild()).count();
        for (LocalJobState job : jobs.values()) {
            boolean child = job.startsChild();
            if (job.status() == JobStatus.PENDING && (child || free > 0) && resourceIsFree(job)) {
                free -= child ? 0 : 1;
                open += child ? 1 : 0;
                job.start(ids.incrementAndGet());
                view.changed(job);
                Thread.ofVirtual().name("tandem-run-" + job.id()).start(() -> {
                    if (child) {
                        runChild(job);
                    } else {
                        runToItsEnd(job);
                    }
                });
            }
        }
    }

    private void runToItsEnd(LocalJobState job) {
        try {
            events.add(new Event.Ended(job, runner.run(job, List.copyOf(jobs.values()))));
        } catch (InterruptedException e) {
            // The whole run is over.
            Thread.currentThread().interrupt();
        }
    }

    private void runChild(LocalJobState job) {
        try {
            switch (children.create(job, List.copyOf(jobs.values()))) {
                case Child.None(String why) -> events.add(new Event.Refused(job, why));
                case Child.Made(LocalPipeline child) -> {
                    events.add(new Event.Begun(job, child));
                    events.add(new Event.Over(job, child.run().status()));
                }
            }
        } catch (InterruptedException e) {
            // The whole run is over.
            Thread.currentThread().interrupt();
        }
    }

    private boolean resourceIsFree(LocalJobState job) {
        String group = job.plan().resourceGroup();
        return group == null
                || running().stream()
                        .noneMatch(other -> group.equals(other.plan().resourceGroup()));
    }

    private List<LocalJobState> running() {
        return jobs.values().stream().filter(job -> job.status().isActive()).toList();
    }

    private boolean waiting() {
        return open > 0
                || jobs.values().stream()
                        .anyMatch(job -> job.status().isActive() || job.status() == JobStatus.SCHEDULED);
    }

    private void handle(Event event) {
        switch (event) {
            case Event.Fired(LocalJobState job) -> job.apply(JobEvent.FIRE);
            case Event.Refused(LocalJobState job, String why) -> {
                open--;
                view.word(job.title() + " starts no pipeline: " + why);
                job.end(new LocalResult("failed", NOT_CREATED, 0, Path.of(""), Map.of(), Map.of()));
                ended(job);
            }
            case Event.Begun(LocalJobState job, LocalPipeline child) -> {
                job.started(child);
                if (job.status() == JobStatus.CANCELING) {
                    child.cancel();
                } else if (strategy(job) == Bridges.Strategy.NONE) {
                    job.follow(JobEvent.PASS);
                    ended(job);
                }
            }
            case Event.Over(LocalJobState job, JobStatus child) -> over(job, child);
            case Event.Unwanted() -> cancelOthers();
            case Event.Ended(LocalJobState job, LocalResult result) -> {
                job.end(result);
                if (job.mayRetry()) {
                    view.word(job.title() + " failed and is tried again, " + (job.attempts() + 1) + " of "
                            + (job.plan().retry().max() + 1));
                    job.retry();
                } else {
                    ended(job);
                }
            }
        }
    }

    private void ended(LocalJobState job) {
        view.changed(job);
        cancelOthersAfter(job);
    }

    private static Bridges.Strategy strategy(LocalJobState job) {
        return Bridges.Strategy.ofWord(
                job.plan().trigger() == null ? "none" : job.plan().trigger().strategy());
    }

    /** A child that waits for somebody is over here, since nobody starts a job of it later. */
    private void over(LocalJobState job, JobStatus child) {
        open--;
        if (job.status() == JobStatus.CANCELING) {
            job.follow(JobEvent.CANCEL_CONFIRMED);
            ended(job);
        } else if (strategy(job) != Bridges.Strategy.NONE) {
            JobEvent event = Bridges.follow(job.status(), strategy(job), child);
            job.follow(event == null ? JobEvent.HOLD : event);
            ended(job);
        } else if (child != JobStatus.SUCCESS) {
            view.word("The pipeline of " + job.title() + " ended: " + child.wire());
        }
    }

    private void cancelOthersAfter(LocalJobState job) {
        if (!job.failed() || plan.autoCancel().onJobFailure() != AutoCancel.OnJobFailure.ALL) {
            return;
        }
        cancelOthers();
    }

    private void cancelOthers() {
        for (LocalJobState other : jobs.values()) {
            boolean active = other.status() == JobStatus.RUNNING;
            other.apply(JobEvent.CANCEL);
            if (active && other.startsChild()) {
                other.downstream().ifPresent(LocalPipeline::cancel);
            } else if (active) {
                runner.cancel(other.id());
            } else if (other.status() == JobStatus.CANCELED) {
                view.changed(other);
            }
        }
    }

    private boolean playOne() {
        List<LocalJobState> held = jobs.values().stream()
                .filter(job ->
                        job.status() == JobStatus.MANUAL && job.downstream().isEmpty())
                .toList();
        Optional<LocalJobState> chosen = held.isEmpty() ? Optional.empty() : manual.choose(held);
        chosen.ifPresent(this::play);
        return chosen.isPresent();
    }

    private void play(LocalJobState job) {
        if (job.startsProject()) {
            view.word(job.title() + " cannot be started: pipelines of other projects need a server");
            return;
        }
        job.play();
        for (JobChange reset : PipelineEngine.reset(states(), job.name())) {
            LocalJobState affected = jobs.get(reset.job());
            if (affected != null) {
                affected.apply(reset.event());
            }
        }
    }

    private List<JobState> states() {
        List<JobState> states = new ArrayList<>();
        jobs.values().forEach(job -> states.add(job.state()));
        return states;
    }
}
