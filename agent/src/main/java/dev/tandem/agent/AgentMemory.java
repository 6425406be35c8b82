package dev.tandem.agent;

import dev.tandem.agent.protocol.DesiredState;
import java.util.List;
import java.util.Map;

/**
 * What the agent remembers besides its revisions.
 *
 * @param weights in force, by service
 */
record AgentMemory(DesiredState desired, Map<String, Map<String, Integer>> weights) {

    /** Versions of the server begin at 0, so this one is older than all. */
    static final long NO_VERSION = -1;

    static final AgentMemory EMPTY = new AgentMemory(new DesiredState(NO_VERSION, List.of()), Map.of());

    AgentMemory {
        weights = Map.copyOf(weights);
    }

    AgentMemory withDesired(DesiredState newer) {
        return new AgentMemory(newer, weights);
    }

    AgentMemory withWeights(Map<String, Map<String, Integer>> newer) {
        return new AgentMemory(desired, newer);
    }
}
