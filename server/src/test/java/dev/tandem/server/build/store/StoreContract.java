package dev.tandem.server.build.store;

import static dev.tandem.server.platform.tables.Tables.JOBS;
import static dev.tandem.server.platform.tables.Tables.PROJECTS;
import static dev.tandem.server.platform.tables.Tables.USERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.tandem.pipeline.plan.AllowFailure;
import dev.tandem.pipeline.plan.AutoCancel;
import dev.tandem.pipeline.plan.Need;
import dev.tandem.pipeline.plan.PlannedJob;
import dev.tandem.pipeline.plan.Retry;
import dev.tandem.pipeline.plan.Scripts;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.state.CompositeStatus;
import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.pipeline.state.StatusGroup;
import dev.tandem.pipeline.state.When;
import dev.tandem.pipeline.syntax.Mark;
import dev.tandem.server.platform.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What build's stores must keep on every database; one empty subclass each. */
abstract class StoreContract {
    private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_123L);

    private final PipelineStore pipelines = new PipelineStore();
    private final JobStore jobs = new JobStore();
    private final RunnerStore runners = new RunnerStore();
    private final ArtifactStore artifacts = new ArtifactStore();
    private final ReportStore reports = new ReportStore();
    private final VariableStore variables = new VariableStore();
    private final ResourceGroupStore groups = new ResourceGroupStore();
    private final SiteStore sites = new SiteStore();
    private long project;

    abstract Database database();

    @BeforeEach
    void makeProject() {
        String path = UUID.randomUUID().toString();
        project = write(sql -> {
            var user = sql.newRecord(USERS);
            user.setUsername(path);
            user.setUsernameKey(path);
            user.setName(path);
            user.setEmail(path);
            user.setAdmin(false);
            user.setBlocked(false);
            user.setPasswordOneTime(false);
            user.setCreatedAt(0L);
            user.insert();
            var row = sql.newRecord(PROJECTS);
            row.setNamespace("root");
            row.setPath(path);
            row.setFullPath("root/" + path);
            row.setPathKey("root/" + path);
            row.setName(path);
            row.setDescription("");
            row.setIsPublic(false);
            row.setDefaultBranch("main");
            row.setEmpty(false);
            row.setCreatorId(user.getId());
            row.setCreatedAt(0L);
            row.setUpdatedAt(0L);
            row.insert();
            return row.getId();
        });
    }

    @Test
    void aPipelineIsReadAsItWasWrittenAndCountsPerProject() {
        PipelineRecord first = pipeline("push-" + project);
        PipelineRecord second = pipeline(null);

        assertThat(first.iid()).isEqualTo(1);
        assertThat(second.iid()).isEqualTo(2);
        expect(read(sql -> pipelines.find(sql, first.id())), Optional.of(first));
        expect(read(sql -> pipelines.ofPush(sql, "push-" + project)), Optional.of(first));
        expect(read(sql -> pipelines.list(sql, project, PipelineStore.Filter.ALL, 0, 1)), List.of(second));
        expect(read(sql -> pipelines.predefined(sql, first.id())), List.of(Variable.raw("CI", "true")));
    }

    @Test
    void aPushHasOnePipelineAtMost() {
        pipeline("one-" + project);

        assertThatThrownBy(() -> pipeline("one-" + project)).isInstanceOf(RuntimeException.class);
        expect(read(sql -> pipelines.count(sql, project, PipelineStore.Filter.ALL)), 1);
    }

    /** Two systems that tell the status of a commit at once, for example. */
    @Test
    void whoLocksAProjectSeesTheFirstPipelineOfWhoeverHadItBefore() throws Exception {
        CyclicBarrier together = new CyclicBarrier(8);
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<PipelineRecord>> made = Stream.generate(() -> threads.submit(() -> {
                        together.await();
                        return write(sql -> {
                            pipelines.lockProject(sql, project);
                            return pipelines.list(sql, project, PipelineStore.Filter.ALL, 0, 1).stream()
                                    .findFirst()
                                    .orElseGet(() -> insert(sql, null));
                        });
                    }))
                    .limit(8)
                    .toList();
            for (Future<PipelineRecord> one : made) {
                assertThat(one.get().iid()).isEqualTo(1);
            }
        }
        expect(read(sql -> pipelines.count(sql, project, PipelineStore.Filter.ALL)), 1);
    }

    @Test
    void aPipelineMovesOnlyFromTheStatusThatWasSeen() {
        PipelineRecord seen = pipeline(null);
        CompositeStatus running = new CompositeStatus(JobStatus.RUNNING, false);

        expect(write(sql -> pipelines.move(sql, seen, running, NOW)), true);
        expect(write(sql -> pipelines.move(sql, seen, running, NOW)), false);
        assertThat(read(sql -> pipelines.find(sql, seen.id())).orElseThrow().startedAt())
                .isEqualTo(NOW);
    }

    @Test
    void aJobIsReadAsItWasPlanned() {
        JobRecord job = job(pipeline(null), "b", List.of(new Need("a", true, false)));

        assertThat(job.needs()).containsExactly("a");
        assertThat(job.status()).isEqualTo(JobStatus.CREATED);
        assertThat(job.tags()).containsExactly("linux");
        assertThat(job.timeout()).isEqualTo(Duration.ofMinutes(5));
        expect(read(sql -> jobs.plan(sql, job.id())), plan("b", List.of(new Need("a", true, false))));
    }

    @Test
    void aJobMovesOnlyFromTheExpectedStatus() {
        JobRecord job = job(pipeline(null), "a", null);

        assertThat(move(job, JobStatus.PENDING, JobStatus.RUNNING)).isFalse();
        assertThat(move(job, JobStatus.CREATED, JobStatus.PENDING)).isTrue();
        assertThat(move(job, JobStatus.CREATED, JobStatus.PENDING)).isFalse();
        assertThat(find(job).queuedAt()).isEqualTo(NOW);
    }

    @Test
    void oneRunnerGetsAJobAndALapsedClaimFreesIt() {
        JobRecord job = job(pipeline(null), "a", null);
        move(job, JobStatus.CREATED, JobStatus.PENDING);
        RunnerRecord one = runner();
        RunnerRecord two = runner();
        Instant until = NOW.plusSeconds(120);

        expect(write(sql -> jobs.claim(sql, job.id(), one.id(), true, hash(1), until)), true);
        expect(write(sql -> jobs.claim(sql, job.id(), two.id(), true, hash(2), until)), false);
        assertThat(read(sql -> jobs.ofToken(sql, hash(1))).orElseThrow().runnerId())
                .isEqualTo(one.id());
        expect(write(sql -> jobs.release(sql, job.id(), NOW)), false);
        expect(write(sql -> jobs.release(sql, job.id(), until)), true);
        expect(read(sql -> jobs.ofToken(sql, hash(1))), Optional.empty());
        expect(write(sql -> jobs.claim(sql, job.id(), two.id(), true, hash(2), until)), true);
    }

    @Test
    void whatATransitionLooksAtIsFoundWithoutTheOtherJobs() {
        PipelineRecord pipeline = pipeline(null);
        JobRecord first = job(pipeline, "a", null);
        JobRecord second = job(pipeline, "b", null);
        JobRecord dependant = job(pipeline, "c", List.of(new Need("a", true, false)));
        move(first, JobStatus.CREATED, JobStatus.PENDING);
        write(sql -> jobs.insertAttempt(sql, first, 7, false, false, NOW));

        expect(
                read(sql -> jobs.groups(sql, pipeline.id())),
                List.of(new StatusGroup(first.stageIndex(), JobStatus.CREATED, first.allowFailure())));
        List<JobRecord> waiting = read(sql -> jobs.waitingForStages(sql, pipeline.id(), List.of(first.stageIndex())));
        assertThat(waiting)
                .extracting(JobRecord::name, JobRecord::attempt)
                .containsExactlyInAnyOrder(tuple("a", 2), tuple("b", 1));
        expect(read(sql -> jobs.waitingForStages(sql, pipeline.id(), List.of(first.stageIndex() + 1))), List.of());
        expect(read(sql -> jobs.named(sql, pipeline.id(), List.of("b", "c"))), List.of(dependant, second));
        expect(read(sql -> jobs.needs(sql, pipeline.id())), Map.of("c", List.of("a")));
    }

    @Test
    void aNewAttemptTakesTheOldOnesPlaceOnce() {
        PipelineRecord pipeline = pipeline(null);
        JobRecord old = job(pipeline, "a", null);

        JobRecord attempt =
                write(sql -> jobs.insertAttempt(sql, old, 7, false, true, NOW)).orElseThrow();

        assertThat(attempt.attempt()).isEqualTo(2);
        assertThat(attempt.systemFailures()).isEqualTo(1);
        assertThat(attempt.userId()).isEqualTo(7);
        expect(write(sql -> jobs.insertAttempt(sql, old, 7, false, true, NOW)), Optional.empty());
        expect(read(sql -> jobs.latest(sql, pipeline.id())), List.of(attempt));
        expect(read(sql -> jobs.all(sql, pipeline.id())).size(), 2);
    }

    @Test
    void artifactsReplaceEachOtherAndTheNewestSuccessIsKept() {
        PipelineRecord pipeline = pipeline(null);
        JobRecord job = job(pipeline, "a", null);
        write(sql -> artifacts.replace(sql, artifact(job, "one")));
        ArtifactRecord second = write(sql -> artifacts.replace(sql, artifact(job, "two")));

        expect(read(sql -> artifacts.ofJobs(sql, List.of(job.id()))), List.of(second));
        assertThat(expired()).contains(second);
        expect(read(sql -> artifacts.isOfLatestSuccess(sql, second)), false);
        write(sql -> pipelines.move(sql, pipeline, new CompositeStatus(JobStatus.SUCCESS, false), NOW));
        expect(read(sql -> artifacts.isOfLatestSuccess(sql, second)), true);
        expect(read(sql -> artifacts.latestArchive(sql, project, "main", "a")), Optional.of(second));
    }

    @Test
    void reportsAndVariablesAreReadAsTheyWereWritten() {
        JobRecord job = job(pipeline(null), "a", null);
        TestReport report =
                new TestReport(2, 1, 0, 0, 1500, null, List.of(new TestCase("s", "c", "n", "failed", 1.5, "why")));
        VariableRecord variable =
                variable(project, "prod/*", new VariableRecord.Change(Instant.ofEpochMilli(5), "ann"));
        VariableRecord ofAll = variable(null, "*", null);

        write(sql -> {
            reports.replaceTests(sql, job.id(), report);
            reports.replaceDotenv(sql, job.id(), Map.of("A", "1"));
            variables.put(sql, variable);
            variables.put(sql, variable);
            variables.put(sql, ofAll);
            variables.put(sql, ofAll);
            return job;
        });

        expect(read(sql -> reports.tests(sql, List.of(job.id()))), Map.of(job.id(), report));
        expect(read(sql -> reports.dotenv(sql, List.of(job.id()))), List.of(Variable.raw("A", "1")));
        expect(read(sql -> variables.list(sql, VariableHolder.project(project))), List.of(variable));
        expect(read(sql -> variables.list(sql, VariableHolder.INSTALLATION)), List.of(ofAll));
        expect(write(sql -> variables.delete(sql, VariableHolder.INSTALLATION, "KEY", "*")), true);
        expect(read(sql -> variables.find(sql, VariableHolder.INSTALLATION, "KEY", "*")), Optional.empty());
    }

    private static VariableRecord variable(@Nullable Long owner, String scope, VariableRecord.@Nullable Change change) {
        return new VariableRecord(
                owner == null ? VariableHolder.INSTALLATION : VariableHolder.project(owner),
                "KEY",
                "sealed",
                "env_var",
                true,
                true,
                true,
                false,
                scope,
                "text",
                change);
    }

    @Test
    void aScheduleRunsOnceForEachTime() {
        ScheduleStore schedules = new ScheduleStore();
        Instant next = NOW.plusSeconds(60);
        ScheduleRecord made = write(sql -> schedules.insert(sql, schedule(0, "sealed", NOW)));
        expect(read(sql -> schedules.list(sql, project, 10)), List.of(schedule(made.id(), "sealed", NOW)));

        expect(write(sql -> schedules.ran(sql, made.id(), next, next, NOW, 7L, null)), false);
        expect(write(sql -> schedules.ran(sql, made.id(), NOW, next, NOW, null, "why")), true);
        expect(write(sql -> schedules.ran(sql, made.id(), NOW, next, NOW, 8L, null)), false);

        ScheduleRecord ran = read(sql -> schedules.find(sql, made.id())).orElseThrow();
        assertThat(ran.nextRunAt()).isEqualTo(next);
        assertThat(ran.lastProblem()).isEqualTo("why");
        write(sql -> {
            schedules.update(sql, schedule(made.id(), null, null));
            schedules.played(sql, made.id(), next, 9L, null);
            return made;
        });
        ScheduleRecord played = read(sql -> schedules.find(sql, made.id())).orElseThrow();
        assertThat(played.sealedVariables()).isNull();
        assertThat(played.nextRunAt()).isNull();
        assertThat(played.lastPipelineId()).isEqualTo(9L);
        expect(write(sql -> schedules.delete(sql, made.id())), true);
    }

    private ScheduleRecord schedule(long id, @Nullable String variables, @Nullable Instant next) {
        return new ScheduleRecord(
                id, project, "d", "main", "0 4 * * *", "UTC", true, 1, variables, next, null, null, null, NOW, NOW);
    }

    @Test
    void aTriggerIsKnownByTheHashOfItsTokenInItsProjectOnly() {
        TriggerStore triggers = new TriggerStore();
        String hash = UUID.randomUUID().toString();
        TriggerRecord wanted = new TriggerRecord(0, project, "robot", "glptt-abcd", 1, NOW, null);
        TriggerRecord made = write(sql -> triggers.insert(sql, wanted, hash));

        expect(read(sql -> triggers.ofToken(sql, project, hash)), Optional.of(made));
        expect(read(sql -> triggers.ofToken(sql, project + 1, hash)), Optional.empty());
        write(sql -> {
            triggers.used(sql, made.id(), NOW);
            triggers.describe(sql, made.id(), "other");
            return made;
        });
        expect(
                read(sql -> triggers.list(sql, project, 10)),
                List.of(new TriggerRecord(made.id(), project, "other", "glptt-abcd", 1, NOW, NOW)));
        expect(write(sql -> triggers.delete(sql, project + 1, made.id())), false);
        expect(write(sql -> triggers.delete(sql, project, made.id())), true);
    }

    @Test
    void aRunnersMachinesAreCountedOnce() {
        RunnerRecord runner = runner();
        RunnerStore.Machine machine = new RunnerStore.Machine("s_1", "1", "shell", "linux", "amd64", true);

        for (int i = 0; i < 2; i++) {
            write(sql -> {
                runners.contact(sql, runner.id(), machine, NOW);
                return runner;
            });
        }

        expect(read(sql -> runners.machines(sql, runner.id())), 1);
        assertThat(read(sql -> runners.find(sql, runner.id())).orElseThrow().contactedAt())
                .isEqualTo(NOW);
    }

    @Test
    void aResourceGroupIsMadeOnceAndKeepsTheModeThatWasChosen() {
        write(sql -> {
            groups.ensure(sql, project, "eu/1", NOW);
            groups.ensure(sql, project, "eu/1", NOW.plusSeconds(1));
            return project;
        });

        expect(read(sql -> groups.mode(sql, project, "eu/1")), ProcessMode.UNORDERED);
        expect(write(sql -> groups.choose(sql, project, "eu/1", ProcessMode.OLDEST_FIRST, NOW)), true);
        expect(write(sql -> groups.choose(sql, project, "other", ProcessMode.OLDEST_FIRST, NOW)), false);
        write(sql -> {
            groups.ensure(sql, project, "eu/1", NOW);
            return project;
        });
        ResourceGroupRecord group =
                read(sql -> groups.find(sql, project, "eu/1")).orElseThrow();
        expect(group.mode(), ProcessMode.OLDEST_FIRST);
        expect(read(sql -> groups.list(sql, project, 0, 10)), List.of(group));
        expect(read(sql -> groups.count(sql, project)), 1);
    }

    @Test
    void eachModeHasItsOwnNextJob() {
        JobRecord oldest = grouped(pipeline(null));
        JobRecord middle = grouped(pipeline(null));
        JobRecord newest = grouped(pipeline(null));
        for (JobRecord job : List.of(middle, oldest)) {
            write(sql -> jobs.move(sql, job.id(), JobStatus.CREATED, JobStatus.WAITING_FOR_RESOURCE, NOW));
        }

        expect(next(ProcessMode.UNORDERED), Optional.of(oldest.id()));
        expect(next(ProcessMode.OLDEST_FIRST), Optional.of(oldest.id()));
        expect(next(ProcessMode.NEWEST_READY_FIRST), Optional.of(middle.id()));
        expect(next(ProcessMode.NEWEST_FIRST), Optional.empty());
        expect(
                read(sql -> jobs.upcoming(sql, project, "prod", ProcessMode.NEWEST_FIRST)).stream()
                        .map(JobRecord::id)
                        .toList(),
                List.of(newest.id(), middle.id(), oldest.id()));
    }

    @Test
    void whatAJobTakesFromElsewhereIsNotedAnewEachTime() {
        JobRecord asking = job(pipeline(null), "use", null);
        JobRecord one = job(pipeline(null), "make", null);
        JobRecord other = job(pipeline(null), "make", null);

        write(sql -> {
            jobs.noteSources(sql, asking.id(), List.of(one.id()));
            jobs.noteSources(sql, asking.id(), List.of(other.id(), other.id()));
            return asking;
        });

        expect(read(sql -> jobs.isSource(sql, asking.id(), one.id())), false);
        expect(read(sql -> jobs.isSource(sql, asking.id(), other.id())), true);
    }

    @Test
    void theLatestSuccessOfAJobAtARefIsFound() {
        JobRecord first = job(pipeline(null), "make", null);
        JobRecord failed = job(pipeline(null), "make", null);
        for (JobRecord job : List.of(first, failed)) {
            write(sql -> jobs.move(
                    sql,
                    job.id(),
                    JobStatus.CREATED,
                    job.id() == failed.id() ? JobStatus.FAILED : JobStatus.SUCCESS,
                    NOW));
        }

        expect(
                read(sql -> jobs.latestSuccess(sql, project, "main", "make")).map(JobRecord::id),
                Optional.of(first.id()));
        expect(read(sql -> jobs.latestSuccess(sql, project, "other", "make")), Optional.empty());
    }

    @Test
    void aMirrorFollowsTheFirstPipelineThatItWasGiven() {
        JobRecord mirror = job(pipeline(null), "watch", null);
        PipelineRecord first = pipeline(null);
        PipelineRecord second = pipeline(null);

        write(sql -> {
            pipelines.mirror(sql, mirror.id(), first.id());
            pipelines.mirror(sql, mirror.id(), second.id());
            return mirror;
        });

        expect(read(sql -> pipelines.followedBy(sql, mirror.id())), Optional.of(first));
        expect(read(sql -> pipelines.mirrors(sql, first.id())), List.of(mirror.id()));
        expect(read(sql -> pipelines.mirrors(sql, second.id())), List.of());
    }

    @Test
    void aSiteIsReadAsItWasWrittenAndItsFilesGoWithIt() {
        JobRecord job = job(pipeline(null), "pages", null);
        SiteRecord wanted = new SiteRecord(0, project, "mr-1", job.pipelineId(), job.id(), 7, NOW, NOW.plusSeconds(9));
        SiteRecord.File file = new SiteRecord.File("a b/ü.html", "sites/1", 7);

        SiteRecord stored = write(sql -> sites.insert(sql, wanted, List.of(file)));

        expect(read(sql -> sites.find(sql, project, "mr-1")), Optional.of(stored));
        expect(read(sql -> sites.find(sql, project, "")), Optional.empty());
        expect(read(sql -> sites.ofJob(sql, job.id())), Optional.of(stored));
        expect(read(sql -> sites.file(sql, stored.id(), "a b/ü.html")), Optional.of(file));
        expect(read(sql -> sites.objectKeysOfProject(sql, project)), List.of("sites/1"));
        write(sql -> {
            sites.refuse(sql, job.id(), "newer");
            sites.refuse(sql, job.id(), "large");
            sites.delete(sql, stored.id());
            return job;
        });
        expect(read(sql -> sites.refusal(sql, job.id())), Optional.of("large"));
        expect(read(sql -> sites.objectKeys(sql, stored.id())), List.of());
        expect(read(sql -> sites.count(sql, project)), 0);
    }

    private Optional<Long> next(ProcessMode mode) {
        return read(sql -> jobs.nextForResource(sql, project, "prod", mode)).map(JobRecord::id);
    }

    private JobRecord grouped(PipelineRecord pipeline) {
        JobRecord job = job(pipeline, "deploy", null);
        write(sql -> sql.update(JOBS)
                .set(JOBS.RESOURCE_GROUP, "prod")
                .where(JOBS.ID.eq(job.id()))
                .execute());
        return job;
    }

    private static void expect(Object actual, Object expected) {
        assertThat(actual).isEqualTo(expected);
    }

    private List<ArtifactRecord> expired() {
        return read(sql -> artifacts.expired(sql, NOW, 0, 10));
    }

    private PipelineRecord pipeline(@Nullable String pushId) {
        return write(sql -> insert(sql, pushId));
    }

    private PipelineRecord insert(DSLContext sql, @Nullable String pushId) {
        return pipelines.insert(
                sql,
                new NewPipeline(
                        project,
                        pushId,
                        "push",
                        "main",
                        false,
                        true,
                        "a".repeat(40),
                        "0".repeat(40),
                        null,
                        "title",
                        JobStatus.CREATED,
                        true,
                        AutoCancel.DEFAULT,
                        List.of("test"),
                        List.of(new Problem("code", false, "message", "file", 1, 2, "path", "hint")),
                        List.of(Variable.raw("CI", "true")),
                        null,
                        1,
                        NOW,
                        null,
                        null,
                        0));
    }

    private JobRecord job(PipelineRecord pipeline, String name, @Nullable List<Need> needs) {
        write(sql -> {
            jobs.insert(sql, pipeline, plan(name, needs), 0, Duration.ofMinutes(5), NOW);
            return pipeline;
        });
        return read(sql -> jobs.latest(sql, pipeline.id())).getFirst();
    }

    private static PlannedJob plan(String name, @Nullable List<Need> needs) {
        return new PlannedJob(
                name,
                name,
                "test",
                0,
                new Mark(".gitlab-ci.yml", 1, 1),
                new Scripts(List.of(), List.of(), List.of("echo"), List.of()),
                When.ON_SUCCESS,
                null,
                new AllowFailure(false, List.of(3)),
                Retry.NEVER,
                Duration.ofMinutes(5),
                false,
                needs,
                List.of(),
                List.of(Variable.of("A", "1")),
                List.of(),
                List.of("linux"),
                null,
                List.of(),
                List.of(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                null,
                Map.of(),
                null,
                null,
                0,
                1);
    }

    private ArtifactRecord artifact(JobRecord job, String key) {
        return new ArtifactRecord(0, job.id(), project, "archive", "zip", "a.zip", 3, hash(9), key, NOW, NOW);
    }

    private RunnerRecord runner() {
        RunnerRecord runner = new RunnerRecord(0, "r", List.of("a"), true, false, false, false, 0, NOW, null);
        return write(sql -> runners.insert(sql, runner, UUID.randomUUID().toString()));
    }

    private String hash(int n) {
        return project + "-" + n;
    }

    private JobRecord find(JobRecord job) {
        return read(sql -> jobs.find(sql, job.id())).orElseThrow();
    }

    private boolean move(JobRecord job, JobStatus from, JobStatus to) {
        return write(sql -> jobs.move(sql, job.id(), from, to, NOW));
    }

    private <T> T read(Function<DSLContext, T> work) {
        return database().read(work);
    }

    private <T> T write(Function<DSLContext, T> work) {
        return database().write(tx -> work.apply(tx.sql()));
    }
}
