package dev.tandem.server.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.server.deliver.Tier;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.operate.IncidentStore.Line;
import dev.tandem.server.operate.Sighting.FailureFacts;
import dev.tandem.server.platform.TestDatabase;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the stores of operate must keep on every database; one empty subclass each. */
abstract class OperateStoreContract {
    static final Instant NOW = OperateRows.NOW;

    TestDatabase opened;
    OperateRows rows;
    long project;
    long production;
    UserId mei;

    abstract TestDatabase open();

    @BeforeEach
    void begin() {
        opened = open();
        rows = new OperateRows(opened.database());
        mei = new UserId(rows.user("mei"));
        project = rows.project("shop", mei.value());
        production = rows.environment(project, "production", Tier.PRODUCTION);
    }

    @AfterEach
    void end() throws Exception {
        opened.close();
    }

    private Incident insert(boolean collects) {
        return rows.write(sql -> new IncidentStore(sql)
                .insert(
                        new IncidentStore.Fresh(
                                project,
                                production,
                                "production",
                                collects,
                                IncidentOrigin.FAILED_ROLLOUT,
                                null,
                                7L,
                                null,
                                null,
                                null,
                                NOW,
                                NOW.minusSeconds(5),
                                null),
                        NOW));
    }

    @Test
    void anIncidentIsReadAsItWasWritten() {
        Incident written = insert(true);

        Incident read =
                rows.write(sql -> new IncidentStore(sql).find(project, 1)).orElseThrow();

        assertThat(read).isEqualTo(written);
        assertThat(read.status()).isEqualTo(IncidentStatus.TRIGGERED);
        assertThat(read.impactAt()).isEqualTo(NOW.minusSeconds(5));
        assertThat(read.recovered()).isFalse();
    }

    @Test
    void onlyOneCollectsForAnEnvironmentUntilItIsResolved() {
        Incident first = insert(true);
        assertThatThrownBy(() -> insert(true)).isInstanceOf(RuntimeException.class);

        assertThat(rows.<Boolean>write(sql -> new IncidentStore(sql).resolve(first.id(), null, 9L, NOW, NOW)))
                .isTrue();
        assertThat(rows.<Boolean>write(sql -> new IncidentStore(sql).resolve(first.id(), mei, null, NOW, NOW)))
                .isFalse();
        assertThat(insert(true).iid()).isEqualTo(2);
    }

    @Test
    void itIsAcknowledgedOnceAndNotAfterItsEnd() {
        Incident incident = insert(true);
        assertThat(rows.<Boolean>write(sql -> new IncidentStore(sql).acknowledge(incident.id(), mei, NOW)))
                .isTrue();
        assertThat(rows.<Boolean>write(sql -> new IncidentStore(sql).acknowledge(incident.id(), mei, NOW)))
                .isFalse();
        rows.write(sql -> new IncidentStore(sql).resolve(incident.id(), mei, null, NOW, NOW));

        Incident read =
                rows.write(sql -> new IncidentStore(sql).find(incident.id())).orElseThrow();
        assertThat(read.assignee()).isEqualTo(mei);
        assertThat(read.recoveredAt()).isEqualTo(NOW);
        assertThat(rows.<Boolean>write(sql -> new IncidentStore(sql).assign(incident.id(), null, NOW)))
                .isFalse();
    }

    @Test
    void aTimelineKeepsItsOrderAndAKeyComesOnce() {
        Incident incident = insert(true);
        rows.write(sql -> {
            IncidentStore store = new IncidentStore(sql);
            store.event(incident.id(), null, Line.of(IncidentEvent.Kind.NOTE, mei), NOW.plusSeconds(9));
            Line line = new Line(IncidentEvent.Kind.FAILED_ROLLOUT, null, 7L, "too slow", List.of("abc", "x"));
            store.event(incident.id(), "key", line, NOW);
            return true;
        });

        List<IncidentEvent> events = rows.write(sql -> new IncidentStore(sql).events(incident.id()));

        assertThat(events)
                .extracting(IncidentEvent::kind)
                .containsExactly(IncidentEvent.Kind.FAILED_ROLLOUT, IncidentEvent.Kind.NOTE);
        assertThat(events.getFirst().arguments()).containsExactly("abc", "x");
        assertThat(rows.<Boolean>write(sql -> new IncidentStore(sql).told("key")))
                .isTrue();
        assertThatThrownBy(() -> rows.write(sql -> {
                    new IncidentStore(sql).event(incident.id(), "key", Line.of(IncidentEvent.Kind.NOTE, null), NOW);
                    return true;
                }))
                .isInstanceOf(RuntimeException.class);
    }

