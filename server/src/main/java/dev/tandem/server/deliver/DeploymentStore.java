package dev.tandem.server.deliver;

import static dev.tandem.server.platform.tables.Tables.DEPLOYMENTS;
import static dev.tandem.server.platform.tables.Tables.ENVIRONMENTS;
import static dev.tandem.server.platform.tables.Tables.ROLLOUTS;

import dev.tandem.server.deliver.rollout.RolloutPhase;
import dev.tandem.server.deliver.rollout.Told;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.platform.tables.tables.records.DeploymentsRecord;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Rows of deployments. */
final class DeploymentStore {
    private final DSLContext sql;

    DeploymentStore(DSLContext sql) {
        this.sql = sql;
    }

    /** What is known when a deployment is recorded. */
    record Fresh(
            long projectId,
            long environmentId,
            Deployment.Kind kind,
            DeploymentStatus status,
            @Nullable String ref,
            String sha,
            @Nullable Long pipelineId,
            @Nullable Long jobId,
            UserId user,
            @Nullable Long rollbackOfId) {}

    Optional<Deployment> find(long id) {
        return sql.selectFrom(DEPLOYMENTS).where(DEPLOYMENTS.ID.eq(id)).fetchOptional(DeploymentStore::deployment);
    }

    /** Oldest first: a job has more than one when it deploys more than once. */
    List<Deployment> ofJob(long jobId) {
        return sql.selectFrom(DEPLOYMENTS)
                .where(DEPLOYMENTS.JOB_ID.eq(jobId))
                .orderBy(DEPLOYMENTS.ID)
                .fetch(DeploymentStore::deployment);
    }

    List<Deployment> list(long projectId, DeploymentFilter filter, int offset, int limit) {
        Field<?> order = switch (filter.order()) {
            case ID -> DEPLOYMENTS.ID;
            case IID -> DEPLOYMENTS.IID;
            case CREATED_AT -> DEPLOYMENTS.CREATED_AT;
            case UPDATED_AT -> DEPLOYMENTS.UPDATED_AT;
            case FINISHED_AT -> DEPLOYMENTS.FINISHED_AT;
            case REF -> DEPLOYMENTS.REF;
        };
        return sql.selectFrom(DEPLOYMENTS)
                .where(condition(projectId, filter))
                .orderBy(
                        filter.ascending() ? order.asc() : order.desc(),
                        filter.ascending() ? DEPLOYMENTS.ID.asc() : DEPLOYMENTS.ID.desc())
                .offset(offset)
                .limit(limit)
                .fetch(DeploymentStore::deployment);
    }

    int count(long projectId, DeploymentFilter filter) {
        return sql.fetchCount(DEPLOYMENTS, condition(projectId, filter));
    }

    /** The newest success before {@code beforeId}. */
    Optional<Deployment> successBefore(long environmentId, long beforeId) {
        return sql.selectFrom(DEPLOYMENTS)
                .where(
                        DEPLOYMENTS.ENVIRONMENT_ID.eq(environmentId),
                        DEPLOYMENTS.ID.lt(beforeId),
                        DEPLOYMENTS.STATUS.eq(DeploymentStatus.SUCCESS.wire()))
                .orderBy(DEPLOYMENTS.ID.desc())
                .limit(1)
                .fetchOptional(DeploymentStore::deployment);
    }

