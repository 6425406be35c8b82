package dev.tandem.server.build.schedule;

import dev.tandem.pipeline.plan.Retry;
import java.util.Set;

/** Whether a failed job gets a new attempt by itself. */
enum RetryDecision {
    NO,
    /** The job's own {@code retry} asks for it. */
    BY_KEYWORD,
    /** The runner was at fault; the job gets up to two more chances without having asked. */
    AFTER_RUNNER_FAULT;

    static final int RUNNER_FAULT_RETRIES = 2;
    private static final Set<String> RUNNER_FAULTS = Set.of("runner_system_failure", "runner_interrupted");

    /**
     * @param attempt the one that failed, counting from 1
     * @param systemFailures attempts before it that were lost to runner faults
     * @param environment whether the job works on an environment: then nobody can know how far a lost attempt came, so only a
     *     person may start it again
     */
    static RetryDecision of(
            Retry retry, int attempt, int systemFailures, boolean environment, String reason, int exitCode) {
        boolean runnerFault = RUNNER_FAULTS.contains(reason);
        if (runnerFault && environment) {
            return NO;
        }
        if (attempt - systemFailures <= retry.max() && retry.covers(reason, exitCode)) {
            return BY_KEYWORD;
        }
        return runnerFault && systemFailures < RUNNER_FAULT_RETRIES ? AFTER_RUNNER_FAULT : NO;
    }
}
