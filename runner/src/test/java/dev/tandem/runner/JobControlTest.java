package dev.tandem.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.runner.JobControl.Cause;
import dev.tandem.runner.JobControl.Phase;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class JobControlTest {
    @Test
    void everyPhaseEndsForItsCausesOnly() throws JobStopped {
        for (var phase : Phase.values()) {
            for (var cause : Cause.values()) {
                var control = new JobControl();
                control.stop(cause);
                var cleansUp = phase == Phase.AFTERMATH && (cause == Cause.CANCELED || cause == Cause.TIMED_OUT);
                if (cleansUp) {
                    assertThat(control.<String, RuntimeException>during(phase, () -> {}, () -> "done"))
                            .isEqualTo("done");
                } else {
                    assertThatThrownBy(() -> control.<String, RuntimeException>during(phase, () -> {}, () -> "done"))
                            .as("%s in %s", cause, phase)
                            .isInstanceOf(JobStopped.class);
                }
            }
        }
    }

    @Test
    void gravestCauseWinsWhateverTheOrder() {
        for (var first : Cause.values()) {
            for (var second : Cause.values()) {
                var control = new JobControl();
                control.stop(first);
                control.stop(second);
                assertThat(control.cause()).isEqualTo(first.compareTo(second) > 0 ? first : second);
            }
        }
    }

    @Test
    void workUnderWayIsAbortedOnceForEachGraverCause() {
        var control = new JobControl();
        var aborts = new AtomicInteger();
        assertThatThrownBy(() -> control.<String, RuntimeException>during(Phase.SCRIPT, aborts::incrementAndGet, () -> {
                    control.stop(Cause.CANCELED);
                    control.stop(Cause.CANCELED);
                    control.stop(Cause.KILLED);
                    return "too late";
                }))
                .isInstanceOf(JobStopped.class);
        assertThat(aborts).hasValue(2);
        control.stop(Cause.KILLED);
        assertThat(aborts).hasValue(2);
    }
}
