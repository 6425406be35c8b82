package dev.tandem.server.build.store;

import static dev.tandem.server.platform.tables.Tables.JOBS;
import static dev.tandem.server.platform.tables.Tables.JOB_SOURCES;
import static dev.tandem.server.platform.tables.Tables.PIPELINES;

import dev.tandem.pipeline.plan.JobEnvironment;
import dev.tandem.pipeline.plan.Need;
import dev.tandem.pipeline.plan.PlannedJob;
import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.pipeline.state.StatusGroup;
import dev.tandem.pipeline.state.When;
import dev.tandem.server.platform.tables.tables.records.JobsRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.SortField;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Rows of jobs. A status changes only where it still is the expected one. */
public final class JobStore {
    private static final int LIST_LIMIT = 20_000;
    /** All but the plan, which is large and rarely wanted. */
    private static final List<Field<?>> COLUMNS = Arrays.stream(JOBS.fields())
            .filter(field -> !field.equals(JOBS.PLAN))
            .toList();

    /** Stores a planned job as its first attempt. */
    public void insert(
            DSLContext sql, PipelineRecord pipeline, PlannedJob plan, int position, Duration timeout, Instant now) {
        JobsRecord row = sql.newRecord(JOBS);
        JobEnvironment environment = plan.environment();
        List<Need> needs = plan.needs();
        row.setPipelineId(pipeline.id());
        row.setProjectId(pipeline.projectId());
        row.setName(plan.name());
        row.setStage(plan.stage());
        row.setStageIndex(plan.stageIndex());
        row.setPosition(position);
        row.setStatus(JobStatus.CREATED.wire());
        row.setCondition(plan.when().wire());
        row.setAllowFailure(plan.allowFailure().always());
        row.setInterruptible(plan.interruptible());
        row.setNeeds(
                needs == null ? null : Codec.text(needs.stream().map(Need::job).toList()));
        row.setPlan(Codec.text(plan));
        row.setEnvironment(environment == null ? null : environment.name());
        row.setEnvironmentAction(environment == null ? null : environment.action());
        row.setResourceGroup(plan.resourceGroup());
        row.setTags(Codec.text(plan.tags()));
        row.setTimeoutSeconds(timeout.toSeconds());
        row.setAttempt(1);
        row.setRetried(false);
        row.setSystemFailures(0);
        row.setManual(false);
        row.setUserId(pipeline.userId());
        row.setCancelsGracefully(false);
        row.setCreatedAt(now.toEpochMilli());
        row.setCanceledByUser(false);
        row.setLogBytes(0L);
        row.setLogArchived(false);
        row.setBridge(plan.trigger() != null || plan.mirrors() != null);
        row.insert();
    }

    /**
     * Puts a new attempt in the place of a finished job.
     *
     * @param lostToRunner whether the old attempt ended by a fault of its runner
     * @return the new attempt, or empty when the job had been retried already
     */
    public Optional<JobRecord> insertAttempt(
            DSLContext sql, JobRecord old, long userId, boolean manual, boolean lostToRunner, Instant now) {
        int replaced = sql.update(JOBS)
                .set(JOBS.RETRIED, true)
                .where(JOBS.ID.eq(old.id()).and(JOBS.RETRIED.eq(false)))
                .execute();
        if (replaced == 0) {
            return Optional.empty();
        }
        JobsRecord row = sql.fetchSingle(JOBS, JOBS.ID.eq(old.id())).copy();
        row.setStatus(JobStatus.CREATED.wire());
        row.setAllowFailure(plan(sql, old.id()).allowFailure().always());
        row.setAttempt(old.attempt() + 1);
        row.setRetried(false);
        row.setSystemFailures(old.systemFailures() + (lostToRunner ? 1 : 0));
        row.setManual(manual || old.manual());
        row.setUserId(userId);
        row.setRunnerId(null);
        row.setCancelsGracefully(false);
        row.setClaimedUntilAt(null);
        row.setTokenHash(null);
        row.setCreatedAt(now.toEpochMilli());
        row.setQueuedAt(null);
        row.setStartedAt(null);
        row.setFinishedAt(null);
        row.setFailureReason(null);
        row.setExitCode(null);
        row.setCanceledByUser(false);
        row.setLogBytes(0L);
        row.setLogArchived(false);
        row.insert();
        return find(sql, row.getId());
    }

