package dev.tandem.agent.protocol;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One service in one environment on this agent.
 *
 * @param key stable for the life of the environment; letters, digits, {@code -}; safe as a folder name
 * @param hosts values of the HTTP {@code Host} header (without port, lower case) that the proxy routes here
 * @param revisions what should run. A revision that is absent is drained and stopped, then its folder removed
 * @param weights revision id to share of new requests; relative, not negative; a revision not named gets none.
 *     The agent applies a weight only once that revision has been healthy
 * @param drainSeconds how long requests that already run on a revision may go on after its weight became 0 and before it is stopped
 * @param watch the traffic step that is under way; null when none is
 * @param proof what is to be proved; null when nothing is
 */
public record ServiceSpec(
        String key,
        List<String> hosts,
        List<RevisionSpec> revisions,
        Map<String, Integer> weights,
        int drainSeconds,
        @Nullable WatchSpec watch,
        @Nullable ProofSpec proof) {
    /** One of which nothing is to be proved. */
    public ServiceSpec(
            String key,
            List<String> hosts,
            List<RevisionSpec> revisions,
            Map<String, Integer> weights,
            int drainSeconds,
            @Nullable WatchSpec watch) {
        this(key, hosts, revisions, weights, drainSeconds, watch, null);
    }

    /** One that no traffic step watches. */
    public ServiceSpec(
            String key,
            List<String> hosts,
            List<RevisionSpec> revisions,
            Map<String, Integer> weights,
            int drainSeconds) {
        this(key, hosts, revisions, weights, drainSeconds, null, null);
    }

    public ServiceSpec {
        hosts = List.copyOf(hosts);
        revisions = List.copyOf(revisions);
        weights = Map.copyOf(weights);
    }
}
