package dev.tandem.server.deliver;

import dev.tandem.server.deliver.rollout.RolloutDecision.Kind;
import dev.tandem.server.deliver.rollout.Told;
import dev.tandem.server.platform.Tx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Where rollouts wait for their turn. Safe for use by many threads. */
@Component
final class RolloutQueue {
    private final RolloutTimes times;
    private final DeliverBells bells;

    RolloutQueue(RolloutTimes times, DeliverBells bells) {
        this.times = times;
        this.bells = bells;
    }

    /**
     * What joins the queue.
     *
     * @param told the first line of its story
     * @param configurationVersion null for what the environment has when its turn comes
     */
    record Joining(
            Deployment deployment,
            Told told,
            ReleaseBundle bundle,
            RolloutOptions options,
            Duration progressDeadline,
            boolean overridesHold,
            @Nullable Long configurationVersion) {}

    /** The first line where there is nothing more to say. */
    static Told toldOf(Deployment deployment) {
        String number = "#" + deployment.id();
        return new Told("queued", List.of(number), "deployment " + number + " is in the queue");
    }

    StoredRollout join(Tx tx, Joining joining, Instant now) {
        RolloutStore rollouts = new RolloutStore(tx.sql(), times);
        StoredRollout rollout = rollouts.insert(
                joining.deployment(),
                joining.bundle(),
                joining.options(),
                joining.progressDeadline(),
                joining.overridesHold(),
                now);
        if (joining.configurationVersion() != null) {
            rollouts.configuration(rollout.id(), joining.configurationVersion());
        }
        rollouts.event(rollout.id(), Kind.QUEUED, joining.told(), now);
        tx.afterCommit(() -> bells.rolloutMoved(rollout, false));
        return rollout;
    }
}
