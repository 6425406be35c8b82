package dev.tandem.cli.run;

import dev.tandem.pipeline.plan.Need;
import dev.tandem.pipeline.plan.PlannedJob;
import dev.tandem.pipeline.state.JobEvent;
import dev.tandem.pipeline.state.JobState;
import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.pipeline.state.JobTransitions;
import dev.tandem.runner.LocalResult;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where one job of the run stands. Used by the thread that runs the pipeline alone. */
final class LocalJobState {
    private final PlannedJob plan;
    private final String within;
    private JobState state;
    private int attempts;
    private long id;
    private boolean playedByHand;
    private long startedNanos;
    private Duration took = Duration.ZERO;
    private @Nullable LocalResult result;
    private @Nullable LocalPipeline downstream;

    /** @param within the trigger job whose pipeline it belongs to; empty at the top */
    LocalJobState(PlannedJob plan, String within) {
        this.plan = plan;
        this.within = within;
        List<Need> needs = plan.needs();
        this.state = new JobState(
                plan.name(),
                plan.stageIndex(),
                needs == null ? null : needs.stream().map(Need::job).toList(),
                plan.when(),
                plan.allowFailure().always(),
                JobStatus.CREATED);
    }

    PlannedJob plan() {
        return plan;
    }

    String name() {
        return plan.name();
    }

    /** What a person reads: unique among all pipelines of a run. */
    String title() {
        return within.isEmpty() ? plan.name() : within + " > " + plan.name();
    }

    /** The pipeline that it started. */
    Optional<LocalPipeline> downstream() {
        return Optional.ofNullable(downstream);
    }

    void started(LocalPipeline pipeline) {
        downstream = pipeline;
    }

    /** Whether it starts a pipeline that can run here. */
    boolean startsChild() {
        return plan.trigger() != null && plan.trigger().project() == null;
    }

    boolean startsProject() {
        return plan.trigger() != null && plan.trigger().project() != null;
    }

    JobState state() {
        return state;
    }

    JobStatus status() {
        return state.status();
    }

    /** The number of the latest attempt; 0 before the first. */
    long id() {
        return id;
    }

    int attempts() {
        return attempts;
    }

    Duration took() {
        return took;
    }

    boolean playedByHand() {
        return playedByHand;
    }

    Optional<LocalResult> result() {
        return Optional.ofNullable(result);
    }

    boolean failed() {
        return status() == JobStatus.FAILED && !state.allowFailure();
    }

    /** Goes on by the rules of the engine; what cannot happen in this state is left alone. */
    void apply(JobEvent event) {
        JobTransitions.next(status(), event).ifPresent(next -> state = state.withStatus(next));
    }

    void play() {
        playedByHand = true;
        apply(JobEvent.PLAY);
    }

    void start(long number) {
        id = number;
        attempts++;
        startedNanos = System.nanoTime();
        result = null;
        apply(JobEvent.START);
    }

    /** Goes where the pipeline that it started has gone. */
    void follow(JobEvent event) {
        took = took.plusNanos(System.nanoTime() - startedNanos);
        apply(event);
        if (status() == JobStatus.CANCELING) {
            apply(JobEvent.CANCEL_CONFIRMED);
        }
    }

    /** Takes the result of the latest attempt. */
    void end(LocalResult ended) {
        result = ended;
        took = took.plusNanos(System.nanoTime() - startedNanos);
        switch (ended.status()) {
            case "success" -> apply(JobEvent.PASS);
            case "canceled" -> {
                apply(JobEvent.CANCEL);
                apply(JobEvent.CANCEL_CONFIRMED);
            }
            default -> {
                boolean forgiven = plan.allowFailure().forgives(ended.exitCode());
                state = new JobState(state.name(), state.stageIndex(), state.needs(), state.when(), forgiven, status());
                apply(JobEvent.FAIL);
            }
        }
    }

    /** Whether the failure that just happened is one to try again after. */
    boolean mayRetry() {
        return status() == JobStatus.FAILED
                && result != null
                && attempts <= plan.retry().max()
                && plan.retry().covers(result.failureReason(), result.exitCode());
    }

    /** A new attempt takes the place of the failed one, and waits for its place. */
    void retry() {
        state = new JobState(
                state.name(),
                state.stageIndex(),
                state.needs(),
                state.when(),
                plan.allowFailure().always(),
                JobStatus.PENDING);
    }
}
