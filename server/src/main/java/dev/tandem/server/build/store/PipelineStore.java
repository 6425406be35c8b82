package dev.tandem.server.build.store;

import static dev.tandem.server.platform.tables.Tables.JOBS;
import static dev.tandem.server.platform.tables.Tables.MIRRORED_PIPELINES;
import static dev.tandem.server.platform.tables.Tables.PIPELINES;
import static dev.tandem.server.platform.tables.Tables.PIPELINE_COUNTERS;

import dev.tandem.pipeline.plan.AutoCancel;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.state.CompositeStatus;
import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.platform.tables.tables.records.PipelinesRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/** Rows of pipelines. */
public final class PipelineStore {
    private static final TypeReference<List<Variable>> VARIABLES = new TypeReference<>() {};

    /** Which pipelines of a project a list wants; null means any. */
    public record Filter(
            @Nullable String ref,
            @Nullable String sha,
            @Nullable JobStatus status,
            @Nullable String source,
            @Nullable Long userId) {
        public static final Filter ALL = new Filter(null, null, null, null, null);
    }

    /** Stores a pipeline under the project's next number. */
    public PipelineRecord insert(DSLContext sql, NewPipeline pipeline) {
        long iid = nextIid(sql, pipeline.projectId());
        PipelinesRecord row = sql.newRecord(PIPELINES);
        row.setProjectId(pipeline.projectId());
        row.setIid(iid);
        row.setPushId(pipeline.pushId());
        row.setSource(pipeline.source());
        row.setRef(pipeline.ref());
        row.setTag(pipeline.tag());
        row.setRefProtected(pipeline.refProtected());
        row.setSha(pipeline.sha());
        row.setBeforeSha(pipeline.beforeSha());
        row.setName(pipeline.name());
        row.setTitle(pipeline.title());
        row.setStatus(pipeline.status().wire());
        row.setWarnings(false);
        row.setComplete(pipeline.complete());
        row.setOnNewCommit(word(pipeline.autoCancel().onNewCommit()));
        row.setOnJobFailure(word(pipeline.autoCancel().onJobFailure()));
        row.setStages(Codec.text(pipeline.stages()));
        row.setDiagnostics(Codec.text(pipeline.problems()));
        row.setPredefined(Codec.text(pipeline.predefined()));
        row.setVariables(pipeline.sealedVariables());
        row.setUserId(pipeline.userId());
        row.setCreatedAt(pipeline.createdAt().toEpochMilli());
        row.setUpdatedAt(pipeline.createdAt().toEpochMilli());
        row.setUpstreamJobId(pipeline.upstreamJobId());
        row.setRootId(pipeline.rootId());
        row.setDepth(pipeline.depth());
        if (pipeline.status().isTerminal()) {
            row.setFinishedAt(pipeline.createdAt().toEpochMilli());
        }
        row.insert();
        return record(row);
    }

    /** Makes other transactions that change this pipeline wait for this one to end. */
    public Optional<PipelineRecord> lock(DSLContext sql, long id, Instant now) {
        sql.update(PIPELINES)
                .set(PIPELINES.UPDATED_AT, now.toEpochMilli())
                .where(PIPELINES.ID.eq(id))
                .execute();
        return find(sql, id);
    }

    /** The same for the pipeline of a job; empty when there is no such job. */
    public Optional<PipelineRecord> lockOfJob(DSLContext sql, long jobId, Instant now) {
        return sql.select(JOBS.PIPELINE_ID)
                .from(JOBS)
                .where(JOBS.ID.eq(jobId))
                .fetchOptional(JOBS.PIPELINE_ID)
                .flatMap(id -> lock(sql, id, now));
    }

    /** Makes other transactions that lock the same project wait for this one to end. */
    public void lockProject(DSLContext sql, long projectId) {
        // Also before its first pipeline, when there is nothing to lock yet.
        sql.insertInto(PIPELINE_COUNTERS)
                .set(PIPELINE_COUNTERS.PROJECT_ID, projectId)
                .set(PIPELINE_COUNTERS.LAST_IID, 0L)
                .onConflict(PIPELINE_COUNTERS.PROJECT_ID)
                .doUpdate()
                .set(PIPELINE_COUNTERS.LAST_IID, PIPELINE_COUNTERS.LAST_IID)
                .execute();
    }

