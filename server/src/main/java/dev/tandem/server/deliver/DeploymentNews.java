package dev.tandem.server.deliver;

import dev.tandem.server.platform.Tx;
import java.time.Instant;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Tells other packages what deployments and rollouts come to, inside of the transaction that brings it about. */
final class DeploymentNews {
    private final Tx tx;
    private final RolloutTimes times;

    DeploymentNews(Tx tx, RolloutTimes times) {
        this.tx = tx;
        this.times = times;
    }

    /** To be called when a deployment begins, and only then. */
    void started(Environment environment, Deployment deployment, Instant now) {
        tx.publish(new DeploymentStarted(
                deployment.id(),
                deployment.projectId(),
                environment.id(),
                environment.name(),
                environment.tier(),
                deployment.kind(),
                deployment.sha(),
                deployment.ref(),
                deployment.pipelineId(),
                deployment.jobId(),
                deployment.user(),
                deployment.rollbackOfId(),
                previous(deployment),
                now));
    }

    void rolloutStarted(Environment environment, StoredRollout rollout, Instant now) {
        String previous = rollout.rollout().previous();
        tx.publish(new RolloutStarted(
                rollout.id(),
                rollout.deploymentId(),
                rollout.projectId(),
                environment.id(),
                environment.name(),
                environment.serviceKey(),
                rollout.rollout().revision(),
                previous,
                previous == null ? null : deploymentOf(previous),
                now));
    }

    /** To be called when a deployment ended. */
    void finished(Environment environment, Deployment deployment, Instant now) {
        StoredRollout rollout = rollouts().ofDeployment(deployment.id()).orElse(null);
        tx.publish(new DeploymentFinished(
                deployment.id(),
                deployment.projectId(),
                environment.id(),
                environment.name(),
                environment.tier(),
                deployment.kind(),
                deployment.status(),
                deployment.sha(),
                deployment.rollbackOfId(),
                previous(deployment),
                rollout == null ? null : rollout.id(),
                rollout == null ? null : rollout.rollout().revision(),
                deployment.reason(),
                deployment.reasonCode(),
                deployment.reasonArguments(),
                deployment.createdAt(),
                now));
    }

    /** What serves when a deployment begins; without a rollout, what succeeded last before it. */
    private @Nullable Long previous(Deployment deployment) {
        String revision = rollouts()
                .ofDeployment(deployment.id())
                .map(rollout -> rollout.rollout().previous())
                .orElse(null);
        return revision == null
                ? new DeploymentStore(sql())
                        .successBefore(deployment.environmentId(), deployment.id())
                        .map(Deployment::id)
                        .orElse(null)
                : deploymentOf(revision);
    }

    private @Nullable Long deploymentOf(String revision) {
        return rollouts().ofRevision(revision).map(StoredRollout::deploymentId).orElse(null);
    }

    private RolloutStore rollouts() {
        return new RolloutStore(sql(), times);
    }

    private DSLContext sql() {
        return tx.sql();
    }
}
