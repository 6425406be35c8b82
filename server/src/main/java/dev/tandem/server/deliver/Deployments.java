package dev.tandem.server.deliver;

import dev.tandem.server.platform.Database;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Reads of deployments. Safe for use by many threads. */
@Component
public final class Deployments {
    private final Database database;
    private final RolloutTimes times;

    Deployments(Database database, RolloutTimes times) {
        this.database = database;
        this.times = times;
    }

    public Optional<Deployment> find(long id) {
        return database.read(sql -> new DeploymentStore(sql).find(id));
    }

    public List<Deployment> list(long projectId, DeploymentFilter filter, int offset, int limit) {
        return database.read(sql -> new DeploymentStore(sql).list(projectId, filter, offset, limit));
    }

    public int count(long projectId, DeploymentFilter filter) {
        return database.read(sql -> new DeploymentStore(sql).count(projectId, filter));
    }

    /** Those that succeeded in an environment and ended before {@code before}, the last one first. */
    public List<Deployment> successesBefore(long environmentId, Instant before, int limit) {
        return database.read(sql -> new DeploymentStore(sql).successesBefore(environmentId, before, limit));
    }

    /** The rollout that carries a deployment out; empty when its job did without. */
    public Optional<StoredRollout> rollout(long deploymentId) {
        return database.read(sql -> new RolloutStore(sql, times).ofDeployment(deploymentId));
    }

    /** The deployments whose rollouts made these revisions; without those that no rollout made. */
    public Map<String, Deployment> ofRevisions(Collection<String> revisions) {
        return database.read(sql -> new DeploymentStore(sql).ofRevisions(revisions));
    }

    /** When users met this deployment; both unknown without a rollout. */
    public TrafficTimes trafficTimes(long deploymentId) {
        return database.read(sql -> {
            RolloutStore rollouts = new RolloutStore(sql, times);
            return rollouts.ofDeployment(deploymentId)
                    .map(rollout -> TrafficTimes.of(rollouts.events(rollout.id(), 0, 500)))
                    .orElseGet(() -> new TrafficTimes(null, null));
        });
    }

    /** The deployment whose rollout brought a revision. */
    public Optional<Deployment> ofRevision(String revision) {
        return database.read(sql -> new RolloutStore(sql, times)
                .ofRevision(revision)
                .flatMap(rollout -> new DeploymentStore(sql).find(rollout.deploymentId())));
    }

    /** The bundle of a rollout. */
    public Optional<ReleaseBundle> bundle(StoredRollout rollout) {
        return database.read(sql -> new BundleStore(sql).find(rollout.bundleId()));
    }

    /** What {@link Rollouts#rollBack} would bring back now; empty when there is nothing to go back to. */
    public Optional<Deployment> rollbackTarget(long environmentId) {
        return database.read(sql -> RollbackTarget.find(sql, times, environmentId));
    }
}
