package dev.tandem.agent.protocol;

import java.util.List;

/**
 * Everything one agent should keep running. The whole state each time, never a difference: an agent that missed
 * versions is right again after one answer.
 *
 * @param version grows by each change, over restarts of the server too
 * @param services in no particular order, keys distinct
 */
public record DesiredState(long version, List<ServiceSpec> services) {
    public DesiredState {
        services = List.copyOf(services);
    }
}
