package dev.tandem.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.proxy.RoutingTable.Instance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RevisionCountersTest {

    private final RevisionCounters counters = new RevisionCounters();

    @ParameterizedTest
    @CsvSource({"0,0", "1000000,0", "1000001,1", "30000000000,23", "30000000001,24"})
    void bucketBoundsAreInclusive(long nanos, int bucket) {
        assertThat(RevisionCounters.bucket(nanos)).isEqualTo(bucket);
    }

    @Test
    void anAnswerThatBreaksOffIsOneRequestAndOneFailure() {
        Hold hold = hold();
        hold.answered(200);
        hold.failed();
        hold.failed();

        assertThat(counters.requests()).isEqualTo(1);
        assertThat(counters.failed()).isEqualTo(1);
        assertThat(counters.inFlight()).isZero();
    }

    @Test
    void aBadAnswerThatBreaksOffIsNotCountedTwice() {
        Hold hold = hold();
        hold.answered(500);
        hold.failed();

        assertThat(counters.answered5xx()).isEqualTo(1);
        assertThat(counters.failed()).isZero();
    }

    @Test
    void aClientThatLeavesIsARequestButNoFailure() {
        Hold hold = hold();
        hold.abandoned();
        hold.failed();

        assertThat(counters.requests()).isEqualTo(1);
        assertThat(counters.latencyBuckets().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(1);
        assertThat(counters.inFlight()).isZero();
    }

    private Hold hold() {
        counters.enter();
        return new Hold(new Instance("127.0.0.1", 1), counters);
    }
}
