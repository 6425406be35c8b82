package dev.tandem.server.insight;

import static dev.tandem.server.platform.tables.Tables.PROJECTS;
import static dev.tandem.server.platform.tables.Tables.USERS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.code.RefUpdated;
import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.DeploymentStatus;
import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.Tier;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.insight.dora.ChangeRecord;
import dev.tandem.server.insight.dora.DeploymentRecord;
import dev.tandem.server.platform.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the store of records must keep on every database; one empty subclass each. */
abstract class RecordStoreContract {
    private static final Instant NOW = Instant.parse("2026-11-23T08:00:00Z");
    private static final Instant EARLIER = NOW.minus(Duration.ofDays(1));
    private static final String SHA = "4f2c9e1b0a7d3c5e8f6a1b2c3d4e5f60718293a4";

    private TestDatabase opened;
    private long project;

    abstract TestDatabase open();

    @BeforeEach
    void begin() {
        opened = open();
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
    }

    @AfterEach
    void end() throws Exception {
        opened.close();
    }

    @Test
    void aDeploymentIsRecordedOnce() {
        RecordStore.Fresh fresh = fresh(11, Deployment.Kind.ROLLBACK, NOW);
        record(fresh);
        record(fresh);

        assertThat(deployments(EARLIER, NOW.plusMillis(1)))
                .containsExactly(new DeploymentRecord(
                        11,
                        project,
                        5,
                        "production",
                        DeploymentRecord.Kind.ROLLBACK,
                        true,
                        true,
                        SHA,
                        9L,
                        EARLIER,
                        EARLIER,
                        NOW));
    }

    @Test
    void aWindowEndsBeforeItsEnd() {
        record(fresh(11, Deployment.Kind.JOB, EARLIER));
        record(fresh(12, Deployment.Kind.JOB, NOW));

        assertThat(deployments(EARLIER, NOW)).extracting(DeploymentRecord::id).containsExactly(11L);
    }

    @Test
    void theEarliestDeploymentKeepsACommitWhateverComesFirst() {
        ChangeRecord late = new ChangeRecord(project, 5, SHA, 12, EARLIER.minusSeconds(60), NOW);
        ChangeRecord early = new ChangeRecord(project, 5, SHA, 11, EARLIER.minusSeconds(60), EARLIER);
        for (ChangeRecord change : List.of(late, early, late)) {
            write(sql -> {
                new RecordStore(sql).change(Tier.PRODUCTION, change);
                return true;
            });
        }

        List<ChangeRecord> reached = write(sql -> new RecordStore(sql).reached(project, SHA));
        assertThat(reached).containsExactly(early);
        List<ChangeRecord> inStaging = write(
                sql -> new RecordStore(sql).changes(List.of(project), Tier.STAGING, Instant.EPOCH, NOW.plusSeconds(1)));
        assertThat(inStaging).isEmpty();
    }

    @Test
    void aCommitReachesEachEnvironmentByItsOwnDeployment() {
        ChangeRecord before = new ChangeRecord(project, 4, SHA, 10, EARLIER.minusSeconds(60), EARLIER.minusSeconds(1));
        ChangeRecord now = new ChangeRecord(project, 5, SHA, 11, EARLIER.minusSeconds(60), EARLIER);
        for (ChangeRecord change : List.of(now, before)) {
            write(sql -> {
                new RecordStore(sql).change(Tier.PRODUCTION, change);
                return true;
            });
        }

        assertThat(changes(EARLIER, NOW)).containsExactly(before, now);
        assertThat(changes(EARLIER.plusMillis(1), NOW)).isEmpty();
    }

    private List<ChangeRecord> changes(Instant from, Instant to) {
        return write(sql -> new RecordStore(sql).changes(List.of(project), Tier.PRODUCTION, from, to));
    }

    @Test
    void aPushIsRememberedOnce() {
        RefUpdated event =
                new RefUpdated("p-1", project, "refs/heads/main", RefUpdated.ZERO, SHA, 3, NOW, List.of("ci.skip"));
        for (int i = 0; i < 2; i++) {
            write(sql -> {
                new RecordStore(sql).push(event);
                return true;
            });
        }

        List<Push> pushes = write(sql -> new RecordStore(sql).pushes(project, List.of(SHA)));
        assertThat(pushes)
                .containsExactly(new Push("p-1", project, "refs/heads/main", RefUpdated.ZERO, SHA, new UserId(3), NOW));
        assertThat(pushes.getFirst().shortRef()).isEqualTo("main");
    }

    @Test
    void recordsGoWithTheirProjectAndAreTallied() {
        record(fresh(11, Deployment.Kind.JOB, NOW));
        List<RecordStore.Tally> tally = write(sql -> new RecordStore(sql).tally());
        assertThat(tally).containsExactly(new RecordStore.Tally("production", "success", 1));

        write(sql -> sql.deleteFrom(PROJECTS).where(PROJECTS.ID.eq(project)).execute());

        List<RecordStore.Tally> after = write(sql -> new RecordStore(sql).tally());
        assertThat(after).isEmpty();
    }

    private List<DeploymentRecord> deployments(Instant from, Instant to) {
        return write(sql -> new RecordStore(sql).deployments(List.of(project), Tier.PRODUCTION, from, to));
    }

    private void record(RecordStore.Fresh fresh) {
        write(sql -> {
            new RecordStore(sql).deployment(fresh);
            return true;
        });
    }

    private RecordStore.Fresh fresh(long id, Deployment.Kind kind, Instant finishedAt) {
        Deployment deployment = new Deployment(
                id,
                id,
                project,
                5,
                kind,
                DeploymentStatus.SUCCESS,
                "main",
                SHA,
                null,
                null,
                new UserId(3),
                null,
                null,
                null,
                List.of(),
                EARLIER,
                finishedAt,
                finishedAt);
        Environment environment = new Environment(
                5,
                project,
                "production",
                "production",
                Tier.PRODUCTION,
                null,
                Environment.State.AVAILABLE,
                "p1-production",
                "production.localhost",
                null,
                null,
                null,
                EARLIER,
                EARLIER);
        return new RecordStore.Fresh(deployment, environment, true, EARLIER, 9L, finishedAt);
    }

    private <T> T write(Function<DSLContext, T> work) {
        return Objects.requireNonNull(opened.database().write(tx -> work.apply(tx.sql())));
    }
}
