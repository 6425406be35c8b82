package dev.tandem.server.insight.dora;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.insight.dora.DeploymentRecord.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What counts in each key, and what does not; see docs/dora.md. */
class DoraTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Window MONTH = Window.last(30, Instant.parse("2026-11-23T00:00:00Z"));
    private static final long SHOP = 7;
    private static final long PRODUCTION = 5;

    private final List<DeploymentRecord> deployments = new ArrayList<>();
    private final List<IncidentRecord> incidents = new ArrayList<>();
    private final List<ChangeRecord> changes = new ArrayList<>();

    private FiveKeys keys() {
        return new Dora(new Records(deployments, incidents, changes, Map.of())).over(MONTH);
    }

    private static Instant at(long minutes) {
        return NOON.plus(Duration.ofMinutes(minutes));
    }

    private void success(long id, long minutes) {
        deployments.add(new DeploymentRecord(
                id,
                SHOP,
                PRODUCTION,
                "production",
                Kind.CHANGE,
                true,
                true,
                "s" + id,
                null,
                at(minutes - 2),
                at(minutes - 1),
                at(minutes)));
    }

    /** A rollout that ended badly. */
    private void takenBack(long id, Instant reached, long minutes) {
        deployments.add(new DeploymentRecord(
                id,
                SHOP,
                PRODUCTION,
                "production",
                Kind.CHANGE,
                false,
                true,
                "s" + id,
                null,
                at(minutes - 5),
                reached,
                at(minutes)));
    }

    private void failedJob(long id, long minutes) {
        deployments.add(new DeploymentRecord(
                id,
                SHOP,
                PRODUCTION,
                "production",
                Kind.CHANGE,
                false,
                false,
                "s" + id,
                null,
                at(minutes - 5),
                null,
                at(minutes)));
    }

    private void rollback(long id, Long of, long minutes) {
        deployments.add(new DeploymentRecord(
                id,
                SHOP,
                PRODUCTION,
                "production",
                Kind.ROLLBACK,
                true,
                true,
                "s",
                of,
                at(minutes - 1),
                at(minutes),
                at(minutes)));
    }

    private void incident(long id, Long cause, Long resolvedBy, long from, Long to) {
        incidents.add(new IncidentRecord(id, id, SHOP, cause, resolvedBy, at(from), to == null ? null : at(to)));
    }

    @Test
    void withoutDeploymentsThereAreNoFigures() {
        FiveKeys none = keys();

        assertThat(none.perDay()).isEmpty();
        assertThat(none.leadTime().median()).isEmpty();
        assertThat(none.recovery().median()).isEmpty();
        assertThat(none.failRate()).isEmpty();
        assertThat(none.reworkRate()).isEmpty();
    }

    @Test
    void frequencyCountsWhatSucceeded() {
        success(1, 0);
        success(2, 60);
        success(3, 180);
        takenBack(4, at(200), 210);

        assertThat(keys().perDay()).hasValue(3 / 30.0);
        assertThat(keys().between().median()).hasValue(Duration.ofMinutes(90));
    }

    @Test
    void leadTimeIsMeasuredPerCommit() {
        changes.add(new ChangeRecord(SHOP, PRODUCTION, "a", 1, at(-60), at(0)));
        changes.add(new ChangeRecord(SHOP, PRODUCTION, "b", 1, at(-10), at(0)));
        changes.add(new ChangeRecord(SHOP, PRODUCTION, "c", 1, at(-20), at(0)));

        assertThat(keys().leadTime().median()).hasValue(Duration.ofMinutes(20));
        assertThat(keys().leadTime().percentile(90)).hasValue(Duration.ofMinutes(60));
    }

    @Test
    void aCommitFromTheFutureTookNoTime() {
        changes.add(new ChangeRecord(SHOP, PRODUCTION, "a", 1, at(60), at(0)));

        assertThat(keys().leadTime().median()).hasValue(Duration.ZERO);
    }

    @Test
    void aRolloutThatWasTakenBackOnRealTrafficFailed() {
        success(1, 0);
        takenBack(2, at(58), 60);

        assertThat(keys().failRate()).hasValue(0.5);
        assertThat(keys().recovery().median()).hasValue(Duration.ofMinutes(2));
        assertThat(keys().reworkRate()).hasValue(0.0);
    }

    @Test
    void whatNeverGotTrafficNeverReachedProduction() {
        success(1, 0);
        takenBack(2, null, 60);
        incident(1, 2L, null, 60, null);

        assertThat(keys().failRate()).hasValue(0.0);
        assertThat(keys().stopped()).extracting(DeploymentRecord::id).containsExactly(2L);
    }

    @Test
    void aFailedJobCountsOnlyWhenAnIncidentNamesIt() {
        failedJob(1, 0);
        failedJob(2, 10);
        incident(1, 2L, null, 11, 31L);

        assertThat(keys().reached()).extracting(DeploymentRecord::id).containsExactly(2L);
        assertThat(keys().failRate()).hasValue(1.0);
        assertThat(keys().recovery().median()).hasValue(Duration.ofMinutes(20));
    }

    @Test
    void manyIncidentsOfOneDeploymentAreOneFailure() {
        success(1, 0);
        success(2, 60);
        incident(1, 2L, null, 70, 80L);
        incident(2, 2L, null, 75, 100L);

        assertThat(keys().failRate()).hasValue(0.5);
        assertThat(keys().recovery().median()).hasValue(Duration.ofMinutes(30));
    }

    @Test
    void anIncidentThatNamesNoDeploymentFailsNone() {
        success(1, 0);
        incident(1, null, null, 1, null);

        assertThat(keys().failRate()).hasValue(0.0);
    }

    @Test
    void aDeploymentThatWasRolledBackFailedAndTheRollbackIsRework() {
        success(1, 0);
        success(2, 60);
        rollback(3, 2L, 90);

        FiveKeys keys = keys();
        assertThat(keys.failures())
                .extracting(failure -> failure.deployment().id())
                .containsExactly(2L);
        assertThat(keys.recovery().median()).hasValue(Duration.ofMinutes(1));
        assertThat(keys.reworkRate()).hasValue(1 / 3.0);
        assertThat(keys.perDay()).hasValue(2 / 30.0);
    }

    @Test
    void aFixThatEndsAnIncidentIsRework() {
        success(1, 0);
        success(2, 60);
        incident(1, 1L, 2L, 30, 300L);

        FiveKeys keys = keys();
        assertThat(keys.repairs()).extracting(DeploymentRecord::id).containsExactly(2L);
        assertThat(keys.reworkRate()).hasValue(0.5);
        assertThat(keys.recovery().median()).hasValue(Duration.ofMinutes(30));
    }

    @Test
    void whatWasThereBeforeTheIncidentRepairedNothing() {
        success(1, 0);
        takenBack(2, at(58), 60);
        incident(1, 2L, 1L, 60, 61L);

        assertThat(keys().repairs()).isEmpty();
        assertThat(keys().recovery().median()).hasValue(Duration.ofMinutes(2));
    }

    @Test
    void aFailedRolloutWithNothingToGoBackToHasNotRecovered() {
        takenBack(1, at(58), 60);
        incident(1, 1L, null, 58, null);

        assertThat(keys().unrecovered()).isEqualTo(1);
    }

    @Test
    void whatHasNotRecoveredIsSaidAndNotAveraged() {
        success(1, 0);
        incident(1, 1L, null, 5, null);

        assertThat(keys().unrecovered()).isEqualTo(1);
        assertThat(keys().recovery().n()).isZero();
    }

    @Test
    void aWindowTakesWhatEndedInIt() {
        success(1, 0);
        deployments.add(new DeploymentRecord(
                2, SHOP, PRODUCTION, "production", Kind.CHANGE, true, true, "x", null, MONTH.from(), null, MONTH.to()));

        assertThat(keys().successes()).extracting(DeploymentRecord::id).containsExactly(1L);
        assertThat(new Dora(new Records(deployments, incidents, changes, Map.of()))
                        .over(MONTH.before())
                        .successes())
                .isEmpty();
    }

    /** Promises that hold for any records, whatever order they come in. */
    @Test
    void shuffledRecordsGiveTheSameFiguresWithinTheirBounds() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            deployments.clear();
            incidents.clear();
            changes.clear();
            for (long id = 1; id <= random.nextInt(12); id++) {
                any(random, id);
            }
            FiveKeys keys = keys();
            Collections.shuffle(deployments, random);
            Collections.shuffle(incidents, random);

            assertThat(keys()).as("seed %d", seed).isEqualTo(keys);
            assertThat(keys.failures()).hasSizeLessThanOrEqualTo(keys.reached().size());
            assertThat(keys.failRate().orElse(0.0)).isBetween(0.0, 1.0);
            assertThat(keys.reworkRate().orElse(0.0)).isBetween(0.0, 1.0);
            assertThat(keys.recovery().sorted()).allMatch(each -> !each.isNegative());
            assertThat(keys.recovery().n() + keys.unrecovered())
                    .isEqualTo(keys.failures().size());
            assertThat(keys.reached().size()
                            + keys.stopped().size()
                            + keys.rollbacks().size())
                    .isEqualTo(deployments.size());
        }
    }

    private void any(Random random, long id) {
        long minutes = id * 10;
        switch (random.nextInt(5)) {
            case 0 -> failedJob(id, minutes);
            case 1 -> takenBack(id, random.nextBoolean() ? at(minutes - 3) : null, minutes);
            case 2 -> rollback(id, random.nextBoolean() ? 1 + random.nextLong(id) : null, minutes);
            default -> success(id, minutes);
        }
        if (random.nextInt(3) == 0) {
            long from = random.nextInt(150);
            incident(
                    id,
                    random.nextBoolean() ? 1 + random.nextLong(12) : null,
                    random.nextBoolean() ? 1 + random.nextLong(12) : null,
                    from,
                    random.nextBoolean() ? from + random.nextInt(50) : null);
        }
    }
}
