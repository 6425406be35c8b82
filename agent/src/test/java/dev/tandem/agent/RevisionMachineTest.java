package dev.tandem.agent;

import static dev.tandem.agent.protocol.RevisionState.CRASHED;
import static dev.tandem.agent.protocol.RevisionState.DRAINING;
import static dev.tandem.agent.protocol.RevisionState.FAILED;
import static dev.tandem.agent.protocol.RevisionState.FETCHING;
import static dev.tandem.agent.protocol.RevisionState.HEALTHY;
import static dev.tandem.agent.protocol.RevisionState.STARTING;
import static dev.tandem.agent.protocol.RevisionState.STOPPED;
import static dev.tandem.agent.protocol.RevisionState.UNHEALTHY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.agent.protocol.RevisionSpec;
import dev.tandem.agent.protocol.RevisionState;
import dev.tandem.agent.protocol.Said;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RevisionMachineTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    @Test
    void everyPairLeadsWhereThisTableSays() {
        // Rows: states; columns: events in the order of their enum, "-" for no change.
        Map<RevisionState, String> table = Map.of(
                FETCHING, "STARTING FAILED - - - - - STOPPED - -",
                STARTING, "- FAILED HEALTHY UNHEALTHY UNHEALTHY CRASHED - DRAINING - -",
                HEALTHY, "- - - UNHEALTHY UNHEALTHY CRASHED - DRAINING - -",
                UNHEALTHY, "- - HEALTHY - UNHEALTHY CRASHED - DRAINING - -",
                CRASHED, "- FAILED - - - - STARTING DRAINING - -",
                DRAINING, "- - - - - - - - STARTING STOPPED",
                STOPPED, "- - - - - - - - FETCHING -",
                FAILED, "- - - - - - - DRAINING - -");

        Map<RevisionState, String> found = new TreeMap<>();
        for (RevisionState state : RevisionState.values()) {
            found.put(
                    state,
                    Arrays.stream(RevisionEvent.values())
                            .map(event -> RevisionMachine.next(state, event))
                            .map(next -> next.map(Enum::name).orElse("-"))
                            .collect(Collectors.joining(" ")));
        }

        assertThat(found).isEqualTo(table);
    }

    @ParameterizedTest
    @EnumSource
    void everyStateLeadsToItsEndOnceUnwanted(RevisionState state) {
        RevisionState now = state;
        for (int i = 0; i < 3 && now != STOPPED; i++) {
            now = RevisionMachine.next(now, RevisionEvent.UNWANTED)
                    .or(() -> Optional.of(DRAINING))
                    .flatMap(next ->
                            next == DRAINING ? RevisionMachine.next(next, RevisionEvent.ENDED) : Optional.of(next))
                    .orElseThrow();
        }
        assertThat(now).isEqualTo(STOPPED);
    }

    @Test
    void remembersThatItWasHealthyAndCountsRestarts() {
        Revision revision = Revision.fetching(
                        "app", new RevisionSpec("r1", "0".repeat(64), 1, Map.of(), 5), 5, 61000, NOW)
                .on(RevisionEvent.FETCHED, Said.plain(""), NOW)
                .on(RevisionEvent.CHECK_PASSED, Said.plain(""), NOW)
                .on(RevisionEvent.EXITED, Said.plain("gone"), NOW.plusSeconds(9))
                .on(RevisionEvent.RESTARTED, Said.plain("again"), NOW.plusSeconds(10));

        assertThat(revision.everHealthy()).isTrue();
        assertThat(revision.restarts()).isEqualTo(1);
        assertThat(revision.state()).isEqualTo(STARTING);
        assertThat(revision.since()).isEqualTo(NOW.plusSeconds(10));
        assertThat(revision.on(RevisionEvent.FETCHED, Said.plain("nonsense"), NOW))
                .isEqualTo(revision);
    }
}
