package dev.tandem.pipeline.state;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the engine needs to know of a job: always its latest attempt.
 *
 * @param name unique in the pipeline
 * @param needs names of needed jobs, or null when the job waits for all earlier stages; names that are not in the pipeline count
 *     as absent optional needs
 * @param allowFailure whether a failure of this attempt is forgiven (with exit codes: decided when the attempt failed)
 */
public record JobState(
        String name, int stageIndex, @Nullable List<String> needs, When when, boolean allowFailure, JobStatus status) {
    public JobState {
        needs = needs == null ? null : List.copyOf(needs);
    }

    public JobState withStatus(JobStatus next) {
        return new JobState(name, stageIndex, needs, when, allowFailure, next);
    }
}
