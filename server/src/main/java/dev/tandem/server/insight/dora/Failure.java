package dev.tandem.server.insight.dora;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A deployment that needed somebody or something to step in.
 *
 * @param beganAt when users began to feel it, as exactly as is known
 * @param recoveredAt when production was good again; null while it is not
 * @param incidents those that name it as their cause
 */
public record Failure(
        DeploymentRecord deployment,
        Instant beganAt,
        @Nullable Instant recoveredAt,
        List<IncidentRecord> incidents) {
    public Failure {
        incidents = List.copyOf(incidents);
    }

    /** Empty while it has not recovered. */
    public Optional<Duration> recovery() {
        if (recoveredAt == null) {
            return Optional.empty();
        }
        return Optional.of(beganAt.isBefore(recoveredAt) ? Duration.between(beganAt, recoveredAt) : Duration.ZERO);
    }
}
