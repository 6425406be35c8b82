package dev.tandem.server.deliver;

import static dev.tandem.server.platform.tables.Tables.PROJECTS;
import static dev.tandem.server.platform.tables.Tables.USERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.server.deliver.Configuration.Variable;
import dev.tandem.server.deliver.judge.Counts;
import dev.tandem.server.deliver.judge.Course;
import dev.tandem.server.deliver.judge.Segment;
import dev.tandem.server.deliver.judge.Thresholds;
import dev.tandem.server.deliver.rollout.OnInconclusive;
import dev.tandem.server.deliver.rollout.RolloutDecision.Effect;
import dev.tandem.server.deliver.rollout.RolloutDecision.Event;
import dev.tandem.server.deliver.rollout.RolloutDecision.Go;
import dev.tandem.server.deliver.rollout.RolloutDecision.Kind;
import dev.tandem.server.deliver.rollout.RolloutPhase;
import dev.tandem.server.deliver.rollout.Strategy;
import dev.tandem.server.deliver.rollout.Told;
import dev.tandem.server.deliver.rollout.Watch;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

/** What the stores of deliver must keep on every database; one empty subclass each. */
abstract class DeliverStoreContract {
    private static final Instant NOW = Instant.parse("2026-11-23T08:00:00Z");
    private static final String SHA = "4f2c9e1b0a7d3c5e8f6a1b2c3d4e5f60718293a4";
    private static final String DIGEST = "ab".repeat(32);
    private static final UserId MEI = new UserId(3);

    private TestDatabase opened;
    private Database database;
    private long project;
    private Environment production;
    private ReleaseBundle bundle;

    abstract TestDatabase open();

    @BeforeEach
    void begin() {
        opened = open();
        database = opened.database();
        long owner = write(sql -> sql.insertInto(USERS)
                .set(USERS.USERNAME, "mei")
                .set(USERS.USERNAME_KEY, "mei")
                .set(USERS.NAME, "Mei")
                .set(USERS.EMAIL, "mei@example.test")
                .set(USERS.ADMIN, false)
                .set(USERS.BLOCKED, false)
                .set(USERS.PASSWORD_ONE_TIME, false)
                .set(USERS.CREATED_AT, 0L)
                .returningResult(USERS.ID)
                .fetchSingle(USERS.ID));
        project = write(sql -> sql.insertInto(PROJECTS)
                .set(PROJECTS.NAMESPACE, "root")
                .set(PROJECTS.PATH, "shop")
                .set(PROJECTS.FULL_PATH, "root/shop")
                .set(PROJECTS.PATH_KEY, "root/shop")
                .set(PROJECTS.NAME, "shop")
                .set(PROJECTS.DESCRIPTION, "")
                .set(PROJECTS.IS_PUBLIC, false)
                .set(PROJECTS.DEFAULT_BRANCH, "main")
                .set(PROJECTS.EMPTY, false)
                .set(PROJECTS.CREATOR_ID, owner)
                .set(PROJECTS.CREATED_AT, 0L)
                .set(PROJECTS.UPDATED_AT, 0L)
                .returningResult(PROJECTS.ID)
                .fetchSingle(PROJECTS.ID));
        production = write(sql -> new EnvironmentStore(sql)
                .insert(project, "production", Tier.PRODUCTION, "production.root-shop.localhost", NOW));
        write(sql -> new BundleStore(sql).insert(project, DIGEST, "bundles/1/x", 7L, SHA, 42, NOW));
        bundle = write(sql -> new BundleStore(sql).find(project, DIGEST).orElseThrow());
    }

    @AfterEach
    void end() throws Exception {
        opened.close();
    }

    @Test
    void anEnvironmentIsReadAsItWasWritten() {
        Environment read = write(sql -> new EnvironmentStore(sql).find(project, "production"))
                .orElseThrow();

        assertThat(read).isEqualTo(production);
        assertThat(read.slug()).isEqualTo("production");
        assertThat(read.hold()).isNull();
    }

