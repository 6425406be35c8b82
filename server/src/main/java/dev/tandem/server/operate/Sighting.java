package dev.tandem.server.operate;

import dev.tandem.server.identity.UserId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that is to be in an incident: a new one, or the one that is open for the environment.
 *
 * @param key names it for ever, so that telling it twice changes nothing
 * @param failure null when no deployment failed
 * @param text why, in English; null for nothing
 * @param impactAt when users could first notice; null when they could not
 * @param recoveredAt when the service was well again, or {@code at} when it was never hurt; null when it is not well
 */
record Sighting(
        String key,
        long projectId,
        long environmentId,
        String environment,
        IncidentOrigin origin,
        @Nullable Long deploymentId,
        @Nullable String text,
        List<String> arguments,
        @Nullable UserId user,
        Instant at,
        @Nullable Instant impactAt,
        @Nullable Instant recoveredAt,
        @Nullable FailureFacts failure,
        List<Suspect> suspects) {
    Sighting {
        arguments = List.copyOf(arguments);
        suspects = List.copyOf(suspects);
    }

    /** The part of {@link Failure} that is known when it is seen. */
    record FailureFacts(
            long deploymentId,
            @Nullable Instant reachedUsersAt,
            @Nullable Instant restoredAt,
            @Nullable Long restoredByDeploymentId) {}
}
