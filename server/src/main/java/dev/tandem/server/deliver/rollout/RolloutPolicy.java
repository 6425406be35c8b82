package dev.tandem.server.deliver.rollout;

import java.time.Duration;

/**
 * The times of a rollout.
 *
 * @param progressDeadline how long the new revision may take until it is healthy, and each traffic step until it is in place
 * @param stepPause how long each traffic step but the last holds at least
 * @param bake how long a canary's step gathers evidence at most, and how long all requests go to the new revision before
 *     the old one is stopped
 * @param stopping how long draining and stopping a revision may take before the rollout goes on without waiting for it
 * @param holdLimit how long nothing can be measured before a person is asked to look
 */
public record RolloutPolicy(
        Duration progressDeadline,
        Duration stepPause,
        Duration bake,
        Duration stopping,
        OnInconclusive onInconclusive,
        Duration holdLimit) {
    /** Ends by itself of a process that never was healthy, before the rollout gives up: the first may be bad luck. */
    static final int TOLERATED_RESTARTS = 1;
}
