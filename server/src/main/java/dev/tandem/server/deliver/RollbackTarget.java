package dev.tandem.server.deliver;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jooq.DSLContext;

/** Finds the deployment that a rollback goes back to. */
final class RollbackTarget {
    private RollbackTarget() {}

    /** The bundles that a rollback of any environment would need now. */
    static Set<Long> bundles(DSLContext sql, RolloutTimes times) {
        RolloutStore rollouts = new RolloutStore(sql, times);
        return new EnvironmentStore(sql)
                .running().stream()
                        .flatMap(environment -> find(sql, times, environment).stream())
                        .flatMap(deployment -> rollouts.ofDeployment(deployment.id()).stream())
                        .map(StoredRollout::bundleId)
                        .collect(Collectors.toSet());
    }

    /**
     * While a newer revision is being rolled out: what served before it. Else the last good deployment before the one
     * that serves; of a rollback, before the one that it brought back.
     */
    static Optional<Deployment> find(DSLContext sql, RolloutTimes times, long environmentId) {
        RolloutStore rollouts = new RolloutStore(sql, times);
        DeploymentStore deployments = new DeploymentStore(sql);
        AgentStore agents = new AgentStore(sql);
        Optional<StoredRollout> active = rollouts.open(environmentId).stream()
                .filter(rollout -> rollout.rollout().phase().isActive())
                .findFirst();
        if (active.isPresent()) {
            String previous = active.get().rollout().previous();
            return agents.desired(environmentId).stream()
                    .filter(revision -> revision.revision().equals(previous))
                    .findFirst()
                    .flatMap(revision -> deployments.find(revision.deploymentId()))
                    .map(deployment -> origin(deployments, deployment));
        }
        return agents.serving(environmentId)
                .flatMap(serving -> deployments
                        .find(serving.deploymentId())
                        .map(deployment -> origin(deployments, deployment))
                        .flatMap(current -> deployments.goodBefore(environmentId, current.id(), serving)));
    }

    /** What a rollback brought back, however often; any other is its own. */
    static Deployment origin(DeploymentStore deployments, Deployment deployment) {
        Deployment origin = deployment;
        while (origin.rollbackOfId() != null) {
            Deployment before = deployments.find(origin.rollbackOfId()).orElse(null);
            if (before == null) {
                return origin;
            }
            origin = before;
        }
        return origin;
    }
}