    @Test
    void namesOfEnvironmentsAreUniqueInTheirProject() {
        assertThatThrownBy(() -> write(sql -> new EnvironmentStore(sql)
                        .insert(project, "production", Tier.PRODUCTION, "other.localhost", NOW)))
                .isInstanceOf(RuntimeException.class);
    }

    @Test
    void aHoldComesAndGoes() {
        Environment.Hold hold = new Environment.Hold(SHA, MEI, NOW);
        assertThat(held(hold)).isEqualTo(hold);
        assertThat(held(null)).isNull();
    }

    private Environment.Hold held(Environment.Hold hold) {
        return write(sql -> {
            new EnvironmentStore(sql).hold(production.id(), hold);
            return new EnvironmentStore(sql).find(production.id()).orElseThrow().hold();
        });
    }

    @Test
    void environmentsAreFoundByNameSearchAndState() {
        write(sql -> new EnvironmentStore(sql).insert(project, "staging", Tier.STAGING, "s.localhost", NOW));
        write(sql -> new EnvironmentStore(sql).stop(production.id(), NOW));

        assertThat(names(EnvironmentFilter.ALL)).containsExactly("production", "staging");
        assertThat(names(new EnvironmentFilter(null, "STAG", null))).containsExactly("staging");
        assertThat(names(new EnvironmentFilter(null, null, Environment.State.STOPPED)))
                .containsExactly("production");
    }

    private List<String> names(EnvironmentFilter filter) {
        return write(sql -> new EnvironmentStore(sql).list(project, filter, 0, 10)).stream()
                .map(Environment::name)
                .toList();
    }

    @Test
    void deploymentsCountPerProjectAndJob() {
        Deployment one = deployment(Deployment.Kind.JOB, 7L);
        Deployment two = deployment(Deployment.Kind.JOB, 7L);

        assertThat(List.of(one.iid(), two.iid())).containsExactly(1L, 2L);
        assertThat(all(sql -> new DeploymentStore(sql).ofJob(7))).containsExactly(one, two);
    }

    @ParameterizedTest
    @EnumSource
    void deploymentsMoveOnlyAsTheirStatesAllow(DeploymentStatus from) {
        for (DeploymentStatus to : DeploymentStatus.values()) {
            Deployment deployment =
                    write(sql -> new DeploymentStore(sql).insert(fresh(Deployment.Kind.PERSON, null, from), NOW));

            boolean moved = write(sql -> new DeploymentStore(sql).move(deployment.id(), to, told("why"), NOW));

            assertThat(moved)
                    .as("%s to %s", from, to)
                    .isEqualTo(DeploymentStatus.NEXT.get(from).contains(to));
        }
    }

    @Test
    void aTransitionHappensOnce() {
        StoredRollout rollout = rollout();

        assertThat(apply(rollout, RolloutPhase.PREPARING)).isTrue();
        assertThat(apply(rollout, RolloutPhase.PREPARING)).isFalse();
        assertThat(all(sql -> store(sql).events(rollout.id(), 0, 10))).hasSize(1);
    }

    @Test
    void cancelingCountsAsATransition() {
        StoredRollout rollout = rollout();

        assertThat(did(sql -> store(sql).cancel(rollout.id(), told("no")))).isTrue();
        assertThat(did(sql -> store(sql).cancel(rollout.id(), told("again")))).isFalse();
        assertThat(apply(rollout, RolloutPhase.PREPARING)).isFalse();
        assertThat(write(sql -> store(sql).find(rollout.id()))
                        .orElseThrow()
                        .rollout()
                        .cancelReason())
                .isEqualTo(told("no"));
    }

