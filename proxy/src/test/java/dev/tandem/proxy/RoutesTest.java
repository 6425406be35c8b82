package dev.tandem.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.proxy.RoutingTable.Instance;
import dev.tandem.proxy.RoutingTable.Revision;
import dev.tandem.proxy.RoutingTable.Service;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RoutesTest {

    private final Routes routes = new Routes();
    private final Random random = new Random(20261123);

    @Test
    void sharesRequestsAtRandomByWeight() {
        routes.apply(table(1, revision("old", 90, 1001), revision("new", 10, 1002)));

        Map<Integer, Integer> counts = new HashMap<>();
        int previous = 0;
        int switches = 0;
        for (int i = 0; i < 10_000; i++) {
            int port = choose();
            counts.merge(port, 1, Integer::sum);
            switches += port == previous ? 0 : 1;
            previous = port;
        }

        assertThat(counts.get(1002)).isCloseTo(1000, within(150));
        // Taking turns would switch exactly 2,000 times; independent draws switch 2 * 0.9 * 0.1 of the time.
        assertThat(switches).isCloseTo(1800, within(200));
    }

    @Test
    void knowsNoHostThatIsNotInTheTable() {
        routes.apply(table(1, revision("a", 1, 1001)));

        assertThat(routes.choose("other.test", List.of(), random)).isEqualTo(new Choice.NoRoute());
    }

    @Test
    void hasNoRevisionWhenNoneWithWeightRuns() {
        routes.apply(table(1, new Revision("a", 1, List.of()), revision("b", 0, 1002)));

        assertThat(routes.choose("app.test", List.of(), random)).isEqualTo(new Choice.NoRevision());
    }

    @Test
    void avoidsInstancesThatRefused() {
        routes.apply(table(1, revision("a", 1000, 1001), revision("b", 1, 1002)));

        Choice choice = routes.choose("app.test", List.of(new Instance("127.0.0.1", 1001)), random);

        assertThat(port(choice)).isEqualTo(1002);
    }

    @Test
    void keepsCountersOfARemovedRevisionWhileRequestsRunOnIt() {
        routes.apply(table(1, revision("a", 1, 1001)));
        Hold hold = ((Choice.Chosen) routes.choose("app.test", List.of(), random)).hold();
        routes.apply(table(2, revision("b", 1, 1002)));
        var key = new Routes.RevisionKey("app", "a");

        assertThat(routes.counters().get(key).inFlight()).isEqualTo(1);
        hold.answered(200);
        hold.release();
        assertThat(routes.counters()).doesNotContainKey(key);
    }

    private int choose() {
        return port(routes.choose("app.test", List.of(), random));
    }

    private static int port(Choice choice) {
        return ((Choice.Chosen) choice).hold().instance().port();
    }

    private static RoutingTable table(long version, Revision... revisions) {
        return new RoutingTable(version, List.of(new Service("app", List.of("app.test"), List.of(revisions))));
    }

    private static Revision revision(String id, int weight, int port) {
        return new Revision(id, weight, List.of(new Instance("127.0.0.1", port)));
    }
}
