package dev.tandem.server.operate;

import dev.tandem.server.platform.DomainEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An incident is over.
 *
 * @param deploymentId the first suspect; null when none is
 * @param resolvedByDeploymentId the deployment that mended it; null when a person or time resolved it
 * @param recoveredAt since when the service is well; the resolution itself when nothing told before
 */
public record IncidentResolved(
        long incidentId,
        long iid,
        long projectId,
        @Nullable Long environmentId,
        @Nullable Long deploymentId,
        @Nullable Long resolvedByDeploymentId,
        Instant recoveredAt,
        Instant at)
        implements DomainEvent {}
