package dev.tandem.server.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.agent.protocol.AgentReport;
import dev.tandem.agent.protocol.RevisionTraffic;
import dev.tandem.server.operate.TrafficMeter.Added;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrafficMeterTest {
    private static final Instant NOW = OperateRows.NOW;

    private final TrafficMeter meter = new TrafficMeter();

    static RevisionTraffic counts(String revision, String epoch, long requests, long errors, long slow) {
        List<Long> buckets = new ArrayList<>(Collections.nCopies(25, 0L));
        buckets.set(3, requests - slow);
        buckets.set(20, slow);
        return new RevisionTraffic("shop", revision, epoch, requests, errors, 0, buckets);
    }

    static AgentReport report(Instant at, long proxy, RevisionTraffic... traffic) {
        return new AgentReport(
                "test",
                "boot",
                at,
                1,
                List.of(),
                List.of(traffic),
                Map.of("shop", Map.of("d1", 90, "d2", 10)),
                new AgentReport.ProxyStatus(proxy > 0, 80, proxy, 1));
    }

    private List<Added> take(int second, long proxy, RevisionTraffic... traffic) {
        return meter.take(report(NOW.plusSeconds(second), proxy, traffic), NOW.plusSeconds(second));
    }

    private static List<Added> withRequests(List<Added> all) {
        return all.stream().filter(added -> added.tally().requests() > 0).toList();
    }

    @Test
    void theFirstReportIsTheMarkToCountFrom() {
        assertThat(take(0, 7, counts("d1", "e", 1000, 10, 0))).isEmpty();

        List<Added> added = take(2, 7, counts("d1", "e", 1005, 11, 1), counts("d2", "e", 3, 3, 0));

        assertThat(added).hasSize(2).allSatisfy(one -> assertThat(one.covered()).isEqualTo(Duration.ofSeconds(2)));
        Added old = added.stream()
                .filter(one -> one.revision().equals("d1"))
                .findFirst()
                .orElseThrow();
        assertThat(old.tally().requests()).isEqualTo(5);
        assertThat(old.tally().errors()).isEqualTo(1);
        assertThat(old.tally().latencyBuckets().get(20)).isEqualTo(1);
        assertThat(old.weight()).isEqualTo(90);
        // It has been counted since it began.
        assertThat(added)
                .filteredOn(one -> one.revision().equals("d2"))
                .allSatisfy(one -> assertThat(one.tally().requests()).isEqualTo(3));
    }

    @Test
    void whatGetsRequestsAndHasNoneIsCountedAsNone() {
        take(0, 7);
        assertThat(take(1, 7)).extracting(Added::revision).containsExactlyInAnyOrder("d1", "d2");
        assertThat(withRequests(take(2, 7, counts("d1", "e", 4, 0, 0)))).hasSize(1);
    }

    @Test
    void aProxyThatBeganAnewIsCountedFromItsStart() {
        take(0, 7, counts("d1", "e", 1000, 10, 0));
        assertThat(withRequests(take(1, 8, counts("d1", "f", 20, 0, 0)))
                        .getFirst()
                        .tally()
                        .requests())
                .isEqualTo(20);
        // More than before, but by another process.
        assertThat(withRequests(take(2, 9, counts("d1", "g", 30, 0, 0)))
                        .getFirst()
                        .tally()
                        .requests())
                .isEqualTo(30);
    }

    @Test
    void countersThatBeganAnewInTheSameProxyAreCountedFromNothing() {
        take(0, 7, counts("d1", "e", 1000, 10, 0));
        assertThat(withRequests(take(1, 7, counts("d1", "e", 8, 0, 0)))
                        .getFirst()
                        .tally()
                        .requests())
                .isEqualTo(8);
    }

    @Test
    void oneThatComesTwiceOrLateAddsNothing() {
        RevisionTraffic first = counts("d1", "e", 10, 0, 0);
        RevisionTraffic second = counts("d1", "e", 14, 0, 0);
        take(0, 7, first);
        take(1, 7, second);

        assertThat(withRequests(take(1, 7, second))).isEmpty();
        assertThat(meter.take(report(NOW, 7, first), NOW.plusSeconds(2))).isEmpty();
        assertThat(withRequests(take(3, 7, counts("d1", "e", 15, 0, 0)))
                        .getFirst()
                        .tally()
                        .requests())
                .isEqualTo(1);
    }

    @Test
    void aLateOneOfTheProxyBeforeAddsNothing() {
        take(1, 7, counts("d1", "e", 10, 0, 0));
        take(2, 8, counts("d1", "f", 2, 0, 0));
        assertThat(meter.take(report(NOW, 7, counts("d1", "e", 9, 0, 0)), NOW.plusSeconds(3)))
                .isEmpty();
        assertThat(withRequests(take(4, 8, counts("d1", "f", 3, 0, 0)))
                        .getFirst()
                        .tally()
                        .requests())
                .isEqualTo(1);
    }

    @Test
    void anAgentWhoseClockIsWrongIsCountedByOurs() {
        take(0, 7, counts("d1", "e", 10, 0, 0));
        Instant behind = NOW.minus(Duration.ofDays(400));
        Added added = withRequests(meter.take(report(behind, 7, counts("d1", "e", 12, 0, 0)), NOW.plusSeconds(1)))
                .getFirst();
        assertThat(added.covered()).isEqualTo(Duration.ofSeconds(1));
        assertThat(added.tally().requests()).isEqualTo(2);
        // Counters that began anew meanwhile look like a late report only for a while.
        meter.take(report(behind.minusSeconds(5), 7, counts("d1", "e", 1, 0, 0)), NOW.plusSeconds(2));
        assertThat(withRequests(
                        meter.take(report(behind.minusSeconds(4), 7, counts("d1", "e", 3, 0, 0)), NOW.plusSeconds(12))))
                .hasSize(1);
    }

    @Test
    void whileTheProxyIsAwayNothingIsCountedAndTheGapIsCoveredAfter() {
        take(0, 7, counts("d1", "e", 10, 0, 0));
        assertThat(take(5, 0)).isEmpty();
        Added added = withRequests(take(10, 7, counts("d1", "e", 20, 0, 0))).getFirst();
        assertThat(added.covered()).isEqualTo(Duration.ofSeconds(10));
        assertThat(added.tally().requests()).isEqualTo(10);
    }
}