    public Optional<JobRecord> find(DSLContext sql, long id) {
        return sql.select(COLUMNS).from(JOBS).where(JOBS.ID.eq(id)).fetchOptional(JobStore::record);
    }

    /** The job that was handed out with a token of this hash. */
    public Optional<JobRecord> ofToken(DSLContext sql, String tokenHash) {
        return sql.select(COLUMNS)
                .from(JOBS)
                .where(JOBS.TOKEN_HASH.eq(tokenHash))
                .fetchOptional(JobStore::record);
    }

    /** Latest attempts, in the order of the plan. */
    public List<JobRecord> latest(DSLContext sql, long pipelineId) {
        return list(sql, JOBS.PIPELINE_ID.eq(pipelineId).and(JOBS.RETRIED.eq(false)));
    }

    /** All attempts, in the order of the plan, newest attempt first. */
    public List<JobRecord> all(DSLContext sql, long pipelineId) {
        return list(sql, JOBS.PIPELINE_ID.eq(pipelineId));
    }

    /** All latest attempts of several pipelines. */
    public List<JobRecord> latestOf(DSLContext sql, Collection<Long> pipelineIds) {
        return list(sql, JOBS.PIPELINE_ID.in(pipelineIds).and(JOBS.RETRIED.eq(false)));
    }

    /** What the latest attempts of a pipeline amount to, stage by stage; reads an index only. */
    public List<StatusGroup> groups(DSLContext sql, long pipelineId) {
        return sql.selectDistinct(JOBS.STAGE_INDEX, JOBS.STATUS, JOBS.ALLOW_FAILURE)
                .from(JOBS)
                .where(JOBS.PIPELINE_ID.eq(pipelineId).and(JOBS.RETRIED.eq(false)))
                .fetch(row -> new StatusGroup(
                        row.value1(), JobStatus.ofWire(row.value2()).orElseThrow(), row.value3()));
    }

    /** Created jobs of these stages that wait for earlier stages only. */
    public List<JobRecord> waitingForStages(DSLContext sql, long pipelineId, Collection<Integer> stages) {
        // Inlined, so that SQLite sees that its index of such jobs fits.
        return list(
                sql,
                JOBS.PIPELINE_ID
                        .eq(pipelineId)
                        .and(JOBS.STAGE_INDEX.in(stages))
                        .and(JOBS.STATUS.eq(DSL.inline(JobStatus.CREATED.wire())))
                        .and(JOBS.NEEDS.isNull()));
    }

    /** Latest attempts of the jobs with these names. */
    public List<JobRecord> named(DSLContext sql, long pipelineId, Collection<String> names) {
        return list(
                sql, JOBS.PIPELINE_ID.eq(pipelineId).and(JOBS.NAME.in(names)).and(JOBS.RETRIED.eq(false)));
    }

    /** The jobs of a pipeline that need others, each with the names of those. */
    public Map<String, List<String>> needs(DSLContext sql, long pipelineId) {
        return sql.select(JOBS.NAME, JOBS.NEEDS)
                .from(JOBS)
                .where(JOBS.PIPELINE_ID
                        .eq(pipelineId)
                        .and(JOBS.RETRIED.eq(false))
                        .and(JOBS.NEEDS.isNotNull()))
                .fetchMap(row -> row.value1(), row -> Codec.strings(row.value2()));
    }

    /** The newest job of this name that succeeded at the ref; jobs of child pipelines do not count. */
    public Optional<JobRecord> latestSuccess(DSLContext sql, long projectId, String ref, String name) {
        return latestSuccess(sql, projectId, ref, name, DSL.trueCondition());
    }

