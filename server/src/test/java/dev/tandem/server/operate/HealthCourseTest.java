package dev.tandem.server.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.agent.protocol.RevisionState;
import dev.tandem.agent.protocol.RevisionStatus;
import dev.tandem.server.operate.HealthCourse.Change;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HealthCourseTest {
    private static final Instant NOW = OperateRows.NOW;

    private HealthCourse course;
    private final List<Change> changes = new ArrayList<>();

    private void at(int second, RevisionState state, int restarts) {
        RevisionStatus status = new RevisionStatus("shop", "d1", state, NOW, restarts, null, "", List.of());
        Instant at = NOW.plusSeconds(second);
        HealthCourse.Step step = course == null ? HealthCourse.begin(status, at) : course.next(status, at);
        course = step.course();
        if (step.change() != Change.NONE) {
            changes.add(step.change());
        }
    }

    @Test
    void whatComesAndGoesIsOneLossUntilItIsWellForAMinute() {
        at(0, RevisionState.HEALTHY, 0);
        at(5, RevisionState.UNHEALTHY, 0);
        at(6, RevisionState.HEALTHY, 0);
        at(40, RevisionState.CRASHED, 0);
        at(41, RevisionState.STARTING, 1);
        at(42, RevisionState.HEALTHY, 1);
        at(101, RevisionState.HEALTHY, 1);
        assertThat(changes).containsExactly(Change.LOST);
        at(102, RevisionState.HEALTHY, 1);
        assertThat(changes).containsExactly(Change.LOST, Change.BACK);
        at(200, RevisionState.FAILED, 1);
        assertThat(changes).containsExactly(Change.LOST, Change.BACK, Change.LOST);
    }

    @Test
    void aCrashBetweenTwoReportsIsNoticed() {
        at(0, RevisionState.HEALTHY, 0);
        at(70, RevisionState.HEALTHY, 0);
        at(71, RevisionState.HEALTHY, 1);
        assertThat(changes).containsExactly(Change.BACK, Change.LOST);
        at(130, RevisionState.HEALTHY, 1);
        assertThat(changes).hasSize(2);
        at(131, RevisionState.HEALTHY, 1);
        assertThat(changes).endsWith(Change.BACK);
    }

    @Test
    void restartsOfLongAgoAreNoLossForAServerThatJustBegan() {
        at(0, RevisionState.HEALTHY, 7);
        assertThat(changes).isEmpty();
    }
}