    /**
     * The newest success before {@code beforeId} that was no rollback and brought another bundle, or another
     * configuration, than {@code other}; what a rollback goes back to.
     */
    Optional<Deployment> goodBefore(long environmentId, long beforeId, AgentStore.Desired other) {
        return sql.select(DEPLOYMENTS.fields())
                .from(DEPLOYMENTS)
                .join(ROLLOUTS)
                .on(ROLLOUTS.DEPLOYMENT_ID.eq(DEPLOYMENTS.ID))
                .where(
                        DEPLOYMENTS.ENVIRONMENT_ID.eq(environmentId),
                        DEPLOYMENTS.ID.lt(beforeId),
                        DEPLOYMENTS.KIND.ne(Deployment.Kind.ROLLBACK.wire()),
                        ROLLOUTS.PHASE.eq(RolloutPhase.SUCCESS.wire()),
                        ROLLOUTS.BUNDLE_ID
                                .ne(other.bundleId())
                                .or(DSL.coalesce(ROLLOUTS.CONFIGURATION_VERSION, 0L)
                                        .ne(other.configurationVersion())))
                .orderBy(DEPLOYMENTS.ID.desc())
                .limit(1)
                .fetchOptional(row -> deployment(row.into(DEPLOYMENTS)));
    }

    Map<String, Deployment> ofRevisions(Collection<String> revisions) {
        return sql.select(ROLLOUTS.REVISION)
                .select(DEPLOYMENTS.fields())
                .from(DEPLOYMENTS)
                .join(ROLLOUTS)
                .on(ROLLOUTS.DEPLOYMENT_ID.eq(DEPLOYMENTS.ID))
                .where(ROLLOUTS.REVISION.in(revisions))
                .fetchMap(row -> row.get(ROLLOUTS.REVISION), row -> deployment(row.into(DEPLOYMENTS)));
    }

    /** Those that succeeded in an environment before {@code before}, the last one first. */
    List<Deployment> successesBefore(long environmentId, Instant before, int limit) {
        return sql.selectFrom(DEPLOYMENTS)
                .where(
                        DEPLOYMENTS.ENVIRONMENT_ID.eq(environmentId),
                        DEPLOYMENTS.STATUS.eq(DeploymentStatus.SUCCESS.wire()),
                        DEPLOYMENTS.FINISHED_AT.lt(before.toEpochMilli()))
                .orderBy(DEPLOYMENTS.FINISHED_AT.desc(), DEPLOYMENTS.ID.desc())
                .limit(limit)
                .fetch(DeploymentStore::deployment);
    }

    Deployment insert(Fresh fresh, Instant now) {
        long iid = 1 + orZero(DSL.max(DEPLOYMENTS.IID), DEPLOYMENTS.PROJECT_ID.eq(fresh.projectId()));
        Long ordinal = fresh.jobId() == null
                ? null
                : 1 + orZero(DSL.max(DEPLOYMENTS.JOB_ORDINAL), DEPLOYMENTS.JOB_ID.eq(fresh.jobId()));
        long id = Objects.requireNonNull(sql.insertInto(DEPLOYMENTS)
                .set(DEPLOYMENTS.PROJECT_ID, fresh.projectId())
                .set(DEPLOYMENTS.IID, iid)
                .set(DEPLOYMENTS.ENVIRONMENT_ID, fresh.environmentId())
                .set(DEPLOYMENTS.KIND, fresh.kind().wire())
                .set(DEPLOYMENTS.STATUS, fresh.status().wire())
                .set(DEPLOYMENTS.REF, fresh.ref())
                .set(DEPLOYMENTS.SHA, fresh.sha())
                .set(DEPLOYMENTS.PIPELINE_ID, fresh.pipelineId())
                .set(DEPLOYMENTS.JOB_ID, fresh.jobId())
                .set(DEPLOYMENTS.JOB_ORDINAL, ordinal)
                .set(DEPLOYMENTS.USER_ID, fresh.user().value())
                .set(DEPLOYMENTS.ROLLBACK_OF_ID, fresh.rollbackOfId())
                .set(DEPLOYMENTS.CREATED_AT, now.toEpochMilli())
                .set(DEPLOYMENTS.UPDATED_AT, now.toEpochMilli())
                .returningResult(DEPLOYMENTS.ID)
                .fetchOne(DEPLOYMENTS.ID));
        return find(id).orElseThrow();
    }

