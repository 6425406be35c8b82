package dev.tandem.server.deliver;

import dev.tandem.server.platform.DomainEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A rollout's turn came: from now on its revision runs beside the one that serves.
 *
 * @param environment name
 * @param serviceKey how agents and their traffic counters call the service
 * @param previousRevision what serves; null when nothing does
 * @param previousDeploymentId its deployment; null when nothing serves
 */
public record RolloutStarted(
        long rolloutId,
        long deploymentId,
        long projectId,
        long environmentId,
        String environment,
        String serviceKey,
        String revision,
        @Nullable String previousRevision,
        @Nullable Long previousDeploymentId,
        Instant at)
        implements DomainEvent {}
