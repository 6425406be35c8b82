package dev.tandem.server.insight;

import static dev.tandem.server.platform.tables.Tables.INSIGHT_BACKLOG;
import static dev.tandem.server.platform.tables.Tables.INSIGHT_COMMITS;
import static dev.tandem.server.platform.tables.Tables.INSIGHT_DEPLOYMENTS;
import static dev.tandem.server.platform.tables.Tables.INSIGHT_PUSHES;

import dev.tandem.server.code.RefUpdated;
import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.DeploymentStatus;
import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.Tier;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.insight.dora.ChangeRecord;
import dev.tandem.server.insight.dora.DeploymentRecord;
import dev.tandem.server.platform.tables.tables.records.InsightDeploymentsRecord;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Rows of records. Writing the same record again changes nothing. */
final class RecordStore {
    /** More records than this are not counted in one window. */
    static final int MOST = 50_000;

    private final DSLContext sql;

    RecordStore(DSLContext sql) {
        this.sql = sql;
    }

    /**
     * What is kept of a deployment that ended.
     *
     * @param reachedAt when it first got requests; null when it never did or nobody knows
     * @param takenBackId of a rollback: what served when it began
     */
    record Fresh(
            Deployment deployment,
            Environment environment,
            boolean rolledOut,
            @Nullable Instant reachedAt,
            @Nullable Long takenBackId,
            Instant finishedAt) {}

    void deployment(Fresh fresh) {
        Deployment deployment = fresh.deployment();
        InsightDeploymentsRecord row = sql.newRecord(INSIGHT_DEPLOYMENTS);
        row.setDeploymentId(deployment.id());
        row.setProjectId(deployment.projectId());
        row.setEnvironmentId(deployment.environmentId());
        row.setEnvironment(fresh.environment().name());
        row.setTier(fresh.environment().tier().wire());
        row.setKind(deployment.kind().wire());
        row.setStatus(deployment.status().wire());
        row.setSha(deployment.sha());
        row.setUserId(deployment.user().value());
        row.setRolledOut(fresh.rolledOut());
        row.setTakenBackId(fresh.takenBackId());
        row.setCreatedAt(deployment.createdAt().toEpochMilli());
        row.setReachedAt(fresh.reachedAt() == null ? null : fresh.reachedAt().toEpochMilli());
        row.setFinishedAt(fresh.finishedAt().toEpochMilli());
        sql.insertInto(INSIGHT_DEPLOYMENTS).set(row).onConflictDoNothing().execute();
    }

    /** The earliest deployment keeps the commit, in whatever order they are told. */
    void change(Tier tier, ChangeRecord change) {
        long deployedAt = change.deployedAt().toEpochMilli();
        sql.insertInto(INSIGHT_COMMITS)
                .set(INSIGHT_COMMITS.PROJECT_ID, change.projectId())
                .set(INSIGHT_COMMITS.TIER, tier.wire())
                .set(INSIGHT_COMMITS.ENVIRONMENT_ID, change.environmentId())
                .set(INSIGHT_COMMITS.SHA, change.sha())
                .set(INSIGHT_COMMITS.DEPLOYMENT_ID, change.deploymentId())
                .set(INSIGHT_COMMITS.COMMITTED_AT, change.committedAt().toEpochMilli())
                .set(INSIGHT_COMMITS.DEPLOYED_AT, deployedAt)
                .onConflict(
                        INSIGHT_COMMITS.PROJECT_ID,
                        INSIGHT_COMMITS.TIER,
                        INSIGHT_COMMITS.SHA,
                        INSIGHT_COMMITS.ENVIRONMENT_ID)
                .doUpdate()
                .set(INSIGHT_COMMITS.DEPLOYMENT_ID, change.deploymentId())
                .set(INSIGHT_COMMITS.DEPLOYED_AT, deployedAt)
                .where(INSIGHT_COMMITS.DEPLOYED_AT.gt(deployedAt))
                .execute();
    }

    /** Those that ended in the span, oldest first. */
    List<DeploymentRecord> deployments(Collection<Long> projects, Tier tier, Instant from, Instant to) {
        return sql.selectFrom(INSIGHT_DEPLOYMENTS)
                .where(
                        INSIGHT_DEPLOYMENTS.PROJECT_ID.in(projects),
                        INSIGHT_DEPLOYMENTS.TIER.eq(tier.wire()),
                        INSIGHT_DEPLOYMENTS.FINISHED_AT.ge(from.toEpochMilli()),
                        INSIGHT_DEPLOYMENTS.FINISHED_AT.lt(to.toEpochMilli()))
                .orderBy(INSIGHT_DEPLOYMENTS.FINISHED_AT, INSIGHT_DEPLOYMENTS.DEPLOYMENT_ID)
                .limit(MOST)
                .fetch(RecordStore::deployment);
    }

    /** Commits that reached an environment of the tier in the span, and how they reached others before, oldest first. */
    List<ChangeRecord> changes(Collection<Long> projects, Tier tier, Instant from, Instant to) {
        var within = INSIGHT_COMMITS.as("within");
        return changes(INSIGHT_COMMITS
                .PROJECT_ID
                .in(projects)
                .and(INSIGHT_COMMITS.TIER.eq(tier.wire()))
                .and(INSIGHT_COMMITS.DEPLOYED_AT.lt(to.toEpochMilli()))
                .and(DSL.exists(DSL.selectOne()
                        .from(within)
                        .where(
                                within.PROJECT_ID.eq(INSIGHT_COMMITS.PROJECT_ID),
                                within.TIER.eq(INSIGHT_COMMITS.TIER),
                                within.SHA.eq(INSIGHT_COMMITS.SHA),
                                within.DEPLOYED_AT.ge(from.toEpochMilli()),
                                within.DEPLOYED_AT.lt(to.toEpochMilli())))));
    }

