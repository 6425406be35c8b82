package dev.tandem.server.operate;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A deployment that needed help, joined by ids: what change failure rate and recovery time count.
 *
 * @param deploymentId the one that failed or was taken back
 * @param origin how: {@code FAILED_ROLLOUT}, {@code ROLLBACK}, {@code FAILED_ROLLBACK}, or as told from elsewhere
 * @param reachedUsersAt when its revision got its first requests; null when it never did
 * @param restoredAt when all requests were answered by something good again; null while they are not, or when nothing was
 *     ever hurt
 * @param restoredByDeploymentId what serves since then; null while nothing good does
 */
public record Failure(
        long incidentId,
        long projectId,
        long deploymentId,
        @Nullable Long environmentId,
        IncidentOrigin origin,
        Instant failedAt,
        @Nullable Instant reachedUsersAt,
        @Nullable Instant restoredAt,
        @Nullable Long restoredByDeploymentId) {}
