package dev.tandem.server.code;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class IntentVerdictTest {
    private static final String A = "a".repeat(40);
    private static final String B = "b".repeat(40);
    private static final String C = "c".repeat(40);

    @Test
    void theRefTellsWhetherItMoved() {
        assertThat(verdict(A, B, B, false)).isEqualTo(IntentVerdict.MOVED);
        assertThat(verdict(A, B, A, false)).isEqualTo(IntentVerdict.NOT_MOVED);
        assertThat(verdict(RefUpdated.ZERO, B, B, false)).isEqualTo(IntentVerdict.MOVED);
        assertThat(verdict(RefUpdated.ZERO, B, RefUpdated.ZERO, false)).isEqualTo(IntentVerdict.NOT_MOVED);
        assertThat(verdict(A, RefUpdated.ZERO, RefUpdated.ZERO, false)).isEqualTo(IntentVerdict.MOVED);
        assertThat(verdict(A, RefUpdated.ZERO, A, false)).isEqualTo(IntentVerdict.NOT_MOVED);
    }

    @Test
    void aRefAtNeitherEndMovedIfItContainsWhatWasPushed() {
        assertThat(verdict(A, B, C, true)).isEqualTo(IntentVerdict.MOVED);
        assertThat(verdict(A, B, C, false)).isEqualTo(IntentVerdict.NOT_MOVED);
        assertThat(verdict(A, B, RefUpdated.ZERO, true)).isEqualTo(IntentVerdict.NOT_MOVED);
        assertThat(verdict(A, RefUpdated.ZERO, C, true)).isEqualTo(IntentVerdict.NOT_MOVED);
    }

    @Test
    void onlyAnOpenIntentChanges() {
        for (PushIntent.Status from : PushIntent.Status.values()) {
            for (PushIntent.Status to : PushIntent.Status.values()) {
                assertThat(from.canBecome(to))
                        .isEqualTo(from == PushIntent.Status.OPEN && to != PushIntent.Status.OPEN);
            }
        }
    }

    private static IntentVerdict verdict(String before, String after, String current, boolean contains) {
        PushIntent intent = new PushIntent("id", 1, "refs/heads/main", before, after, 1, List.of(), Instant.EPOCH);
        return IntentVerdict.of(intent, current, () -> contains);
    }
}
