package dev.tandem.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.SettableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RequestLimitTest {
    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-23T08:00:20Z"));
    private final RequestLimit limit = new RequestLimit(2, clock);

    @Test
    void oneMoreThanTheLimitInAMinuteIsTooMany() {
        assertThat(limit.count(Actor.ANONYMOUS, "10.0.0.1").within()).isTrue();
        assertThat(limit.count(Actor.ANONYMOUS, "10.0.0.1").within()).isTrue();
        assertThat(limit.count(Actor.ANONYMOUS, "10.0.0.1"))
                .isEqualTo(new RequestLimit.Standing(2, 3, Instant.parse("2026-11-23T08:01:00Z")));
        assertThat(limit.count(Actor.ANONYMOUS, "10.0.0.2").within())
                .as("another")
                .isTrue();

        clock.advance(Duration.ofSeconds(40));
        assertThat(limit.count(Actor.ANONYMOUS, "10.0.0.1").within()).isTrue();
    }

    @Test
    void aPersonIsOneWhereverTheyComeFrom() {
        Actor job = new Actor.Job(1, 1, new UserId(7));
        limit.count(job, "10.0.0.1");
        limit.count(job, "10.0.0.2");

        assertThat(limit.count(job, "10.0.0.3").within()).isFalse();
    }

    @Test
    void withoutALimitNothingIsTooMuch() {
        RequestLimit none = new RequestLimit(0, clock);

        assertThat(none.count(Actor.ANONYMOUS, "10.0.0.1").within()).isTrue();
    }
}