    /** All jobs are stored. */
    public void complete(DSLContext sql, long id) {
        sql.update(PIPELINES)
                .set(PIPELINES.COMPLETE, true)
                .where(PIPELINES.ID.eq(id))
                .execute();
    }

    /** Stores a new status if the old one still stands; tells whether it did. */
    public boolean move(DSLContext sql, PipelineRecord pipeline, CompositeStatus to, Instant now) {
        boolean started = pipeline.startedAt() == null && to.status() == JobStatus.RUNNING;
        return sql.update(PIPELINES)
                        .set(PIPELINES.STATUS, to.status().wire())
                        .set(PIPELINES.WARNINGS, to.warnings())
                        .set(
                                PIPELINES.STARTED_AT,
                                started ? Long.valueOf(now.toEpochMilli()) : Codec.millis(pipeline.startedAt()))
                        .set(PIPELINES.FINISHED_AT, to.status().isTerminal() ? Long.valueOf(now.toEpochMilli()) : null)
                        .set(PIPELINES.UPDATED_AT, now.toEpochMilli())
                        .where(PIPELINES.ID.eq(pipeline.id()))
                        .and(PIPELINES.STATUS.eq(pipeline.status().wire()))
                        .execute()
                == 1;
    }

    public Optional<PipelineRecord> find(DSLContext sql, long id) {
        return sql.selectFrom(PIPELINES).where(PIPELINES.ID.eq(id)).fetchOptional(PipelineStore::record);
    }

    public Optional<PipelineRecord> ofPush(DSLContext sql, String pushId) {
        return sql.selectFrom(PIPELINES).where(PIPELINES.PUSH_ID.eq(pushId)).fetchOptional(PipelineStore::record);
    }

    /** What a trigger job made. */
    public Optional<PipelineRecord> ofUpstreamJob(DSLContext sql, long jobId) {
        return sql.selectFrom(PIPELINES)
                .where(PIPELINES.UPSTREAM_JOB_ID.eq(jobId))
                .fetchOptional(PipelineStore::record);
    }

    /** The pipeline whose status a job shows: the one that it made, or one of another project. */
    public Optional<PipelineRecord> followedBy(DSLContext sql, long jobId) {
        return ofUpstreamJob(sql, jobId)
                .or(() -> sql.select(MIRRORED_PIPELINES.PIPELINE_ID)
                        .from(MIRRORED_PIPELINES)
                        .where(MIRRORED_PIPELINES.JOB_ID.eq(jobId))
                        .fetchOptional(MIRRORED_PIPELINES.PIPELINE_ID)
                        .flatMap(id -> find(sql, id)));
    }

    /** From now on a job shows the status of this pipeline; one that it follows already stays. */
    public void mirror(DSLContext sql, long jobId, long pipelineId) {
        sql.insertInto(MIRRORED_PIPELINES)
                .set(MIRRORED_PIPELINES.JOB_ID, jobId)
                .set(MIRRORED_PIPELINES.PIPELINE_ID, pipelineId)
                .onConflictDoNothing()
                .execute();
    }

    /** The jobs of other projects that show the status of this pipeline. */
    public List<Long> mirrors(DSLContext sql, long pipelineId) {
        return sql.select(MIRRORED_PIPELINES.JOB_ID)
                .from(MIRRORED_PIPELINES)
                .where(MIRRORED_PIPELINES.PIPELINE_ID.eq(pipelineId))
                .orderBy(MIRRORED_PIPELINES.JOB_ID)
                .fetch(MIRRORED_PIPELINES.JOB_ID);
    }

    /** What these trigger jobs made, by job. */
    public Map<Long, PipelineRecord> ofUpstreamJobs(DSLContext sql, Collection<Long> jobIds) {
        Map<Long, PipelineRecord> found = new LinkedHashMap<>();
        sql.selectFrom(PIPELINES)
                .where(PIPELINES.UPSTREAM_JOB_ID.in(jobIds))
                .orderBy(PIPELINES.ID)
                .forEach(row -> found.put(row.getUpstreamJobId(), record(row)));
        return found;
    }

