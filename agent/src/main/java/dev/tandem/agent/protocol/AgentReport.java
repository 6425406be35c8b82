package dev.tandem.agent.protocol;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an agent tells the server. The whole truth each time.
 *
 * @param version of the agent program
 * @param bootId of the host; changes when the host restarts
 * @param at by the agent's clock
 * @param appliedVersion the newest {@link DesiredState#version()} whose processes and routes are all in place or under way
 * @param appliedWeights service key to the weights that the proxy uses now
 * @param proxy whether the proxy answers, where it listens, its pid and resident memory (bytes)
 * @param steps what traffic steps have counted; an agent of an earlier version does not say
 * @param probes what the agent's own requests to both revisions of those steps came to, counted in the same way; their
 *     epoch is the agent's. {@link StepTraffic#slowEvents()} has at most one threshold, the step's second. An agent of
 *     an earlier version does not say
 */
public record AgentReport(
        String version,
        String bootId,
        Instant at,
        long appliedVersion,
        List<RevisionStatus> revisions,
        List<RevisionTraffic> traffic,
        Map<String, Map<String, Integer>> appliedWeights,
        ProxyStatus proxy,
        @Nullable List<StepTraffic> steps,
        @Nullable List<StepTraffic> probes) {
    /** One without traffic steps. */
    public AgentReport(
            String version,
            String bootId,
            Instant at,
            long appliedVersion,
            List<RevisionStatus> revisions,
            List<RevisionTraffic> traffic,
            Map<String, Map<String, Integer>> appliedWeights,
            ProxyStatus proxy) {
        this(version, bootId, at, appliedVersion, revisions, traffic, appliedWeights, proxy, List.of(), List.of());
    }

    public AgentReport {
        revisions = List.copyOf(revisions);
        traffic = List.copyOf(traffic);
        appliedWeights = Map.copyOf(appliedWeights);
        steps = steps == null ? List.of() : List.copyOf(steps);
        probes = probes == null ? List.of() : List.copyOf(probes);
    }

    /** The proxy process of this agent. */
    public record ProxyStatus(boolean running, int port, long pid, long residentBytes) {}
}