    @Test
    void suspectsAreReplacedAndTheFirstStandsInTheIncident() {
        Incident incident = insert(true);
        Suspect suspect = new Suspect(8, project, 1, Suspect.Reason.FAILED, List.of("why"));
        rows.write(sql -> {
            new IncidentStore(sql).suspects(incident.id(), List.of(suspect));
            new IncidentStore(sql).suspects(incident.id(), List.of(suspect));
            return true;
        });

        assertThat(rows.<List<Suspect>>write(sql -> new IncidentStore(sql).suspects(incident.id())))
                .containsExactly(suspect);
        assertThat(rows.write(sql -> new IncidentStore(sql).find(incident.id()))
                        .orElseThrow()
                        .deploymentId())
                .isEqualTo(8);
    }

    @Test
    void aFailureIsMadeGoodOnceAndFoundByWindow() {
        Incident incident = insert(true);
        rows.write(sql -> {
            IncidentStore store = new IncidentStore(sql);
            store.failure(incident.id(), IncidentOrigin.FAILED_ROLLOUT, new FailureFacts(7, NOW, null, null), NOW);
            store.failure(incident.id(), IncidentOrigin.FAILED_ROLLOUT, new FailureFacts(8, null, null, null), NOW);
            store.restored(incident.id(), NOW.plusSeconds(4), 9L);
            store.restored(incident.id(), NOW.plusSeconds(8), 10L);
            return true;
        });

        List<Failure> found =
                rows.write(sql -> new IncidentStore(sql).failures(List.of(project), NOW, NOW.plusSeconds(1)));

        assertThat(found).hasSize(2);
        assertThat(found.getFirst().restoredAt()).isEqualTo(NOW.plusSeconds(4));
        assertThat(found.getFirst().restoredByDeploymentId()).isEqualTo(9);
        assertThat(found.getLast().restoredAt()).isNull();
        assertThat(rows.<Long>write(sql -> new IncidentStore(sql).newestFailed(incident.id())))
                .isEqualTo(8);
        assertThat(rows.<List<Failure>>write(sql ->
                        new IncidentStore(sql).failures(List.of(project), NOW.plusSeconds(1), NOW.plusSeconds(2))))
                .isEmpty();
    }

    @Test
    void beingHurtAgainTakesTheRecoveryBack() {
        Incident incident = insert(true);
        rows.write(sql -> new IncidentStore(sql).recover(incident.id(), NOW, NOW));
        rows.write(sql -> {
            new IncidentStore(sql).hurt(incident.id(), NOW.plusSeconds(9), null, NOW);
            return true;
        });

        Incident read =
                rows.write(sql -> new IncidentStore(sql).find(incident.id())).orElseThrow();
        assertThat(read.recovered()).isFalse();
        assertThat(read.impactAt()).isEqualTo(NOW.minusSeconds(5));
    }

    @Test
    void listsAreFilteredAndCounted() {
        Incident first = insert(true);
        rows.write(sql -> new IncidentStore(sql).resolve(first.id(), null, null, NOW, NOW));
        insert(true);

        assertThat(count(IncidentFilter.ALL)).isEqualTo(2);
        assertThat(count(IncidentFilter.OPEN)).isEqualTo(1);
        assertThat(count(IncidentFilter.ALL.of("staging"))).isZero();
        assertThat(rows.<List<Incident>>write(
                        sql -> new IncidentStore(sql).list(List.of(project), IncidentFilter.ALL, 0, 10)))
                .extracting(Incident::iid)
                .containsExactly(2L, 1L);
    }

    private int count(IncidentFilter filter) {
        return rows.write(sql -> new IncidentStore(sql).count(List.of(project), filter));
    }

    @Test
    void whatIsWellAndUntouchedIsQuiet() {
        Incident incident = insert(true);
        assertThat(quiet()).isEmpty();
        rows.write(sql -> new IncidentStore(sql).recover(incident.id(), NOW, NOW));
        assertThat(quiet()).hasSize(1);
        rows.write(sql -> new IncidentStore(sql).acknowledge(incident.id(), mei, NOW));
        assertThat(quiet()).isEmpty();
    }

    private List<Incident> quiet() {
        return rows.write(sql -> new IncidentStore(sql).quiet(NOW.plusSeconds(1)));
    }
}