    /** The same of the newest pipeline that succeeded as a whole and has such a job. */
    public Optional<JobRecord> ofLastSuccess(DSLContext sql, long projectId, String ref, String name) {
        return latestSuccess(sql, projectId, ref, name, PIPELINES.STATUS.eq(JobStatus.SUCCESS.wire()));
    }

    private static Optional<JobRecord> latestSuccess(
            DSLContext sql, long projectId, String ref, String name, Condition pipelines) {
        return sql.select(COLUMNS)
                .from(JOBS)
                .join(PIPELINES)
                .on(PIPELINES.ID.eq(JOBS.PIPELINE_ID))
                .where(JOBS.PROJECT_ID
                        .eq(projectId)
                        .and(JOBS.NAME.eq(name))
                        .and(JOBS.STATUS.eq(JobStatus.SUCCESS.wire()))
                        .and(JOBS.RETRIED.eq(false))
                        .and(PIPELINES.REF.eq(ref))
                        .and(PIPELINES.SOURCE.ne("parent_pipeline"))
                        .and(pipelines))
                .orderBy(JOBS.ID.desc())
                .limit(1)
                .fetchOptional(JobStore::record);
    }

    /** Notes the jobs of other pipelines whose artifacts a job is handed; earlier notes go. */
    public void noteSources(DSLContext sql, long id, Collection<Long> sources) {
        sql.deleteFrom(JOB_SOURCES).where(JOB_SOURCES.JOB_ID.eq(id)).execute();
        for (long source : new LinkedHashSet<>(sources)) {
            sql.insertInto(JOB_SOURCES)
                    .set(JOB_SOURCES.JOB_ID, id)
                    .set(JOB_SOURCES.SOURCE_JOB_ID, source)
                    .execute();
        }
    }

    public boolean isSource(DSLContext sql, long id, long source) {
        return sql.fetchExists(JOB_SOURCES, JOB_SOURCES.JOB_ID.eq(id).and(JOB_SOURCES.SOURCE_JOB_ID.eq(source)));
    }

    /** Jobs in one of these statuses, oldest first. */
    public List<JobRecord> inStatus(DSLContext sql, JobStatus... statuses) {
        return sql.select(COLUMNS)
                .from(JOBS)
                .where(JOBS.STATUS.in(words(Arrays.asList(statuses))))
                .orderBy(JOBS.ID)
                .limit(LIST_LIMIT)
                .fetch(JobStore::record);
    }

    /** How many jobs of a project runners hold now; trigger jobs need none. */
    public int held(DSLContext sql, long projectId) {
        return sql.fetchCount(
                JOBS,
                JOBS.PROJECT_ID
                        .eq(projectId)
                        .and(JOBS.STATUS.in(words(List.of(JobStatus.PENDING, JobStatus.RUNNING, JobStatus.CANCELING))))
                        .and(JOBS.RUNNER_ID.isNotNull()));
    }

    /** How many jobs each runner holds now; a runner without any is missing. */
    public Map<Long, Integer> heldCounts(DSLContext sql) {
        return sql.select(JOBS.RUNNER_ID, DSL.count())
                .from(JOBS)
                .where(JOBS.RUNNER_ID.isNotNull())
                .and(JOBS.STATUS.in(words(List.of(JobStatus.PENDING, JobStatus.RUNNING, JobStatus.CANCELING))))
                .groupBy(JOBS.RUNNER_ID)
                .fetchMap(JOBS.RUNNER_ID, DSL.count());
    }

    /** Jobs that a runner was given and that are not over, oldest first. */
    public List<JobRecord> heldBy(DSLContext sql, long runnerId) {
        return sql.select(COLUMNS)
                .from(JOBS)
                .where(JOBS.RUNNER_ID
                        .eq(runnerId)
                        .and(JOBS.STATUS.in(words(List.of(JobStatus.PENDING, JobStatus.RUNNING, JobStatus.CANCELING)))))
                .orderBy(JOBS.ID)
                .fetch(JobStore::record);
    }

