package dev.tandem.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {
    private static final Duration SHORT = Duration.ofMillis(30);
    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void answersAsSoonAsThereIsAValue() {
        assertThat(Await.value(
                        "the third", () -> Optional.of(asked.incrementAndGet()).filter(n -> n == 3)))
                .isEqualTo(3);
        assertThat(asked).hasValue(3);
    }

    @Test
    void aQuestionThatFailsIsAskedAgain() {
        Await.until("calm", () -> {
            if (asked.incrementAndGet() < 3) {
                throw new IOException("not yet");
            }
            return true;
        });

        assertThat(asked).hasValue(3);
    }

    @Test
    void aFailureNamesWhatWasAwaitedAndTheLastTrouble() {
        assertThatThrownBy(() -> Await.until(SHORT, "the moon", () -> {
                    throw new IOException("clouds");
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessage("not within 0.03 s: the moon")
                .hasRootCauseMessage("clouds");
    }

    @Test
    void anInterruptEndsTheWaitAndStays() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> Await.until("never", () -> false)).hasMessage("interrupted while waiting for: never");

        assertThat(Thread.interrupted()).isTrue();
    }
}
