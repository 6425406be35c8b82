package dev.tandem.agent.protocol;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What an agent tells the server. The whole truth each time.
 *
 * @param version of the agent program
 * @param bootId of the host; changes when the host restarts
 * @param at by the agent's clock
 * @param appliedVersion the newest {@link DesiredState#version()} whose processes and routes are all in place or under way
 * @param appliedWeights service key to the weights that the proxy uses now
 * @param proxy whether the proxy answers, where it listens, its pid and resident memory (bytes)
 */
public record AgentReport(
        String version,
        String bootId,
        Instant at,
        long appliedVersion,
        List<RevisionStatus> revisions,
        List<RevisionTraffic> traffic,
        Map<String, Map<String, Integer>> appliedWeights,
        ProxyStatus proxy) {
    public AgentReport {
        revisions = List.copyOf(revisions);
        traffic = List.copyOf(traffic);
        appliedWeights = Map.copyOf(appliedWeights);
    }

    /** The proxy process of this agent. */
    public record ProxyStatus(boolean running, int port, long pid, long residentBytes) {}
}
