package dev.tandem.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.agent.ProbedStep.Outcome;
import dev.tandem.agent.protocol.StepTraffic;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PairCountsTest {

    private static final Outcome GOOD = new Outcome(false, 1_000_000);
    private static final Outcome BAD = new Outcome(true, 1_000_000);
    private static final Outcome SLOW = new Outcome(false, 21_000_000);

    @Test
    void ofEachSecondTheFirstPairWithAnEventCounts() {
        PairCounts counts = new PairCounts(null);
        counts.add(GOOD, GOOD, true, 1);
        counts.add(GOOD, BAD, true, 1);
        counts.add(BAD, GOOD, true, 1);
        counts.add(BAD, BAD, true, 2);
        counts.add(BAD, GOOD, true, 3);

        assertThat(told(counts.newer())).isEqualTo(new StepTraffic("s", "1.1", "r", "e", 5, 3, 5, 0, 2, List.of()));
        assertThat(told(counts.older())).isEqualTo(new StepTraffic("s", "1.1", "r", "e", 5, 2, 5, 0, 2, List.of()));
    }

    @Test
    void onlyWarmPairsAreSlow() {
        PairCounts counts = new PairCounts(20);
        counts.add(SLOW, GOOD, false, 1);
        counts.add(SLOW, SLOW, true, 2);
        counts.add(SLOW, GOOD, true, 3);

        assertThat(told(counts.newer()).slowEvents()).containsExactly(2L);
        assertThat(told(counts.older()).slowEvents()).containsExactly(1L);
        assertThat(told(counts.newer()).judgedForLatency()).isEqualTo(2);
    }

    @Test
    void aProcessIsWarmAfterItsFirstRequestsAndSeconds() {
        Instant start = Instant.parse("2026-11-28T18:00:00Z");
        ProbedSide side = new ProbedSide("r", 1, start, 400, Map.of());

        assertThat(side.warm(100, start.plus(Duration.ofSeconds(10)))).isTrue();
        assertThat(side.warm(99, start.plus(Duration.ofSeconds(10)))).isFalse();
        assertThat(side.warm(100, start.plus(Duration.ofSeconds(9)))).isFalse();
    }

    private static StepTraffic told(PairCounts.Side side) {
        return side.told("s", "1.1", "r", "e");
    }
}