    /** The pipeline itself, then what triggered it, up to the top. */
    public List<PipelineRecord> upstreams(DSLContext sql, PipelineRecord pipeline) {
        List<PipelineRecord> all = new ArrayList<>();
        Optional<PipelineRecord> next = Optional.of(pipeline);
        while (next.isPresent()) {
            PipelineRecord found = next.get();
            all.add(found);
            Long job = found.upstreamJobId();
            next = job == null
                    ? Optional.empty()
                    : sql.select(PIPELINES.fields())
                            .from(PIPELINES)
                            .join(JOBS)
                            .on(JOBS.PIPELINE_ID.eq(PIPELINES.ID))
                            .where(JOBS.ID.eq(job))
                            .fetchOptional(row -> record(row.into(PIPELINES)));
        }
        return all;
    }

    /** How many pipelines were triggered below this one. */
    public int hierarchySize(DSLContext sql, long rootId) {
        return sql.fetchCount(PIPELINES, PIPELINES.ROOT_ID.eq(rootId));
    }

    /** Newest first. */
    public List<PipelineRecord> list(DSLContext sql, long projectId, Filter filter, int offset, int limit) {
        return sql.selectFrom(PIPELINES)
                .where(matches(projectId, filter))
                .orderBy(PIPELINES.ID.desc())
                .limit(limit)
                .offset(offset)
                .fetch(PipelineStore::record);
    }

    public int count(DSLContext sql, long projectId, Filter filter) {
        return sql.fetchCount(PIPELINES, matches(projectId, filter));
    }

    /** Newest first. */
    public List<PipelineRecord> ofCommits(DSLContext sql, long projectId, List<String> shas) {
        return sql.selectFrom(PIPELINES)
                .where(PIPELINES
                        .PROJECT_ID
                        .eq(projectId)
                        .and(PIPELINES.SHA.in(shas))
                        .and(PIPELINES.SOURCE.ne("parent_pipeline")))
                .orderBy(PIPELINES.ID.desc())
                .limit(500)
                .fetch(PipelineStore::record);
    }

    /** Ids of the pipelines of a project that are not over. */
    public List<Long> unfinishedOf(DSLContext sql, long projectId) {
        return sql.select(PIPELINES.ID)
                .from(PIPELINES)
                .where(PIPELINES.PROJECT_ID.eq(projectId), unfinished())
                .orderBy(PIPELINES.ID)
                .fetch(PIPELINES.ID);
    }

    /** Older pipelines of pushes to the same ref that are not over. */
    public List<PipelineRecord> unfinishedBefore(DSLContext sql, PipelineRecord newer) {
        return sql.selectFrom(PIPELINES)
                .where(PIPELINES
                        .PROJECT_ID
                        .eq(newer.projectId())
                        .and(PIPELINES.REF.eq(newer.ref()))
                        .and(PIPELINES.TAG.eq(newer.tag()))
                        .and(PIPELINES.ID.lt(newer.id()))
                        .and(PIPELINES.SOURCE.eq("push"))
                        .and(unfinished()))
                .orderBy(PIPELINES.ID)
                .limit(100)
                .fetch(PipelineStore::record);
    }

    /** Pipelines of a person that failed and are the newest of their refs, newest first; at most 500. */
    public List<PipelineRecord> failedNewest(DSLContext sql, Collection<Long> projectIds, long userId) {
        return sql.selectFrom(PIPELINES)
                .where(PIPELINES
                        .USER_ID
                        .eq(userId)
                        .and(PIPELINES.STATUS.eq(JobStatus.FAILED.wire()))
                        .and(PIPELINES.TAG.isFalse())
                        .and(PIPELINES.PROJECT_ID.in(projectIds))
                        .and(newestOfItsRef()))
                .orderBy(PIPELINES.ID.desc())
                .limit(500)
                .fetch(PipelineStore::record);
    }

    /** For conditions on {@code PIPELINES}: there is none after it; children are parts of others and do not count. */
    static Condition newestOfItsRef() {
        var newer = PIPELINES.as("newer");
        return PIPELINES
                .SOURCE
                .ne("parent_pipeline")
                .andNotExists(DSL.selectOne()
                        .from(newer)
                        .where(newer.PROJECT_ID
                                .eq(PIPELINES.PROJECT_ID)
                                .and(newer.REF.eq(PIPELINES.REF))
                                .and(newer.ID.gt(PIPELINES.ID))
                                .and(newer.SOURCE.ne("parent_pipeline"))));
    }