    /** By which deployment each environment first got a commit. */
    List<ChangeRecord> reached(long projectId, String sha) {
        return changes(INSIGHT_COMMITS.PROJECT_ID.eq(projectId).and(INSIGHT_COMMITS.SHA.eq(sha)));
    }

    private List<ChangeRecord> changes(Condition condition) {
        return sql.selectFrom(INSIGHT_COMMITS)
                .where(condition)
                .orderBy(INSIGHT_COMMITS.DEPLOYED_AT, INSIGHT_COMMITS.SHA)
                .limit(MOST)
                .fetch(row -> new ChangeRecord(
                        row.getProjectId(),
                        row.getEnvironmentId(),
                        row.getSha(),
                        row.getDeploymentId(),
                        Instant.ofEpochMilli(row.getCommittedAt()),
                        Instant.ofEpochMilli(row.getDeployedAt())));
    }

    /** Rollbacks that took one of these deployments away, oldest first. */
    List<DeploymentRecord> takenBack(Collection<Long> deployments) {
        return sql.selectFrom(INSIGHT_DEPLOYMENTS)
                .where(INSIGHT_DEPLOYMENTS.TAKEN_BACK_ID.in(deployments))
                .orderBy(INSIGHT_DEPLOYMENTS.FINISHED_AT)
                .limit(100)
                .fetch(RecordStore::deployment);
    }

    /** How many ended in each tier and status, over all projects; no more rows than there are tiers times statuses. */
    List<Tally> tally() {
        return sql.select(INSIGHT_DEPLOYMENTS.TIER, INSIGHT_DEPLOYMENTS.STATUS, DSL.count())
                .from(INSIGHT_DEPLOYMENTS)
                .groupBy(INSIGHT_DEPLOYMENTS.TIER, INSIGHT_DEPLOYMENTS.STATUS)
                .fetch(row -> new Tally(row.value1(), row.value2(), row.value3()));
    }

    record Tally(String tier, String status, int count) {}

    void push(RefUpdated event) {
        sql.insertInto(INSIGHT_PUSHES)
                .set(INSIGHT_PUSHES.PUSH_ID, event.pushId())
                .set(INSIGHT_PUSHES.PROJECT_ID, event.projectId())
                .set(INSIGHT_PUSHES.REF, event.ref())
                .set(INSIGHT_PUSHES.BEFORE_SHA, event.before())
                .set(INSIGHT_PUSHES.AFTER_SHA, event.after())
                .set(INSIGHT_PUSHES.USER_ID, event.userId())
                .set(INSIGHT_PUSHES.ACCEPTED_AT, event.acceptedAt().toEpochMilli())
                .onConflictDoNothing()
                .execute();
    }

    /** Pushes that brought a ref to one of these commits, oldest first, at most 50. */
    List<Push> pushes(long projectId, Collection<String> shas) {
        return sql.selectFrom(INSIGHT_PUSHES)
                .where(INSIGHT_PUSHES.PROJECT_ID.eq(projectId), INSIGHT_PUSHES.AFTER_SHA.in(shas))
                .orderBy(INSIGHT_PUSHES.ACCEPTED_AT)
                .limit(50)
                .fetch(row -> new Push(
                        row.getPushId(),
                        row.getProjectId(),
                        row.getRef(),
                        row.getBeforeSha(),
                        row.getAfterSha(),
                        new UserId(row.getUserId()),
                        Instant.ofEpochMilli(row.getAcceptedAt())));
    }

    Optional<Long> backlog() {
        return sql.select(INSIGHT_BACKLOG.DEPLOYMENT_ID)
                .from(INSIGHT_BACKLOG)
                .orderBy(INSIGHT_BACKLOG.DEPLOYMENT_ID)
                .limit(1)
                .fetchOptional(INSIGHT_BACKLOG.DEPLOYMENT_ID);
    }

    void done(long deploymentId) {
        sql.deleteFrom(INSIGHT_BACKLOG)
                .where(INSIGHT_BACKLOG.DEPLOYMENT_ID.eq(deploymentId))
                .execute();
    }

    private static DeploymentRecord deployment(InsightDeploymentsRecord row) {
        boolean rollback = row.getKind().equals(Deployment.Kind.ROLLBACK.wire());
        return new DeploymentRecord(
                row.getDeploymentId(),
                row.getProjectId(),
                row.getEnvironmentId(),
                row.getEnvironment(),
                rollback ? DeploymentRecord.Kind.ROLLBACK : DeploymentRecord.Kind.CHANGE,
                row.getStatus().equals(DeploymentStatus.SUCCESS.wire()),
                row.getRolledOut(),
                row.getSha(),
                row.getTakenBackId(),
                Instant.ofEpochMilli(row.getCreatedAt()),
                row.getReachedAt() == null ? null : Instant.ofEpochMilli(row.getReachedAt()),
                Instant.ofEpochMilli(row.getFinishedAt()));
    }
}
