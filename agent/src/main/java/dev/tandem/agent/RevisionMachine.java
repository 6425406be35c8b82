package dev.tandem.agent;

import static dev.tandem.agent.RevisionEvent.CHECK_FAILED;
import static dev.tandem.agent.RevisionEvent.CHECK_PASSED;
import static dev.tandem.agent.RevisionEvent.ENDED;
import static dev.tandem.agent.RevisionEvent.EXITED;
import static dev.tandem.agent.RevisionEvent.FETCHED;
import static dev.tandem.agent.RevisionEvent.LIVENESS_LOST;
import static dev.tandem.agent.RevisionEvent.REFUSED;
import static dev.tandem.agent.RevisionEvent.RESTARTED;
import static dev.tandem.agent.RevisionEvent.UNWANTED;
import static dev.tandem.agent.RevisionEvent.WANTED;
import static dev.tandem.agent.protocol.RevisionState.CRASHED;
import static dev.tandem.agent.protocol.RevisionState.DRAINING;
import static dev.tandem.agent.protocol.RevisionState.FAILED;
import static dev.tandem.agent.protocol.RevisionState.FETCHING;
import static dev.tandem.agent.protocol.RevisionState.HEALTHY;
import static dev.tandem.agent.protocol.RevisionState.STARTING;
import static dev.tandem.agent.protocol.RevisionState.STOPPED;
import static dev.tandem.agent.protocol.RevisionState.UNHEALTHY;

import dev.tandem.agent.protocol.RevisionState;
import java.util.Map;
import java.util.Optional;

/** The states of a revision and what leads from one to the next; every other pair changes nothing. */
final class RevisionMachine {

    static final Map<RevisionState, Map<RevisionEvent, RevisionState>> NEXT = Map.of(
            FETCHING, Map.of(FETCHED, STARTING, REFUSED, FAILED, UNWANTED, STOPPED),
            STARTING,
                    Map.of(
                            CHECK_PASSED,
                            HEALTHY,
                            CHECK_FAILED,
                            UNHEALTHY,
                            LIVENESS_LOST,
                            UNHEALTHY,
                            EXITED,
                            CRASHED,
                            REFUSED,
                            FAILED,
                            UNWANTED,
                            DRAINING),
            HEALTHY, Map.of(CHECK_FAILED, UNHEALTHY, LIVENESS_LOST, UNHEALTHY, EXITED, CRASHED, UNWANTED, DRAINING),
            UNHEALTHY, Map.of(CHECK_PASSED, HEALTHY, LIVENESS_LOST, UNHEALTHY, EXITED, CRASHED, UNWANTED, DRAINING),
            CRASHED, Map.of(RESTARTED, STARTING, REFUSED, FAILED, UNWANTED, DRAINING),
            DRAINING, Map.of(ENDED, STOPPED, WANTED, STARTING),
            STOPPED, Map.of(WANTED, FETCHING),
            FAILED, Map.of(UNWANTED, DRAINING));

    private RevisionMachine() {}

    static Optional<RevisionState> next(RevisionState state, RevisionEvent event) {
        return Optional.ofNullable(NEXT.getOrDefault(state, Map.of()).get(event));
    }
}