    @Test
    void oneRolloutOfAnEnvironmentHasItsTurn() {
        StoredRollout one = rollout();
        StoredRollout two = rollout();
        apply(one, RolloutPhase.PREPARING);

        assertThatThrownBy(() -> apply(two, RolloutPhase.PREPARING)).isInstanceOf(RuntimeException.class);
    }

    @Test
    void aRolloutKeepsWhatItWasToldAndWhy() {
        StoredRollout rollout = rollout();
        write(sql -> store(sql)
                .apply(
                        rollout,
                        new Go(
                                RolloutPhase.REVERTING,
                                1,
                                Effect.KEEP_OLD,
                                RolloutPhase.FAILED,
                                2,
                                new Event(Kind.REVERTING, told("bad")),
                                told("bad"),
                                List.of("one", "two"),
                                new Watch(true, "mei", Watch.Promotion.FULL, NOW, true)),
                        "before",
                        NOW));

        StoredRollout read = write(sql -> store(sql).find(rollout.id())).orElseThrow();
        assertThat(read.reason()).isEqualTo("bad");
        assertThat(read.reasonCode()).isEqualTo("code");
        assertThat(read.reasonArguments()).containsExactly("argument");
        assertThat(read.rollout().watch()).isEqualTo(new Watch(true, "mei", Watch.Promotion.FULL, NOW, true));
        assertThat(read.logTail()).containsExactly("one", "two");
        assertThat(read.rollout().previous()).isEqualTo("before");
        assertThat(read.rollout().ending()).isEqualTo(RolloutPhase.FAILED);
        assertThat(read.rollout().restarts()).isEqualTo(2);
        assertThat(read.rollout().step()).isEqualTo(1);
        assertThat(read.rollout().policy().progressDeadline()).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void openRolloutsAreFoundByEnvironmentAgentAndJob() {
        Agent agent = write(sql -> new AgentStore(sql).insert("a", "hash", NOW));
        write(sql -> {
            new EnvironmentStore(sql).runOn(production.id(), agent.id());
            return true;
        });
        StoredRollout open = rollout();
        StoredRollout over = rollout();
        apply(over, RolloutPhase.SUPERSEDED);

        assertThat(all(sql -> store(sql).open())).containsExactly(open.id());
        assertThat(all(sql -> store(sql).open(production.id()))).containsExactly(open);
        assertThat(all(sql -> store(sql).openOfAgent(agent.id()))).containsExactly(open.id());
        assertThat(all(sql -> store(sql).openOfJob(7))).containsExactly(open);
    }

    @Test
    void whatShouldRunIsExactlyWhatWasKept() {
        StoredRollout one = rollout();
        StoredRollout two = rollout();
        write(sql -> {
            AgentStore agents = new AgentStore(sql);
            agents.start("old", one, NOW);
            agents.start("new", two, NOW);
            agents.weight("old", 75);
            agents.weight("new", 25);
            return true;
        });

        assertThat(found(sql -> new AgentStore(sql).serving(production.id()))
                        .orElseThrow()
                        .revision())
                .isEqualTo("old");
        write(sql -> {
            new AgentStore(sql).keepOnly(production.id(), "new");
            return true;
        });
        assertThat(all(sql -> new AgentStore(sql).desired(production.id())))
                .extracting(AgentStore.Desired::revision, AgentStore.Desired::weight)
                .containsExactly(org.assertj.core.api.Assertions.tuple("new", 100));
    }

    @Test
    void theDesiredVersionOnlyGrows() {
        Agent agent = write(sql -> new AgentStore(sql).insert("a", "hash", NOW));
        long before = version(agent);

        write(sql -> {
            new AgentStore(sql).changed(agent.id());
            return true;
        });

        assertThat(version(agent)).isGreaterThan(before);
        assertThat(found(sql -> new AgentStore(sql).byTokenHash("hash"))).contains(agent);
    }

    @Test
    void aBundleIsTakenInOnce() {
        assertThat(did(sql -> new BundleStore(sql).insert(project, DIGEST, "bundles/1/y", null, null, 42, NOW)))
                .isFalse();
    }

    @Test
    void aBundleExpiresWhenNothingNeedsItAndComesBackWithItsBytes() {
        Instant later = NOW.plus(Duration.ofDays(100));
        assertThat(all(sql -> new BundleStore(sql).idleSince(later, 10))).containsExactly(bundle);
        StoredRollout open = rollout();
        assertThat(all(sql -> new BundleStore(sql).idleSince(later, 10))).isEmpty();
        assertThat(did(sql -> new BundleStore(sql).expire(bundle.id(), later))).isFalse();
        apply(open, RolloutPhase.SUPERSEDED);
        assertThat(all(sql -> new BundleStore(sql).idleSince(NOW, 10)))
                .as("used since")
                .isEmpty();

        assertThat(did(sql -> new BundleStore(sql).expire(bundle.id(), later))).isTrue();
        assertThat(did(sql -> new BundleStore(sql).expire(bundle.id(), later))).isFalse();
        assertThat(found(sql -> new BundleStore(sql).find(bundle.id()))
                        .orElseThrow()
                        .expiredAt())
                .isEqualTo(later);
        assertThat(did(sql -> new BundleStore(sql).insert(project, DIGEST, "bundles/1/again", null, SHA, 42, later)))
                .isTrue();
        ReleaseBundle again =
                found(sql -> new BundleStore(sql).find(bundle.id())).orElseThrow();
        assertThat(again.expiredAt()).isNull();
        assertThat(found(sql -> new BundleStore(sql).objectKey(bundle.id()))).contains("bundles/1/again");
    }

    @Test
    void whatRunsDoesNotExpire() {
        StoredRollout over = rollout();
        write(sql -> {
            new AgentStore(sql).start("r", over, NOW);
            return true;
        });
        apply(over, RolloutPhase.SUPERSEDED);

        assertThat(all(sql -> new BundleStore(sql).idleSince(NOW.plus(Duration.ofDays(100)), 10)))
                .isEmpty();
        assertThat(did(sql -> new BundleStore(sql).expire(bundle.id(), NOW))).isFalse();
    }

    @Test
    void theBytesOfProjectsThatAreGoneAreFoundAtOnce() {
        write(sql -> {
            new BundleStore(sql).uploading("bundles/" + project + "/x", NOW);
            new BundleStore(sql).uploading("bundles/" + project + "0/x", NOW);
            return sql.deleteFrom(PROJECTS).where(PROJECTS.ID.eq(project)).execute();
        });

        assertThat(all(sql -> new BundleStore(sql).orphansOf(project))).containsExactly("bundles/" + project + "/x");
    }

    @Test
    void configurationsAreVersionsThatNeverChange() {
        Configuration one = write(sql -> {
            ConfigurationStore store = new ConfigurationStore(sql);
            return store.insert(
                    store.current(production.id()), List.of(new Variable("A", "sealed 1", false)), MEI, NOW);
        });
        Configuration two = write(sql -> new ConfigurationStore(sql)
                .insert(
                        one,
                        List.of(new Variable("A", "sealed 2", false), new Variable("B", "sealed 3", true)),
                        MEI,
                        NOW));

        assertThat(two.version()).isEqualTo(2);
        assertThat(two.since(one)).isEqualTo(new Configuration.Difference(List.of("B"), List.of("A"), List.of()));
        assertThat(one.since(two)).isEqualTo(new Configuration.Difference(List.of(), List.of("A"), List.of("B")));
        assertThat(found(sql -> new ConfigurationStore(sql).find(production.id(), 1)))
                .contains(one);
        write(sql -> {
            new ConfigurationStore(sql).use(production.id(), 1);
            return true;
        });
        Configuration three = write(sql -> {
            ConfigurationStore store = new ConfigurationStore(sql);
            return store.insert(store.current(production.id()), List.of(), MEI, NOW);
        });
        assertThat(three.version()).as("numbers are never used again").isEqualTo(3);
        assertThat(three.basedOn()).isEqualTo(1);
        assertThat(all(sql -> new ConfigurationStore(sql).list(production.id(), 0, 10)))
                .containsExactly(three, two, one);
    }

    @Test
    void whatTheJudgeStandsOnSurvives() {
        StoredRollout rollout = rollout();
        JsonMapper json = JsonMapper.builder().build();
        Thresholds thresholds = new Thresholds(List.of(10, 20, 50), true, true);
        Counts counts = new Counts(400, 3, 350, 2, List.of(3L, 0L, 1L, 0L));
        Segment first = new Segment(Segment.Kind.TRAFFIC, "1.1", "epoch", 0.1, counts, counts);
        Course course = Course.begin(NOW, first)
                .with(
                        NOW.plusSeconds(40),
                        List.of(new Segment(Segment.Kind.TRAFFIC, "1.2", "epoch", 0.5, counts, counts)))
                .proveFrom(NOW.plusSeconds(41));

        write(sql -> {
            TrialStore store = new TrialStore(sql, json);
            store.begin(rollout.id(), thresholds, List.of("/health"), NOW);
            store.begin(rollout.id(), Thresholds.FIRST, List.of(), NOW);
            return true;
        });
        assertThat(found(sql -> new TrialStore(sql, json).find(rollout.id())))
                .as("the first thresholds stay")
                .contains(new TrialStore.Trial(thresholds, List.of("/health"), null));
        write(sql -> {
            new TrialStore(sql, json).course(rollout.id(), course, NOW);
            return true;
        });

        assertThat(found(sql -> new TrialStore(sql, json).find(rollout.id())))
                .contains(new TrialStore.Trial(thresholds, List.of("/health"), course));
        assertThat(found(sql -> new TrialStore(sql, json).find(rollout.id() + 1)))
                .isEmpty();
    }

    @Test
    void objectsThatNoBundleNamesAreFoundAfterAWhile() {
        write(sql -> {
            BundleStore store = new BundleStore(sql);
            store.uploading("bundles/1/x", NOW);
            store.uploading("bundles/1/lost", NOW);
            return true;
        });

        assertThat(all(sql -> new BundleStore(sql).orphans(NOW, 10))).isEmpty();
        assertThat(all(sql -> new BundleStore(sql).orphans(NOW.plusSeconds(1), 10)))
                .containsExactly("bundles/1/lost");
    }

    @Test
    void deletingTheProjectTakesEverythingWithIt() {
        StoredRollout rollout = rollout();
        write(sql -> {
            new AgentStore(sql).start("r", rollout, NOW);
            return sql.deleteFrom(PROJECTS).where(PROJECTS.ID.eq(project)).execute();
        });

        assertThat(found(sql -> store(sql).find(rollout.id()))).isEmpty();
        assertThat(all(sql -> new AgentStore(sql).desired(production.id()))).isEmpty();
    }

    private boolean apply(StoredRollout rollout, RolloutPhase phase) {
        return write(sql -> store(sql)
                .apply(
                        rollout,
                        new Go(
                                phase,
                                0,
                                Effect.NONE,
                                null,
                                0,
                                new Event(Kind.PREPARING, told("on")),
                                null,
                                List.of(),
                                Watch.FRESH),
                        null,
                        NOW));
    }

    private static Told told(String text) {
        return new Told("code", List.of("argument"), text);
    }

    @Test
    void howItIsToGoIsKept() {
        RolloutOptions options = new RolloutOptions(
                Strategy.CANARY,
                List.of(5, 20),
                30_000L,
                500L,
                0.02,
                250,
                0.005,
                1.5,
                List.of("/health"),
                OnInconclusive.PAUSE);
        Deployment deployment = deployment(Deployment.Kind.PERSON, null);

        StoredRollout read =
                write(sql -> store(sql).insert(deployment, bundle, options, Duration.ofMinutes(2), false, NOW));

        assertThat(read.options()).isEqualTo(options);
        assertThat(read.rollout().shares()).containsExactly(5, 20, 100);
        assertThat(read.rollout().policy().bake()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void stepsBeginAndEndInOrder() {
        StoredRollout rollout = rollout();
        write(sql -> {
            store(sql).beginStep(rollout.id(), 1, 10, NOW);
            store(sql).endStep(rollout.id(), "next_no_harm", "{}", NOW.plusSeconds(5));
            store(sql).beginStep(rollout.id(), 2, 50, NOW.plusSeconds(5));
            return true;
        });

        assertThat(all(sql -> store(sql).steps(rollout.id())))
                .containsExactly(
                        new RolloutStep(1, 10, NOW, NOW.plusSeconds(5), "next_no_harm", "{}"),
                        new RolloutStep(2, 50, NOW.plusSeconds(5), null, null, null));
    }

    @Test
    void onlyWhatIsUnderTrafficIsPausedAndLetOn() {
        StoredRollout rollout = rollout();
        assertThat(did(sql -> store(sql).pause(rollout.id(), "mei"))).isFalse();
        assertThat(did(sql -> store(sql).promote(rollout.id(), Watch.Promotion.NEXT, null)))
                .isFalse();
        apply(rollout, RolloutPhase.SWITCHING);

        assertThat(did(sql -> store(sql).pause(rollout.id(), "mei"))).isTrue();
        assertThat(did(sql -> store(sql).pause(rollout.id(), "ann"))).isFalse();
        assertThat(waiting(project)).containsExactly(rollout.id());
        assertThat(waiting(project + 1)).isEmpty();
        assertThat(did(sql -> store(sql).resume(rollout.id(), NOW))).isTrue();
        assertThat(did(sql -> store(sql).resume(rollout.id(), NOW))).isFalse();
        assertThat(waiting(project)).isEmpty();
        assertThat(did(sql -> store(sql).promote(rollout.id(), Watch.Promotion.NEXT, 1)))
                .as("at another step")
                .isFalse();
        assertThat(did(sql -> store(sql).promote(rollout.id(), Watch.Promotion.NEXT, 0)))
                .isTrue();
    }

    private List<Long> waiting(long projectId) {
        List<StoredRollout> found = write(sql -> store(sql).waitingForPerson(List.of(projectId)));
        return found.stream().map(StoredRollout::id).toList();
    }

    private StoredRollout rollout() {
        Deployment deployment = deployment(Deployment.Kind.JOB, 7L);
        return write(sql -> store(sql)
                .insert(deployment, bundle, RolloutOptions.of(Strategy.ROLLING), Duration.ofMinutes(2), false, NOW));
    }

    private Deployment deployment(Deployment.Kind kind, Long job) {
        return write(sql -> new DeploymentStore(sql).insert(fresh(kind, job, DeploymentStatus.CREATED), NOW));
    }

    private DeploymentStore.Fresh fresh(Deployment.Kind kind, Long job, DeploymentStatus status) {
        return new DeploymentStore.Fresh(project, production.id(), kind, status, "main", SHA, null, job, MEI, null);
    }

    private static RolloutStore store(DSLContext sql) {
        return new RolloutStore(sql, RolloutTimes.DEFAULT);
    }

    private long version(Agent agent) {
        return write(sql -> new AgentStore(sql).desiredVersion(agent.id()));
    }

    private boolean did(Function<DSLContext, Boolean> work) {
        return write(work);
    }

    private <T> List<T> all(Function<DSLContext, List<T>> work) {
        return write(work);
    }

    private <T> Optional<T> found(Function<DSLContext, Optional<T>> work) {
        return write(work);
    }

    private <T> T write(Function<DSLContext, T> work) {
        return database.write(tx -> work.apply(tx.sql()));
    }
}
