package dev.tandem.server.insight;

import dev.tandem.server.code.Commit;
import dev.tandem.server.code.History;
import dev.tandem.server.code.RefUpdated;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.DeploymentStatus;
import dev.tandem.server.deliver.Deployments;
import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.deliver.RolloutEvent;
import dev.tandem.server.deliver.Rollouts;
import dev.tandem.server.deliver.StoredRollout;
import dev.tandem.server.insight.dora.ChangeRecord;
import dev.tandem.server.platform.Database;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Writes down what figures are counted from, when it happens. Asks the owners how it was and believes no order of events,
 * so each of its methods may run again, and late.
 */
@Component
final class Recorder {
    /** A deployment that brings more commits than this counts the newest ones only. */
    static final int MOST_COMMITS = 1000;
    /** So many deployments of an environment are looked through for the last one that was no rollback. */
    private static final int LOOK_BACK = 100;

    private final Database database;
    private final Deployments deployments;
    private final Environments environments;
    private final Rollouts rollouts;
    private final History history;
    private final Repositories repositories;

    Recorder(
            Database database,
            Deployments deployments,
            Environments environments,
            Rollouts rollouts,
            History history,
            Repositories repositories) {
        this.database = database;
        this.deployments = deployments;
        this.environments = environments;
        this.rollouts = rollouts;
        this.history = history;
        this.repositories = repositories;
    }

    void pushed(RefUpdated event) {
        if (!event.after().equals(RefUpdated.ZERO)
                && repositories.commit(event.projectId(), event.after()).isPresent()) {
            database.write(tx -> {
                new RecordStore(tx.sql()).push(event);
                return true;
            });
        }
    }

    /** Records what ended before there was anybody to record it. */
    void catchUp() {
        Optional<Long> next = database.read(sql -> new RecordStore(sql).backlog());
        while (next.isPresent()) {
            long id = next.get();
            ended(id);
            next = database.write(tx -> {
                new RecordStore(tx.sql()).done(id);
                return new RecordStore(tx.sql()).backlog();
            });
        }
    }

    /** A deployment ended; nothing when it is gone, or goes on after all. */
    void ended(long deploymentId) {
        Deployment deployment = deployments.find(deploymentId).orElse(null);
        if (deployment == null || !deployment.status().isTerminal()) {
            return;
        }
        Environment environment = environments.find(deployment.environmentId()).orElse(null);
        if (environment == null) {
            return;
        }
        RecordStore.Fresh fresh = fresh(deployment, environment);
        List<ChangeRecord> changes = changes(deployment, fresh.finishedAt());
        database.write(tx -> {
            RecordStore store = new RecordStore(tx.sql());
            store.deployment(fresh);
            changes.forEach(change -> store.change(environment.tier(), change));
            return true;
        });
    }

    private RecordStore.Fresh fresh(Deployment deployment, Environment environment) {
        Instant finishedAt = deployment.finishedAt() == null ? deployment.updatedAt() : deployment.finishedAt();
        StoredRollout rollout = deployments.rollout(deployment.id()).orElse(null);
        return new RecordStore.Fresh(
                deployment,
                environment,
                rollout != null,
                reachedAt(deployment, rollout, finishedAt),
                deployment.kind() == Deployment.Kind.ROLLBACK ? takenBack(deployment) : null,
                finishedAt);
    }

    private @Nullable Instant reachedAt(Deployment deployment, @Nullable StoredRollout rollout, Instant finishedAt) {
        Optional<Instant> shifted = rollout == null
                ? Optional.empty()
                : rollouts.events(rollout.id(), 0).stream()
                        .filter(RolloutEvent::shifts)
                        .map(RolloutEvent::at)
                        .findFirst();
        return shifted.orElse(deployment.status() == DeploymentStatus.SUCCESS ? finishedAt : null);
    }

    /** What served when a rollback began: its own origin if it was a rollback; null when that is what came back. */
    private @Nullable Long takenBack(Deployment rollback) {
        Optional<Deployment> served =
                deployments.successesBefore(rollback.environmentId(), rollback.createdAt(), 1).stream()
                        .findFirst()
                        .map(this::origin);
        return served.filter(each -> rollback.rollbackOfId() == null || each.id() != rollback.rollbackOfId())
                .map(Deployment::id)
                .orElse(null);
    }

    private Deployment origin(Deployment deployment) {
        Deployment origin = deployment;
        for (int i = 0; i < LOOK_BACK && origin.rollbackOfId() != null; i++) {
            Optional<Deployment> before = deployments.find(origin.rollbackOfId());
            if (before.isEmpty()) {
                return origin;
            }
            origin = before.get();
        }
        return origin;
    }

    /** Commits that it brought and the one before it had not; of the first one on record, only its own commit. */
    private List<ChangeRecord> changes(Deployment deployment, Instant finishedAt) {
        if (deployment.status() != DeploymentStatus.SUCCESS || deployment.kind() == Deployment.Kind.ROLLBACK) {
            return List.of();
        }
        List<Commit> commits = deployments.successesBefore(deployment.environmentId(), finishedAt, LOOK_BACK).stream()
                .filter(each -> each.kind() != Deployment.Kind.ROLLBACK && each.id() != deployment.id())
                .findFirst()
                .map(before -> history.between(deployment.projectId(), before.sha(), deployment.sha(), MOST_COMMITS))
                .orElseGet(() -> repositories.commit(deployment.projectId(), deployment.sha()).stream()
                        .toList());
        return commits.stream()
                // A merge changes nothing by itself; what it merges is counted.
                .filter(commit -> commit.parents().size() < 2)
                .map(commit -> new ChangeRecord(
                        deployment.projectId(),
                        deployment.environmentId(),
                        commit.sha(),
                        deployment.id(),
                        commit.committedAt(),
                        finishedAt))
                .toList();
    }
}