    /** Variables known when the pipeline was made. */
    public List<Variable> predefined(DSLContext sql, long id) {
        return sql.select(PIPELINES.PREDEFINED)
                .from(PIPELINES)
                .where(PIPELINES.ID.eq(id))
                .fetchOptional(PIPELINES.PREDEFINED)
                .map(json -> Codec.read(json, VARIABLES))
                .orElse(List.of());
    }

    public Optional<String> sealedVariables(DSLContext sql, long id) {
        return sql.select(PIPELINES.VARIABLES)
                .from(PIPELINES)
                .where(PIPELINES.ID.eq(id))
                .fetchOptional(PIPELINES.VARIABLES);
    }

    public int deleteProject(DSLContext sql, long projectId) {
        sql.deleteFrom(PIPELINE_COUNTERS)
                .where(PIPELINE_COUNTERS.PROJECT_ID.eq(projectId))
                .execute();
        return sql.deleteFrom(PIPELINES)
                .where(PIPELINES.PROJECT_ID.eq(projectId))
                .execute();
    }

    private static long nextIid(DSLContext sql, long projectId) {
        sql.insertInto(PIPELINE_COUNTERS, PIPELINE_COUNTERS.PROJECT_ID, PIPELINE_COUNTERS.LAST_IID)
                .values(projectId, 1L)
                .onConflict(PIPELINE_COUNTERS.PROJECT_ID)
                .doUpdate()
                .set(PIPELINE_COUNTERS.LAST_IID, PIPELINE_COUNTERS.LAST_IID.plus(1))
                .execute();
        Long iid = sql.select(PIPELINE_COUNTERS.LAST_IID)
                .from(PIPELINE_COUNTERS)
                .where(PIPELINE_COUNTERS.PROJECT_ID.eq(projectId))
                .fetchOne(PIPELINE_COUNTERS.LAST_IID);
        if (iid == null) {
            throw new IllegalStateException("the counter of project " + projectId + " was just written");
        }
        return iid;
    }

    private static Condition matches(long projectId, Filter filter) {
        Condition condition = PIPELINES.PROJECT_ID.eq(projectId);
        condition = filter.ref() == null ? condition : condition.and(PIPELINES.REF.eq(filter.ref()));
        condition = filter.sha() == null ? condition : condition.and(PIPELINES.SHA.eq(filter.sha()));
        JobStatus status = filter.status();
        condition = status == null ? condition : condition.and(PIPELINES.STATUS.eq(status.wire()));
        // Child pipelines are parts of others; they are listed when asked for.
        condition = condition.and(
                filter.source() == null
                        ? PIPELINES.SOURCE.ne("parent_pipeline")
                        : PIPELINES.SOURCE.eq(filter.source()));
        Long user = filter.userId();
        return user == null ? condition : condition.and(PIPELINES.USER_ID.eq(user));
    }

    private static Condition unfinished() {
        return DSL.not(PIPELINES.STATUS.in("success", "failed", "canceled", "skipped"));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static PipelineRecord record(PipelinesRecord row) {
        return new PipelineRecord(
                row.getId(),
                row.getProjectId(),
                row.getIid(),
                row.getSource(),
                row.getRef(),
                row.getTag(),
                row.getRefProtected(),
                row.getSha(),
                row.getBeforeSha(),
                row.getName(),
                row.getTitle(),
                JobStatus.ofWire(row.getStatus()).orElseThrow(),
                row.getWarnings(),
                row.getComplete(),
                new AutoCancel(
                        AutoCancel.OnNewCommit.valueOf(row.getOnNewCommit().toUpperCase(Locale.ROOT)),
                        AutoCancel.OnJobFailure.valueOf(row.getOnJobFailure().toUpperCase(Locale.ROOT))),
                Codec.strings(row.getStages()),
                Codec.problems(row.getDiagnostics()),
                row.getUserId(),
                Instant.ofEpochMilli(row.getCreatedAt()),
                Codec.instant(row.getStartedAt()),
                Codec.instant(row.getFinishedAt()),
                Instant.ofEpochMilli(row.getUpdatedAt()),
                row.getUpstreamJobId(),
                row.getRootId(),
                row.getDepth());
    }
}
