package dev.tandem.server.deliver;

import dev.tandem.server.platform.DomainEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A deployment reached its end.
 *
 * @param environment name
 * @param sha the commit it brought
 * @param rollbackOfId the deployment whose bundle was brought back; null when this was no rollback
 * @param reason why it did not succeed; null when it did
 */
public record DeploymentFinished(
        long deploymentId,
        long projectId,
        String environment,
        DeploymentStatus status,
        String sha,
        @Nullable Long rollbackOfId,
        @Nullable String reason,
        Instant at)
        implements DomainEvent {}