    /** What it brings turned out to be of another commit than its job's. */
    Deployment ofCommit(Deployment deployment, String sha, @Nullable String ref) {
        if (deployment.sha().equals(sha)) {
            return deployment;
        }
        sql.update(DEPLOYMENTS)
                .set(DEPLOYMENTS.SHA, sha)
                .set(DEPLOYMENTS.REF, ref)
                .where(DEPLOYMENTS.ID.eq(deployment.id()))
                .execute();
        return find(deployment.id()).orElseThrow();
    }

    private long orZero(Field<Long> aggregate, Condition where) {
        Long found = sql.select(aggregate).from(DEPLOYMENTS).where(where).fetchOne(aggregate);
        return found == null ? 0 : found;
    }

    /** @return whether it was in one of the states that {@link DeploymentStatus#NEXT} lets lead to {@code to} */
    boolean move(long id, DeploymentStatus to, @Nullable Told why, Instant now) {
        Set<String> from = DeploymentStatus.NEXT.entrySet().stream()
                .filter(entry -> entry.getValue().contains(to))
                .map(entry -> entry.getKey().wire())
                .collect(java.util.stream.Collectors.toSet());
        return sql.update(DEPLOYMENTS)
                        .set(DEPLOYMENTS.STATUS, to.wire())
                        .set(DEPLOYMENTS.REASON, why == null ? null : why.text())
                        .set(DEPLOYMENTS.REASON_CODE, why == null ? null : why.code())
                        .set(DEPLOYMENTS.REASON_ARGUMENTS, why == null ? null : RolloutJsonText.texts(why.arguments()))
                        .set(DEPLOYMENTS.UPDATED_AT, now.toEpochMilli())
                        .set(DEPLOYMENTS.FINISHED_AT, to.isTerminal() ? now.toEpochMilli() : null)
                        .where(DEPLOYMENTS.ID.eq(id), DEPLOYMENTS.STATUS.in(from))
                        .execute()
                == 1;
    }

    private static Condition condition(long projectId, DeploymentFilter filter) {
        Condition all = DEPLOYMENTS.PROJECT_ID.eq(projectId);
        if (filter.environment() != null) {
            all = all.and(DEPLOYMENTS.ENVIRONMENT_ID.in(DSL.select(ENVIRONMENTS.ID)
                    .from(ENVIRONMENTS)
                    .where(ENVIRONMENTS.PROJECT_ID.eq(projectId), ENVIRONMENTS.NAME.eq(filter.environment()))));
        }
        all = filter.status() == null
                ? all
                : all.and(DEPLOYMENTS.STATUS.eq(filter.status().wire()));
        all = filter.sha() == null ? all : all.and(DEPLOYMENTS.SHA.eq(filter.sha()));
        all = filter.ref() == null ? all : all.and(DEPLOYMENTS.REF.eq(filter.ref()));
        all = filter.updatedAfter() == null
                ? all
                : all.and(DEPLOYMENTS.UPDATED_AT.ge(filter.updatedAfter().toEpochMilli()));
        return filter.updatedBefore() == null
                ? all
                : all.and(DEPLOYMENTS.UPDATED_AT.le(filter.updatedBefore().toEpochMilli()));
    }

    static Deployment deployment(DeploymentsRecord row) {
        return new Deployment(
                row.getId(),
                row.getIid(),
                row.getProjectId(),
                row.getEnvironmentId(),
                Deployment.Kind.ofWire(row.getKind()),
                DeploymentStatus.ofWire(row.getStatus()).orElseThrow(),
                row.getRef(),
                row.getSha(),
                row.getPipelineId(),
                row.getJobId(),
                new UserId(row.getUserId()),
                row.getRollbackOfId(),
                row.getReason(),
                row.getReasonCode(),
                RolloutJsonText.texts(row.getReasonArguments()),
                Instant.ofEpochMilli(row.getCreatedAt()),
                Instant.ofEpochMilli(row.getUpdatedAt()),
                Millis.instant(row.getFinishedAt()));
    }
}
