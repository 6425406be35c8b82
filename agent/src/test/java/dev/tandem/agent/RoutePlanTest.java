package dev.tandem.agent;

import static dev.tandem.agent.protocol.RevisionState.CRASHED;
import static dev.tandem.agent.protocol.RevisionState.DRAINING;
import static dev.tandem.agent.protocol.RevisionState.HEALTHY;
import static dev.tandem.agent.protocol.RevisionState.STARTING;
import static dev.tandem.agent.protocol.RevisionState.UNHEALTHY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.agent.RouteTable.Instance;
import dev.tandem.agent.RouteTable.Route;
import dev.tandem.agent.protocol.DesiredState;
import dev.tandem.agent.protocol.RevisionState;
import dev.tandem.agent.protocol.Said;
import dev.tandem.agent.protocol.ServiceSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoutePlanTest {

    @Test
    void givesWeightsToRevisionsThatWereHealthy() {
        RoutePlan plan = plan(Map.of("old", 9, "new", 1), Map.of(), revision("old", HEALTHY), revision("new", HEALTHY));

        assertThat(plan.weights()).isEqualTo(Map.of("app", Map.of("old", 9, "new", 1)));
        assertThat(plan.services())
                .containsExactly(new RouteTable.Service(
                        "app",
                        List.of("app.test"),
                        List.of(
                                new Route("new", 1, List.of(new Instance("127.0.0.1", 4001))),
                                new Route("old", 9, List.of(new Instance("127.0.0.1", 4001))))));
    }

    @Test
    void keepsTheOldWeightsUntilAllOfTheNewOnesCanBeHeld() {
        Map<String, Map<String, Integer>> before = Map.of("app", Map.of("old", 1));

        RoutePlan plan = plan(Map.of("new", 1), before, revision("old", HEALTHY), revision("new", STARTING));

        assertThat(plan.weights()).isEqualTo(before);
        assertThat(routes(plan)).extracting(Route::weight).containsExactly(0, 1);
    }

    @Test
    void letsTheFirstReadyRevisionServeWhenNothingServedBefore() {
        RoutePlan plan = plan(Map.of("a", 1, "b", 1), Map.of(), revision("a", HEALTHY), revision("b", STARTING));

        assertThat(plan.weights()).isEqualTo(Map.of("app", Map.of("a", 1)));
    }

    @Test
    void sendsNothingToACrashedRevisionUntilItPassedItsChecksAgain() {
        Revision crashed = ReconcilerTest.revision(CRASHED, true);

        RoutePlan plan = RoutePlan.of(desired(Map.of("r1", 1), "r1"), List.of(crashed), Map.of());

        assertThat(plan.weights()).isEqualTo(Map.of("app", Map.of("r1", 1)));
        assertThat(routes(plan)).containsExactly(new Route("r1", 1, List.of()));
        for (RevisionState state : List.of(STARTING, UNHEALTHY)) {
            RoutePlan again = plan(Map.of("r1", 1), plan.weights(), revisionAgain("r1", state));
            assertThat(routes(again)).containsExactly(new Route("r1", 1, List.of()));
        }
    }

    @Test
    void leavesAnUnhealthyRevisionItsTraffic() {
        RoutePlan plan = plan(Map.of("r1", 1), Map.of(), revision("r1", UNHEALTHY));

        assertThat(routes(plan)).containsExactly(new Route("r1", 1, List.of(new Instance("127.0.0.1", 4001))));
    }

    @Test
    void keepsADrainingRevisionInTheTableWithoutWeight() {
        Revision draining = revision("r1", DRAINING);

        RoutePlan plan = RoutePlan.of(new DesiredState(2, List.of()), List.of(draining), Map.of());

        assertThat(plan.weights()).isEmpty();
        assertThat(plan.services().getFirst().hosts()).isEmpty();
        assertThat(routes(plan)).containsExactly(new Route("r1", 0, List.of(new Instance("127.0.0.1", 4001))));
        assertThat(new RouteTable(1, plan.services()).sends(draining.id())).isFalse();
    }

    @Test
    void givesAHostThatTwoServicesClaimToTheFirst() {
        ServiceSpec one = new ServiceSpec("one", List.of("x.test"), List.of(), Map.of(), 5);
        ServiceSpec two = new ServiceSpec("two", List.of("x.test", "y.test"), List.of(), Map.of(), 5);

        RoutePlan plan = RoutePlan.of(new DesiredState(1, List.of(one, two)), List.of(), Map.of());

        assertThat(plan.services())
                .extracting(RouteTable.Service::hosts)
                .containsExactly(List.of("x.test"), List.of("y.test"));
    }

    private static RoutePlan plan(
            Map<String, Integer> weights, Map<String, Map<String, Integer>> previous, Revision... known) {
        String[] ids =
                Arrays.stream(known).map(revision -> revision.spec().id()).toArray(String[]::new);
        return RoutePlan.of(desired(weights, ids), List.of(known), previous);
    }

    private static DesiredState desired(Map<String, Integer> weights, String... ids) {
        return new DesiredState(
                1,
                List.of(new ServiceSpec(
                        "app",
                        List.of("app.test"),
                        Arrays.stream(ids).map(ReconcilerTest::spec).toList(),
                        weights,
                        5)));
    }

    private static List<Route> routes(RoutePlan plan) {
        return plan.services().getFirst().revisions();
    }

    private static Revision revision(String id, RevisionState state) {
        Revision like = ReconcilerTest.running(state);
        return new Revision(
                "app",
                ReconcilerTest.spec(id),
                5,
                61_000,
                state,
                like.since(),
                state != STARTING,
                0,
                null,
                Said.plain(""),
                like.processes());
    }

    /** Started again after a crash, not yet checked. */
    private static Revision revisionAgain(String id, RevisionState state) {
        ProcessRecord web = java.util.Objects.requireNonNull(
                ReconcilerTest.running(state).processes().get("web"));
        ProcessRecord again =
                web.ended(1, web.startedAt()).started(web.identity().orElseThrow(), 4001, web.startedAt());
        return revision(id, state).with(again);
    }
}
