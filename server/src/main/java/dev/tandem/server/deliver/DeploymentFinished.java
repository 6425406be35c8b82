package dev.tandem.server.deliver;

import dev.tandem.server.platform.DomainEvent;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A deployment reached its end.
 *
 * @param environment name
 * @param sha the commit it brought
 * @param rollbackOfId the deployment whose bundle was brought back; null when this was no rollback
 * @param previousDeploymentId what served the environment when it began, and serves it again when this one failed; null
 *     when nothing did
 * @param rolloutId null when its job did without a rollout
 * @param revision what was started; null without a rollout
 * @param reason why it did not succeed, in English; null when it did
 * @param reasonCode the same as the name of a message, {@code deliver.reason.CODE}; null without one
 * @param reasonArguments of that message: with a verdict of the judge its numbers
 * @param createdAt when it was asked for
 */
public record DeploymentFinished(
        long deploymentId,
        long projectId,
        long environmentId,
        String environment,
        Tier tier,
        Deployment.Kind kind,
        DeploymentStatus status,
        String sha,
        @Nullable Long rollbackOfId,
        @Nullable Long previousDeploymentId,
        @Nullable Long rolloutId,
        @Nullable String revision,
        @Nullable String reason,
        @Nullable String reasonCode,
        List<String> reasonArguments,
        Instant createdAt,
        Instant at)
        implements DomainEvent {
    public DeploymentFinished {
        reasonArguments = List.copyOf(reasonArguments);
    }
}
