package dev.tandem.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.proxy.RoutingTable.Instance;
import dev.tandem.proxy.RoutingTable.Revision;
import dev.tandem.proxy.RoutingTable.Service;
import dev.tandem.proxy.RoutingTable.Watch;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class StepCountersTest {
    private static final Instance NEW = new Instance("127.0.0.1", 1001);
    private static final Instance OLD = new Instance("127.0.0.1", 1002);
    private static final long MILLI = 1_000_000;

    private final RandomGenerator random = new Random(7);
    private final Routes routes = new Routes();

    @Test
    void oneClientHasOneEventASecondWhateverRevisionItMet() {
        Once once = new Once();
        assertThat(once.first("a", 0, 1)).isTrue();
        assertThat(once.first("a", 0, 1)).isFalse();
        assertThat(once.first("a", 1, 1)).isTrue();
        assertThat(once.first("b", 0, 1)).isTrue();
        assertThat(once.first("a", 0, 2)).isTrue();
    }

    @Test
    void forgetsClientsRatherThanGrow() {
        Once once = new Once();
        for (int i = 0; i < Once.MOST; i++) {
            assertThat(once.first("client " + i, 0, 1)).isTrue();
        }
        assertThat(once.first("one more", 0, 1)).isFalse();
    }

    @Test
    void aRetryingClientIsOneEventButEachErrorCounts() {
        StepCounters.Side side = side(new StepCounters(watch("1.0")), "new");
        for (int i = 0; i < 100; i++) {
            side.ended(true, MILLI, true, "10.0.0.1");
        }
        assertThat(side.requests()).isEqualTo(100);
        assertThat(side.errors()).isEqualTo(100);
        // The hundred may fall into two seconds.
        assertThat(side.errorEvents()).isBetween(1L, 2L);
    }

    @Test
    void countsSlowRequestsOfWarmRevisionsOnly() {
        StepCounters.Side side = side(new StepCounters(watch("1.0")), "new");
        side.ended(false, 60 * MILLI, false, "a");
        assertThat(side.slowEvents()).containsExactly(0L, 0L, 0L);
        side.ended(false, 25 * MILLI, true, "b");
        side.ended(false, 20 * MILLI, true, "c");
        side.ended(false, 60 * MILLI, true, "d");
        assertThat(side.slowEvents()).containsExactly(3L, 2L, 1L);
        assertThat(side.judgedForLatency()).isEqualTo(3);
        assertThat(side.overLimit()).isEqualTo(1);
    }

    @Test
    void sharesAtRandomAndCountsForTheStepThatRouted() {
        routes.apply(table(1, watch("1.0"), 10, 90));
        Hold late = hold(List.of());
        for (int i = 0; i < 10_000; i++) {
            hold(List.of()).answered(200);
        }
        StepCounters first = Objects.requireNonNull(routes.steps().get(new Routes.StepKey("shop", "1.0")));
        long all = side(first, "new").requests() + side(first, "old").requests();
        assertThat(all).isEqualTo(10_000);
        assertThat(side(first, "new").requests() / 10_000.0).isCloseTo(0.1, within(0.012));

        routes.apply(table(2, watch("1.1"), 50, 50));
        late.from("a").failed();
        long errors = side(first, "new").errors() + side(first, "old").errors();
        assertThat(errors).isEqualTo(1);
        StepCounters second = Objects.requireNonNull(routes.steps().get(new Routes.StepKey("shop", "1.1")));
        assertThat(side(second, "new").requests() + side(second, "old").requests())
                .isZero();
    }

    @Test
    void whatWasNotLeftToChanceDoesNotCount() {
        routes.apply(table(1, watch("1.0"), 10, 90));
        hold(List.of(NEW)).answered(500);
        StepCounters step = Objects.requireNonNull(routes.steps().get(new Routes.StepKey("shop", "1.0")));
        assertThat(side(step, "old").requests()).isZero();
    }

    @Test
    void theWatchIsKeptOnDisk() {
        RoutingTable table = table(1, watch("1.0"), 10, 90);
        assertThat(RoutingTableJson.read(RoutingTableJson.write(table).toBuffer()))
                .isEqualTo(table);
    }

    @Test
    void thresholdsAreEdgesOfBuckets() {
        assertThatThrownBy(() -> new Watch("1.0", "new", null, List.of(10, 21, 50), null))
                .hasMessage("21 ms is no edge of a latency bucket");
    }

    private Hold hold(List<Instance> avoid) {
        return ((Choice.Chosen) routes.choose("shop.test", avoid, random)).hold();
    }

    private static StepCounters.Side side(StepCounters step, String revision) {
        return Objects.requireNonNull(step.of(revision));
    }

    private static Watch watch(String step) {
        return new Watch(step, "new", "old", List.of(10, 20, 50), 50);
    }

    private static RoutingTable table(long version, Watch watch, int newWeight, int oldWeight) {
        return new RoutingTable(
                version,
                List.of(new Service(
                        "shop",
                        List.of("shop.test"),
                        List.of(
                                new Revision("new", newWeight, List.of(NEW)),
                                new Revision("old", oldWeight, List.of(OLD))),
                        watch)));
    }
}
