package dev.tandem.server.build.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.pipeline.plan.Retry;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetryDecisionTest {
    private static final Retry TWICE_ON_SCRIPT = new Retry(2, List.of("script_failure"), List.of());
    private static final Retry ONCE_ON_137 = new Retry(1, List.of(), List.of(137));

    @Test
    void aScriptFailureIsRetriedOnlyWhenAskedFor() {
        assertThat(decide(Retry.NEVER, 1, 0, false, "script_failure", 1)).isEqualTo(RetryDecision.NO);
        assertThat(decide(TWICE_ON_SCRIPT, 1, 0, false, "script_failure", 1)).isEqualTo(RetryDecision.BY_KEYWORD);
        assertThat(decide(TWICE_ON_SCRIPT, 2, 0, false, "script_failure", 1)).isEqualTo(RetryDecision.BY_KEYWORD);
        assertThat(decide(TWICE_ON_SCRIPT, 3, 0, false, "script_failure", 1)).isEqualTo(RetryDecision.NO);
        assertThat(decide(TWICE_ON_SCRIPT, 1, 0, false, "job_execution_timeout", 0))
                .isEqualTo(RetryDecision.NO);
    }

    @Test
    void anExitCodeIsEnough() {
        assertThat(decide(ONCE_ON_137, 1, 0, false, "script_failure", 137)).isEqualTo(RetryDecision.BY_KEYWORD);
        assertThat(decide(ONCE_ON_137, 1, 0, false, "script_failure", 1)).isEqualTo(RetryDecision.NO);
        assertThat(decide(ONCE_ON_137, 2, 0, false, "script_failure", 137)).isEqualTo(RetryDecision.NO);
    }

    @Test
    void aRunnersFaultGivesTwoMoreChances() {
        assertThat(decide(Retry.NEVER, 1, 0, false, "runner_system_failure", 0))
                .isEqualTo(RetryDecision.AFTER_RUNNER_FAULT);
        assertThat(decide(Retry.NEVER, 2, 1, false, "runner_interrupted", 0))
                .isEqualTo(RetryDecision.AFTER_RUNNER_FAULT);
        assertThat(decide(Retry.NEVER, 3, 2, false, "runner_system_failure", 0)).isEqualTo(RetryDecision.NO);
    }

    @Test
    void chancesAfterRunnerFaultsDontEatThoseOfTheKeyword() {
        assertThat(decide(ONCE_ON_137, 3, 2, false, "script_failure", 137)).isEqualTo(RetryDecision.BY_KEYWORD);
    }

    @Test
    void aJobOfAnEnvironmentIsNeverRepeatedAfterARunnersFault() {
        Retry always = new Retry(2, List.of("always"), List.of());
        assertThat(decide(always, 1, 0, true, "runner_system_failure", 0)).isEqualTo(RetryDecision.NO);
        assertThat(decide(always, 1, 0, true, "script_failure", 1)).isEqualTo(RetryDecision.BY_KEYWORD);
    }

    private static RetryDecision decide(
            Retry retry, int attempt, int systemFailures, boolean environment, String reason, int exitCode) {
        return RetryDecision.of(retry, attempt, systemFailures, environment, reason, exitCode);
    }
}
