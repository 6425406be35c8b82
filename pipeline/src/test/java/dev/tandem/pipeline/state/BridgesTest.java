package dev.tandem.pipeline.state;

import static dev.tandem.pipeline.state.Bridges.Strategy.*;
import static dev.tandem.pipeline.state.JobStatus.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.pipeline.state.Bridges.Strategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BridgesTest {

    @ParameterizedTest
    @EnumSource(JobStatus.class)
    void withoutAStrategyTheJobIsDoneOnceThereIsAPipeline(JobStatus downstream) {
        assertThat(Bridges.follow(RUNNING, NONE, downstream)).isEqualTo(JobEvent.PASS);
        assertThat(Bridges.follow(SUCCESS, NONE, downstream)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "DEPEND, SUCCESS, PASS",
        "DEPEND, FAILED, FAIL",
        "DEPEND, SKIPPED, FAIL",
        "DEPEND, CANCELED, CANCEL",
        "DEPEND, MANUAL,",
        "DEPEND, RUNNING,",
        "MIRROR, SUCCESS, PASS",
        "MIRROR, FAILED, FAIL",
        "MIRROR, SKIPPED, SKIP",
        "MIRROR, CANCELED, CANCEL",
        "MIRROR, MANUAL, HOLD",
        "MIRROR, SCHEDULED, SCHEDULE",
        "MIRROR, PENDING,",
    })
    void aRunningJobFollows(Strategy strategy, JobStatus downstream, JobEvent expected) {
        assertThat(Bridges.follow(RUNNING, strategy, downstream)).isEqualTo(expected);
    }

    @Test
    void whatGoesOnAgainTakesItsTriggerJobAlong() {
        assertThat(Bridges.follow(FAILED, DEPEND, RUNNING)).isEqualTo(JobEvent.RESUME);
        assertThat(Bridges.follow(MANUAL, MIRROR, PENDING)).isEqualTo(JobEvent.RESUME);
        assertThat(Bridges.follow(FAILED, NONE, RUNNING)).isNull();
    }

    /** Following step after step always arrives, and every step is one that the machine knows. */
    @Test
    void everyStepIsPossibleAndLeadsToRest() {
        for (Strategy strategy : Strategy.values()) {
            for (JobStatus bridge : new JobStatus[] {RUNNING, MANUAL, SCHEDULED, SUCCESS, FAILED, CANCELED}) {
                for (JobStatus downstream : JobStatus.values()) {
                    JobStatus now = bridge;
                    int steps = 0;
                    for (JobEvent event = Bridges.follow(now, strategy, downstream);
                            event != null;
                            event = Bridges.follow(now, strategy, downstream)) {
                        now = JobTransitions.next(now, event).orElseThrow();
                        assertThat(++steps).isLessThan(4);
                    }
                }
            }
        }
    }
}
