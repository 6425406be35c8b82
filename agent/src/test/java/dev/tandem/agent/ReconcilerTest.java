package dev.tandem.agent;

import static dev.tandem.agent.protocol.RevisionState.CRASHED;
import static dev.tandem.agent.protocol.RevisionState.DRAINING;
import static dev.tandem.agent.protocol.RevisionState.FAILED;
import static dev.tandem.agent.protocol.RevisionState.FETCHING;
import static dev.tandem.agent.protocol.RevisionState.HEALTHY;
import static dev.tandem.agent.protocol.RevisionState.STARTING;
import static dev.tandem.agent.protocol.RevisionState.STOPPED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.agent.protocol.DesiredState;
import dev.tandem.agent.protocol.RevisionSpec;
import dev.tandem.agent.protocol.RevisionState;
import dev.tandem.agent.protocol.Said;
import dev.tandem.agent.protocol.ServiceSpec;
import dev.tandem.host.GroupIdentity;
import dev.tandem.host.ProcessIdentity;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ReconcilerTest {

    static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final RevisionId R1 = new RevisionId("app", "r1");

    private final Reconciler reconciler = new Reconciler(61_000, 2);

    @Test
    void fetchesNewRevisionsEachUnderAUidOfItsOwn() {
        List<Action> actions = decide(desired("r1", "r2", "r3"), Set.of(), false);

        assertThat(actions).hasSize(2).allMatch(action -> action instanceof Action.Fetch);
        assertThat(actions.stream()
                        .map(action -> ((Action.Fetch) action).revision().uid()))
                .containsExactly(61_000, 61_001);
    }

    @Test
    void passesOverNamesThatAreNoFolderNames() {
        assertThat(decide(desired("../r1"), Set.of(), false)).isEmpty();
    }

    @Test
    void fetchesAgainWhatAKilledAgentWasFetching() {
        Revision revision = revision(FETCHING, false);

        assertThat(decide(desired("r1"), Set.of(), false, revision)).containsExactly(new Action.Fetch(revision));
        assertThat(decide(desired("r1"), Set.of(R1), false, revision)).isEmpty();
    }

    @Test
    void startsTheWebProcessFirstAndWorkersOnceItWasHealthy() {
        Revision fresh =
                revision(STARTING, false).with(ProcessRecord.due("web", NOW)).with(ProcessRecord.due("worker", NOW));
        assertThat(decide(desired("r1"), Set.of(), false, fresh)).containsExactly(new Action.Start(R1, "web"));

        Revision healthy = running(HEALTHY).with(ProcessRecord.due("worker", NOW));
        assertThat(decide(desired("r1"), Set.of(), false, healthy)).containsExactly(new Action.Start(R1, "worker"));
    }

    @Test
    void startsACrashedProcessWhenItsPauseIsOver() {
        ProcessRecord ended = ProcessRecord.due("web", NOW.minusSeconds(1)).ended(1, NOW.minusMillis(999));
        Revision crashed = revision(CRASHED, true).with(ended);

        assertThat(decide(desired("r1"), Set.of(), false, crashed)).isEmpty();
        assertThat(decideAt(NOW.plusMillis(1), desired("r1"), Set.of(), false, crashed))
                .containsExactly(new Action.Start(R1, "web"));
    }

    @Test
    void drainsWhatIsNotWantedAndStopsItWhenNothingRunsOnIt() {
        assertThat(decide(desired(), Set.of(), false, running(HEALTHY)))
                .containsExactly(new Action.Tell(R1, RevisionEvent.UNWANTED, Said.of("unwanted")));
        assertThat(decide(desired(), Set.of(), false, running(DRAINING))).isEmpty();
        assertThat(decide(desired(), Set.of(), true, running(DRAINING))).containsExactly(new Action.Stop(R1));
        assertThat(decide(desired(), Set.of(R1), true, running(DRAINING))).isEmpty();
        assertThat(decideAt(NOW.plusSeconds(7), desired(), Set.of(), false, running(DRAINING)))
                .containsExactly(new Action.Stop(R1));
    }

    @Test
    void removesWhatStopped() {
        assertThat(decide(desired(), Set.of(), false, revision(STOPPED, true))).containsExactly(new Action.Remove(R1));
        assertThat(decide(desired(), Set.of(R1), false, revision(STOPPED, true)))
                .isEmpty();
    }

    @Test
    void takesBackWhatIsWantedAgain() {
        assertThat(decide(desired("r1"), Set.of(), false, running(DRAINING)))
                .containsExactly(new Action.Tell(R1, RevisionEvent.WANTED, Said.of("wanted")));
    }

    @Test
    void leavesAFailedRevisionAlone() {
        assertThat(decide(desired("r1"), Set.of(), true, revision(FAILED, false)))
                .isEmpty();
    }

    @Test
    void pausesGrowToAMinuteAndBeginAnewAfterAStableTime() {
        assertThat(java.util.stream.IntStream.rangeClosed(1, 8)
                        .mapToLong(row -> ProcessRecord.pause(row).toSeconds()))
                .containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
        ProcessRecord failing =
                ProcessRecord.due("web", NOW).ended(1, NOW).ended(1, NOW).ended(1, NOW);
        assertThat(failing.failures()).isEqualTo(3);
        assertThat(failing.ended(1, NOW.plusSeconds(61)).failures()).isEqualTo(1);
    }

    private List<Action> decide(DesiredState desired, Set<RevisionId> busy, boolean drained, Revision... known) {
        return decideAt(NOW, desired, busy, drained, known);
    }

    private List<Action> decideAt(
            Instant now, DesiredState desired, Set<RevisionId> busy, boolean drained, Revision... known) {
        Map<RevisionId, Revision> byId =
                Arrays.stream(known).collect(Collectors.toMap(Revision::id, Function.identity()));
        return reconciler.decide(new Reconciler.Facts(desired, byId, busy, id -> drained), now);
    }

    static DesiredState desired(String... revisions) {
        List<RevisionSpec> specs =
                Arrays.stream(revisions).map(ReconcilerTest::spec).toList();
        return new DesiredState(1, List.of(new ServiceSpec("app", List.of("app.test"), specs, Map.of(), 7)));
    }

    static Revision revision(RevisionState state, boolean everHealthy) {
        return new Revision("app", spec("r1"), 7, 61_000, state, NOW, everHealthy, 0, null, Said.plain(""), Map.of());
    }

    static Revision running(RevisionState state) {
        ProcessIdentity process = new ProcessIdentity(1234, 99, "6ba7b810-9dad-11d1-80b4-00c04fd430c8");
        GroupIdentity group = new GroupIdentity(process, "mark-of-test", 3);
        return revision(state, true)
                .with(ProcessRecord.due("web", NOW).started(group, 4001, NOW).checkedGood());
    }

    static RevisionSpec spec(String id) {
        return new RevisionSpec(id, "0".repeat(64), 1, Map.of(), 5);
    }
}
