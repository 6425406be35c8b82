package dev.tandem.server.deliver;

import dev.tandem.server.deliver.rollout.RolloutPolicy;
import java.time.Duration;

/**
 * The times of rollouts that nobody can set yet.
 *
 * @param stepPause how long each traffic step but the last holds
 * @param settle how long the old revision stands by after the switch
 * @param drain how long requests that already run on the old revision may go on
 * @param stop time between SIGTERM and SIGKILL
 */
record RolloutTimes(Duration stepPause, Duration settle, Duration drain, Duration stop) {
    static final RolloutTimes DEFAULT = new RolloutTimes(
            Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(10), Duration.ofSeconds(10));

    /** For the agent to notice, obey and tell. */
    private static final Duration SLACK = Duration.ofSeconds(10);

    RolloutPolicy policy(Duration progressDeadline) {
        return new RolloutPolicy(
                progressDeadline, stepPause, settle, drain.plus(stop).plus(SLACK));
    }
}