    /** Jobs of a project without trigger jobs, newest first; no statuses: all. */
    public List<JobRecord> ofProject(
            DSLContext sql, long projectId, Collection<JobStatus> statuses, int offset, int limit) {
        return sql.select(COLUMNS)
                .from(JOBS)
                .where(inProject(projectId, statuses))
                .orderBy(JOBS.ID.desc())
                .limit(limit)
                .offset(offset)
                .fetch(JobStore::record);
    }

    /**
     * Jobs that wait for a person in somebody's pipelines made since then which are the newest of their refs and not
     * canceled, failed or skipped; newest pipelines first, at most 200. Jobs that stop an environment wait for nobody.
     */
    public List<JobRecord> manualOfNewest(DSLContext sql, Collection<Long> projectIds, long userId, Instant since) {
        return sql.select(COLUMNS)
                .from(JOBS)
                .join(PIPELINES)
                .on(PIPELINES.ID.eq(JOBS.PIPELINE_ID))
                .where(JOBS.STATUS
                        .eq(JobStatus.MANUAL.wire())
                        .and(JOBS.RETRIED.isFalse())
                        .and(DSL.coalesce(JOBS.ENVIRONMENT_ACTION, DSL.inline(""))
                                .ne("stop"))
                        .and(PIPELINES.USER_ID.eq(userId))
                        .and(PIPELINES.CREATED_AT.ge(since.toEpochMilli()))
                        .and(PIPELINES.PROJECT_ID.in(projectIds))
                        .and(PIPELINES.STATUS.notIn("canceled", "failed", "skipped"))
                        .and(PipelineStore.newestOfItsRef()))
                .orderBy(PIPELINES.ID.desc(), JOBS.POSITION)
                .limit(200)
                .fetch(JobStore::record);
    }

    public int count(DSLContext sql, long projectId, Collection<JobStatus> statuses) {
        return sql.fetchCount(JOBS, inProject(projectId, statuses));
    }

    public PlannedJob plan(DSLContext sql, long id) {
        return Codec.plan(sql.select(JOBS.PLAN)
                .from(JOBS)
                .where(JOBS.ID.eq(id))
                .fetchSingle()
                .value1());
    }

    /** Moves a job on if it still is in {@code from}; tells whether it was. */
    public boolean move(DSLContext sql, long id, JobStatus from, JobStatus to, Instant now) {
        Map<Field<?>, @Nullable Object> values = new LinkedHashMap<>();
        values.put(JOBS.STATUS, to.wire());
        switch (to) {
            case PENDING -> values.put(JOBS.QUEUED_AT, now.toEpochMilli());
            case RUNNING -> {
                values.put(JOBS.STARTED_AT, now.toEpochMilli());
                values.put(JOBS.CLAIMED_UNTIL_AT, null);
            }
            case SUCCESS, FAILED, CANCELED, SKIPPED -> {
                values.put(JOBS.FINISHED_AT, now.toEpochMilli());
                values.put(JOBS.CLAIMED_UNTIL_AT, null);
            }
            case CREATED -> values.put(JOBS.FINISHED_AT, null);
            case CANCELING, MANUAL, SCHEDULED, PREPARING, WAITING_FOR_RESOURCE -> {
                // Only the status changes.
            }
        }
        return sql.update(JOBS)
                        .set(values)
                        .where(JOBS.ID.eq(id).and(JOBS.STATUS.eq(from.wire())))
                        .execute()
                == 1;
    }

    /** Gives a waiting job that nobody holds to a runner; tells whether it was still to be had. */
    public boolean claim(DSLContext sql, long id, long runnerId, boolean graceful, String tokenHash, Instant until) {
        return sql.update(JOBS)
                        .set(JOBS.RUNNER_ID, runnerId)
                        .set(JOBS.CANCELS_GRACEFULLY, graceful)
                        .set(JOBS.TOKEN_HASH, tokenHash)
                        .set(JOBS.CLAIMED_UNTIL_AT, until.toEpochMilli())
                        .where(JOBS.ID
                                .eq(id)
                                .and(JOBS.STATUS.eq(JobStatus.PENDING.wire()))
                                .and(JOBS.CLAIMED_UNTIL_AT.isNull()))
                        .execute()
                == 1;
    }

