package dev.tandem.server.operate;

import dev.tandem.agent.protocol.RevisionState;
import dev.tandem.agent.protocol.RevisionStatus;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a revision that gets requests is, over the reports of its agent. Pure.
 *
 * @param wellSince since when it is healthy without a break; null while it is not
 * @param restarts the last count
 */
record HealthCourse(State state, @Nullable Instant wellSince, int restarts) {
    /** Well for so long means well: what comes and goes is one loss of health. */
    static final Duration STABLE = Duration.ofSeconds(60);

    enum State {
        /** Not yet watched long enough. */
        UNKNOWN,
        WELL,
        SICK
    }

    enum Change {
        NONE,
        LOST,
        BACK
    }

    record Step(HealthCourse course, Change change) {}

    static Step begin(RevisionStatus status, Instant at) {
        return new HealthCourse(State.UNKNOWN, null, status.restarts()).next(status, at);
    }

    Step next(RevisionStatus status, Instant at) {
        boolean healthy = status.state() == RevisionState.HEALTHY;
        Instant since = !healthy ? null : wellSince == null ? at : wellSince;
        if (isSick(status)) {
            // One that crashed and is back already begins to be well now.
            Instant anew = healthy ? at : null;
            return new Step(
                    new HealthCourse(State.SICK, anew, status.restarts()),
                    state == State.SICK ? Change.NONE : Change.LOST);
        }
        boolean back = since != null
                && state != State.WELL
                && Duration.between(since, at).compareTo(STABLE) >= 0;
        return new Step(
                new HealthCourse(back ? State.WELL : state, since, status.restarts()),
                back ? Change.BACK : Change.NONE);
    }

    private boolean isSick(RevisionStatus status) {
        return switch (status.state()) {
            case UNHEALTHY, CRASHED, FAILED -> true;
            case FETCHING, STARTING, HEALTHY, DRAINING, STOPPED -> status.restarts() > restarts;
        };
    }
}
