package dev.tandem.server.deliver;

import dev.tandem.server.identity.UserId;
import dev.tandem.server.platform.DomainEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A deployment began: its job runs, or its rollout's turn came. Published once for each deployment; {@link RolloutStarted}
 * tells when a revision of it starts.
 *
 * @param environment name
 * @param sha the commit it brings
 * @param rollbackOfId the deployment whose bundle is brought back; null when this is no rollback
 * @param previousDeploymentId what served the environment when it began; null when nothing did
 */
public record DeploymentStarted(
        long deploymentId,
        long projectId,
        long environmentId,
        String environment,
        Tier tier,
        Deployment.Kind kind,
        String sha,
        @Nullable String ref,
        @Nullable Long pipelineId,
        @Nullable Long jobId,
        UserId user,
        @Nullable Long rollbackOfId,
        @Nullable Long previousDeploymentId,
        Instant at)
        implements DomainEvent {}
