package dev.tandem.cli.run;

import dev.tandem.pipeline.plan.AutoCancel;
import dev.tandem.pipeline.plan.Plan;
import dev.tandem.pipeline.state.CompositeStatus;
import dev.tandem.pipeline.state.JobChange;
import dev.tandem.pipeline.state.JobEvent;
import dev.tandem.pipeline.state.JobState;
import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.pipeline.state.PipelineEngine;
import dev.tandem.runner.LocalResult;
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

/**
 * Runs the jobs of one pipeline in the order that {@link PipelineEngine} decides, so many at a time. One thread calls {@link #run};
 * the jobs themselves have their own.
 */
final class LocalPipeline {
    private final Plan plan;
    private final Set<String> named;
    private final Map<String, LocalJobState> jobs = new LinkedHashMap<>();
    private final Jobs runner;
    private final RunView view;
    private final Manual manual;
    private final int parallel;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Set<String> scheduled = new TreeSet<>();
    private long lastId;

    /** Runs a job to its end, on a thread of its own. */
    interface Jobs {
        LocalResult run(LocalJobState job, Collection<LocalJobState> all) throws InterruptedException;

        void cancel(long id);
    }

    /** Decides which manual job is started when nothing else is left to do. */
    interface Manual {
        Optional<LocalJobState> choose(List<LocalJobState> held);
    }

    private sealed interface Event {
        record Ended(LocalJobState job, LocalResult result) implements Event {}

        record Fired(LocalJobState job) implements Event {}
    }

    LocalPipeline(Plan plan, Selection selection, Jobs runner, RunView view, Manual manual, int parallel) {
        this.plan = plan;
        this.named = selection.named();
        this.runner = runner;
        this.view = view;
        this.manual = manual;
        this.parallel = parallel;
        selection.jobs().forEach(job -> jobs.put(job.name(), new LocalJobState(job)));
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
        if (change.event() == JobEvent.ENQUEUE && job.plan().trigger() != null) {
            job.apply(JobEvent.SKIP);
            view.word(job.name() + " is skipped: downstream pipelines need a server");
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
        int free = parallel - running().size();
        for (LocalJobState job : jobs.values()) {
            if (free == 0) {
                return;
            }
            if (job.status() == JobStatus.PENDING && resourceIsFree(job)) {
                free--;
                job.start(++lastId);
                view.changed(job);
                Thread.ofVirtual().name("tandem-run-" + lastId).start(() -> runToItsEnd(job));
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
        return jobs.values().stream().anyMatch(job -> job.status().isActive() || job.status() == JobStatus.SCHEDULED);
    }

    private void handle(Event event) {
        switch (event) {
            case Event.Fired(LocalJobState job) -> job.apply(JobEvent.FIRE);
            case Event.Ended(LocalJobState job, LocalResult result) -> {
                job.end(result);
                if (job.mayRetry()) {
                    view.word(job.name() + " failed and is tried again, " + (job.attempts() + 1) + " of "
                            + (job.plan().retry().max() + 1));
                    job.retry();
                } else {
                    view.changed(job);
                    cancelOthersAfter(job);
                }
            }
        }
    }

    private void cancelOthersAfter(LocalJobState job) {
        if (!job.failed() || plan.autoCancel().onJobFailure() != AutoCancel.OnJobFailure.ALL) {
            return;
        }
        for (LocalJobState other : jobs.values()) {
            boolean active = other.status() == JobStatus.RUNNING;
            other.apply(JobEvent.CANCEL);
            if (active) {
                runner.cancel(other.id());
            } else if (other.status() == JobStatus.CANCELED) {
                view.changed(other);
            }
        }
    }

    private boolean playOne() {
        List<LocalJobState> held = jobs.values().stream()
                .filter(job -> job.status() == JobStatus.MANUAL)
                .toList();
        Optional<LocalJobState> chosen = held.isEmpty() ? Optional.empty() : manual.choose(held);
        chosen.ifPresent(this::play);
        return chosen.isPresent();
    }

    private void play(LocalJobState job) {
        if (job.plan().trigger() != null) {
            view.word(job.name() + " cannot be started: downstream pipelines need a server");
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