    /** Takes back a job that is claimed until {@code until} and not acknowledged; tells whether it still was. */
    public boolean release(DSLContext sql, long id, Instant until) {
        return sql.update(JOBS)
                        .set(JOBS.RUNNER_ID, (Long) null)
                        .set(JOBS.TOKEN_HASH, (String) null)
                        .set(JOBS.CLAIMED_UNTIL_AT, (Long) null)
                        .where(JOBS.ID
                                .eq(id)
                                .and(JOBS.STATUS.eq(JobStatus.PENDING.wire()))
                                .and(JOBS.CLAIMED_UNTIL_AT.eq(until.toEpochMilli())))
                        .execute()
                == 1;
    }

    /** How a job ended. */
    public void result(
            DSLContext sql, long id, @Nullable String failureReason, @Nullable Integer exitCode, boolean allowFailure) {
        sql.update(JOBS)
                .set(JOBS.FAILURE_REASON, failureReason)
                .set(JOBS.EXIT_CODE, exitCode)
                .set(JOBS.ALLOW_FAILURE, allowFailure)
                .where(JOBS.ID.eq(id))
                .execute();
    }

    public void canceledByUser(DSLContext sql, long id) {
        sql.update(JOBS).set(JOBS.CANCELED_BY_USER, true).where(JOBS.ID.eq(id)).execute();
    }

    /** Somebody starts it by hand, and so becomes its user. */
    public void played(DSLContext sql, long id, long userId) {
        sql.update(JOBS)
                .set(JOBS.MANUAL, true)
                .set(JOBS.USER_ID, userId)
                .where(JOBS.ID.eq(id))
                .execute();
    }

    public void logArchived(DSLContext sql, long id, long bytes) {
        sql.update(JOBS)
                .set(JOBS.LOG_ARCHIVED, true)
                .set(JOBS.LOG_BYTES, bytes)
                .where(JOBS.ID.eq(id))
                .execute();
    }

    /** Whether a job of the project holds the resource group: waits for a runner or runs. */
    public boolean resourceTaken(DSLContext sql, long projectId, String resourceGroup) {
        return sql.fetchExists(JOBS, holds(projectId, resourceGroup));
    }

    /** The job that holds the resource group now. */
    public Optional<JobRecord> holder(DSLContext sql, long projectId, String resourceGroup) {
        return sql.select(COLUMNS)
                .from(JOBS)
                .where(holds(projectId, resourceGroup))
                .orderBy(JOBS.ID)
                .limit(1)
                .fetchOptional(JobStore::record);
    }

    private static Condition holds(long projectId, String resourceGroup) {
        return inGroup(projectId, resourceGroup)
                .and(JOBS.STATUS.in(words(List.of(JobStatus.PENDING, JobStatus.RUNNING, JobStatus.CANCELING))));
    }

    /** The jobs that want the resource group and do not hold it, the next one first. */
    public List<JobRecord> upcoming(DSLContext sql, long projectId, String resourceGroup, ProcessMode mode) {
        return upcoming(sql, projectId, resourceGroup, mode, LIST_LIMIT);
    }

    /** The job that is to have the resource group next; empty when none wants it, or when that one is not ready. */
    public Optional<JobRecord> nextForResource(DSLContext sql, long projectId, String resourceGroup, ProcessMode mode) {
        return upcoming(sql, projectId, resourceGroup, mode, 1).stream()
                .findFirst()
                .filter(job -> job.status() == JobStatus.WAITING_FOR_RESOURCE);
    }

