package dev.tandem.server.deliver;

import dev.tandem.server.deliver.rollout.RolloutPolicy;
import dev.tandem.server.deliver.rollout.Strategy;
import java.time.Duration;

/**
 * The times of rollouts where nobody says otherwise.
 *
 * @param stepPause how long each traffic step but the last holds
 * @param settle how long the old revision stands by after the switch
 * @param drain how long requests that already run on the old revision may go on
 * @param stop time between SIGTERM and SIGKILL
 * @param canaryStep how long each step of a canary holds at least
 * @param canaryBake how long it gathers evidence at most
 * @param holdLimit how long nothing can be measured before a person is asked to look
 */
record RolloutTimes(
        Duration stepPause,
        Duration settle,
        Duration drain,
        Duration stop,
        Duration canaryStep,
        Duration canaryBake,
        Duration holdLimit) {
    static final RolloutTimes DEFAULT = new RolloutTimes(
            Duration.ofSeconds(1),
            Duration.ofSeconds(3),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofMinutes(2),
            Duration.ofMinutes(5));

    /** For the agent to notice, obey and tell. */
    private static final Duration SLACK = Duration.ofSeconds(10);

    RolloutPolicy policy(Duration progressDeadline, RolloutOptions options) {
        return new RolloutPolicy(
                progressDeadline,
                minimumStep(options),
                options.bakeMillis() == null
                        ? canary(options) ? canaryBake : settle
                        : Duration.ofMillis(options.bakeMillis()),
                drain.plus(stop).plus(SLACK),
                options.onInconclusive(),
                holdLimit);
    }

    Duration minimumStep(RolloutOptions options) {
        return options.minStepMillis() == null
                ? canary(options) ? canaryStep : stepPause
                : Duration.ofMillis(options.minStepMillis());
    }

    private static boolean canary(RolloutOptions options) {
        return options.strategy() == Strategy.CANARY;
    }
}
