package dev.tandem.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.SettableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ThrottleTest {
    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-23T08:00:00Z"));
    private final Throttle throttle = new Throttle(clock);

    @Test
    void pausesGrowWithEachWrongAttemptOnAnAccount() {
        attempts(5, "mei");

        assertThat(throttle.attempt("mei", "10.0.0.99")).contains(Duration.ofSeconds(1));
        clock.advance(Duration.ofSeconds(1));
        assertThat(throttle.attempt("mei", "10.0.0.99")).isEmpty();
        assertThat(throttle.attempt("MEI", "10.0.0.98")).contains(Duration.ofSeconds(2));
    }

    @Test
    void anAccountNeverWaitsLongerThanAMinute() {
        for (int i = 0; i < 40; i++) {
            throttle.attempt("mei", "10.0.1." + i);
            clock.advance(Duration.ofMinutes(1));
        }
        throttle.attempt("mei", "10.0.2.1");

        assertThat(throttle.attempt("mei", "10.0.2.2"))
                .hasValueSatisfying(pause -> assertThat(pause).isLessThanOrEqualTo(Duration.ofMinutes(1)));
    }

    @Test
    void anAddressThatTriesManyAccountsWaits() {
        for (int i = 0; i < 20; i++) {
            assertThat(throttle.attempt("user" + i, "10.0.0.1")).isEmpty();
        }

        assertThat(throttle.attempt("another", "10.0.0.1")).isPresent();
        assertThat(throttle.attempt("another", "10.0.0.2")).isEmpty();
    }

    @Test
    void aRightPasswordStartsAnew() {
        attempts(4, "mei");
        throttle.attempt("mei", "10.0.0.9");
        throttle.succeeded("mei", "10.0.0.9");

        assertThat(throttle.attempt("mei", "10.0.0.9")).isEmpty();
    }

    @Test
    void anHourOfQuietForgets() {
        attempts(6, "mei");
        clock.advance(Duration.ofMinutes(61));

        assertThat(throttle.attempt("mei", "10.0.0.9")).isEmpty();
        assertThat(throttle.attempt("mei", "10.0.0.9")).isEmpty();
    }

    @Test
    void memoryIsBounded() {
        attempts(5, "mei");
        for (int i = 0; i < 20_000; i++) {
            throttle.attempt("flood" + i, "address" + i);
        }

        // Pushed out by 20,000 others, each of which needed an address of its own.
        assertThat(throttle.attempt("mei", "10.0.0.9")).isEmpty();
    }

    private void attempts(int count, String account) {
        for (int i = 0; i < count; i++) {
            throttle.attempt(account, "10.0.0." + i);
        }
    }
}
