package dev.tandem.server.deliver;

import dev.tandem.agent.protocol.ProofSpec;
import dev.tandem.server.deliver.rollout.Rollout;
import dev.tandem.server.deliver.rollout.Told;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rollout as it stands in the database.
 *
 * @param version counts its transitions
 * @param configurationVersion what its revision runs with; null until it is started
 * @param overridesHold somebody said that a hold does not count
 * @param reason why it did not succeed; null while it may yet, and when it did
 * @param reasonCode the same as the name of a message, {@code deliver.reason.CODE}
 * @param logTail last lines of the service that failed, oldest first
 */
public record StoredRollout(
        long id,
        long projectId,
        long environmentId,
        long deploymentId,
        long bundleId,
        long version,
        @Nullable Long configurationVersion,
        boolean overridesHold,
        RolloutOptions options,
        @Nullable String reason,
        @Nullable String reasonCode,
        List<String> reasonArguments,
        List<String> logTail,
        Instant createdAt,
        @Nullable Instant finishedAt,
        Rollout rollout) {
    public StoredRollout {
        reasonArguments = List.copyOf(reasonArguments);
        logTail = List.copyOf(logTail);
    }

    /** Why it did not succeed; null while it may yet, and when it did. */
    @Nullable
    Told why() {
        return reason == null || reasonCode == null ? null : new Told(reasonCode, reasonArguments, reason);
    }

    /** Once all requests go to one revision, it is asked to prove that it answers; null while there is nothing to prove. */
    @Nullable
    ProofSpec proof() {
        String previous = rollout.previous();
        return switch (rollout.phase()) {
            case SETTLING -> new ProofSpec(id + "-on", rollout.revision());
            case REVERTING -> previous == null ? null : new ProofSpec(id + "-back", previous);
            case QUEUED, PREPARING, CHECKING, SWITCHING, DRAINING, SUCCESS, FAILED, CANCELED, SUPERSEDED -> null;
        };
    }

    /** Names what is counted in the traffic step now, over all rollouts. */
    public String stepId() {
        return id + "." + (rollout.step() + 1);
    }

    /** Percent of new requests that the new revision should get now. */
    public int share() {
        return rollout.share();
    }
}
