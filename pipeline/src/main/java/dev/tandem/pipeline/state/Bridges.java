package dev.tandem.pipeline.state;

import static dev.tandem.pipeline.state.JobEvent.*;
import static dev.tandem.pipeline.state.JobStatus.*;

import org.jspecify.annotations.Nullable;

/** What a trigger job does when the pipeline that it started changes. Pure. */
public final class Bridges {
    private Bridges() {}

    /** How much of the downstream pipeline a trigger job shows. */
    public enum Strategy {
        /** Done as soon as the pipeline exists. */
        NONE,
        /** Ends as the pipeline ends; what is not success is a failure or a cancellation. */
        DEPEND,
        /** Has the pipeline's very status. */
        MIRROR;

        /** @param word of {@code trigger:strategy}; {@code none} when not given */
        public static Strategy ofWord(String word) {
            return switch (word) {
                case "depend" -> DEPEND;
                case "mirror" -> MIRROR;
                default -> NONE;
            };
        }
    }

    /**
     * The next step of a trigger job towards what its strategy asks for.
     *
     * @param bridge its status: started before, since there is a pipeline
     * @return null when it stands where it should
     */
    public static @Nullable JobEvent follow(JobStatus bridge, Strategy strategy, JobStatus downstream) {
        JobStatus wanted = wanted(strategy, downstream);
        if (bridge == wanted || bridge == CANCELING) {
            return null;
        }
        if (bridge.isTerminal()) {
            // Somebody started something of the pipeline again; ends are not corrected otherwise.
            return strategy != Strategy.NONE && !wanted.isTerminal() && bridge != SKIPPED ? RESUME : null;
        }
        if (bridge != RUNNING) {
            return RESUME;
        }
        return switch (wanted) {
            case SUCCESS -> PASS;
            case FAILED -> FAIL;
            case CANCELED -> CANCEL;
            case SKIPPED -> SKIP;
            case MANUAL -> HOLD;
            case SCHEDULED -> SCHEDULE;
            case CREATED, WAITING_FOR_RESOURCE, PREPARING, PENDING, RUNNING, CANCELING -> null;
        };
    }

    private static JobStatus wanted(Strategy strategy, JobStatus downstream) {
        return switch (strategy) {
            case NONE -> SUCCESS;
            case DEPEND ->
                switch (downstream) {
                    case SUCCESS -> SUCCESS;
                    case FAILED, SKIPPED -> FAILED;
                    case CANCELED -> CANCELED;
                    case CREATED, WAITING_FOR_RESOURCE, PREPARING, PENDING, RUNNING, CANCELING, MANUAL, SCHEDULED ->
                        RUNNING;
                };
            case MIRROR ->
                switch (downstream) {
                    case SUCCESS, FAILED, CANCELED, SKIPPED, MANUAL, SCHEDULED -> downstream;
                    case CREATED, WAITING_FOR_RESOURCE, PREPARING, PENDING, RUNNING, CANCELING -> RUNNING;
                };
        };
    }
}