    private static List<JobRecord> upcoming(
            DSLContext sql, long projectId, String resourceGroup, ProcessMode mode, int limit) {
        List<JobStatus> statuses = mode.waitsForTheUnready()
                ? List.of(JobStatus.WAITING_FOR_RESOURCE, JobStatus.CREATED, JobStatus.SCHEDULED)
                : List.of(JobStatus.WAITING_FOR_RESOURCE);
        // Within a pipeline, whichever is ready: its own order may have the others wait for that one.
        Field<Integer> readiness = DSL.when(JOBS.STATUS.eq(JobStatus.WAITING_FOR_RESOURCE.wire()), 0)
                .otherwise(1);
        SortField<Long> age = switch (mode) {
            case UNORDERED -> JOBS.ID.asc();
            case OLDEST_FIRST -> JOBS.PIPELINE_ID.asc();
            case NEWEST_FIRST, NEWEST_READY_FIRST -> JOBS.PIPELINE_ID.desc();
        };
        return sql.select(COLUMNS)
                .from(JOBS)
                .where(inGroup(projectId, resourceGroup)
                        .and(JOBS.RETRIED.eq(false))
                        .and(JOBS.STATUS.in(words(statuses))))
                .orderBy(age, readiness.asc(), JOBS.ID.asc())
                .limit(limit)
                .fetch(JobStore::record);
    }

    private static Condition inGroup(long projectId, String resourceGroup) {
        return JOBS.PROJECT_ID.eq(projectId).and(JOBS.RESOURCE_GROUP.eq(resourceGroup));
    }

    private static Condition inProject(long projectId, Collection<JobStatus> statuses) {
        Condition condition = JOBS.PROJECT_ID.eq(projectId).and(JOBS.BRIDGE.eq(false));
        return statuses.isEmpty() ? condition : condition.and(JOBS.STATUS.in(words(statuses)));
    }

    private static List<String> words(Collection<JobStatus> statuses) {
        return statuses.stream().map(JobStatus::wire).toList();
    }

    private static List<JobRecord> list(DSLContext sql, Condition condition) {
        return sql.select(COLUMNS)
                .from(JOBS)
                .where(condition)
                .orderBy(JOBS.POSITION, JOBS.ID.desc())
                .limit(LIST_LIMIT)
                .fetch(JobStore::record);
    }

    private static JobRecord record(org.jooq.Record row) {
        String needs = row.get(JOBS.NEEDS);
        return new JobRecord(
                row.get(JOBS.ID),
                row.get(JOBS.PIPELINE_ID),
                row.get(JOBS.PROJECT_ID),
                row.get(JOBS.NAME),
                row.get(JOBS.STAGE),
                row.get(JOBS.STAGE_INDEX),
                row.get(JOBS.POSITION),
                JobStatus.ofWire(row.get(JOBS.STATUS)).orElseThrow(),
                When.ofWire(row.get(JOBS.CONDITION)).orElseThrow(),
                row.get(JOBS.ALLOW_FAILURE),
                row.get(JOBS.INTERRUPTIBLE),
                needs == null ? null : Codec.strings(needs),
                row.get(JOBS.ENVIRONMENT),
                row.get(JOBS.ENVIRONMENT_ACTION),
                row.get(JOBS.RESOURCE_GROUP),
                Codec.strings(row.get(JOBS.TAGS)),
                Duration.ofSeconds(row.get(JOBS.TIMEOUT_SECONDS)),
                row.get(JOBS.ATTEMPT),
                row.get(JOBS.RETRIED),
                row.get(JOBS.SYSTEM_FAILURES),
                row.get(JOBS.MANUAL),
                row.get(JOBS.USER_ID),
                row.get(JOBS.RUNNER_ID),
                row.get(JOBS.CANCELS_GRACEFULLY),
                Codec.instant(row.get(JOBS.CLAIMED_UNTIL_AT)),
                Instant.ofEpochMilli(row.get(JOBS.CREATED_AT)),
                Codec.instant(row.get(JOBS.QUEUED_AT)),
                Codec.instant(row.get(JOBS.STARTED_AT)),
                Codec.instant(row.get(JOBS.FINISHED_AT)),
                row.get(JOBS.FAILURE_REASON),
                row.get(JOBS.EXIT_CODE),
                row.get(JOBS.CANCELED_BY_USER),
                row.get(JOBS.LOG_BYTES),
                row.get(JOBS.LOG_ARCHIVED),
                row.get(JOBS.BRIDGE));
    }
}
