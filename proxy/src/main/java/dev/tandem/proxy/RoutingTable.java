package dev.tandem.proxy;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything the proxy routes. The whole table each time, so that one update shifts all traffic at once.
 *
 * @param version grows by each change; an older table than the one in use is refused
 * @param services keys and hosts distinct
 * @throws IllegalArgumentException when a part is out of bounds; the message names it
 */
public record RoutingTable(long version, List<Service> services) {

    /** What a proxy routes that was never told anything. */
    public static final RoutingTable EMPTY = new RoutingTable(0, List.of());

    static final int MAX_SERVICES = 10_000;
    static final int MAX_WEIGHT = 1_000_000;

    public RoutingTable {
        services = List.copyOf(services);
        require(version >= 0, "version must not be negative");
        require(services.size() <= MAX_SERVICES, "at most " + MAX_SERVICES + " services");
        requireDistinct(services.stream().map(Service::key).toList(), "service");
        requireDistinct(
                services.stream().flatMap(service -> service.hosts().stream()).toList(), "host");
    }

    /**
     * One service.
     *
     * @param key names it in the counters
     * @param hosts values of the Host header without port, in any case
     * @param watch the traffic step that is under way; null when none is
     */
    public record Service(
            String key,
            List<String> hosts,
            List<Revision> revisions,
            @Nullable Watch watch) {
        /** One that no traffic step watches. */
        public Service(String key, List<String> hosts, List<Revision> revisions) {
            this(key, hosts, revisions, null);
        }

        public Service {
            requireName(key, "service key");
            hosts = hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
            hosts.forEach(host -> requireName(host, "host"));
            revisions = List.copyOf(revisions);
            requireDistinct(revisions.stream().map(Revision::id).toList(), "revision");
        }
    }

    /**
     * One revision of a service.
     *
     * @param weight relative share of new requests; 0 lets what already runs end and sends nothing new
     * @param instances where its processes listen; none means that it cannot answer now
     */
    public record Revision(String id, int weight, List<Instance> instances) {
        public Revision {
            requireName(id, "revision id");
            require(weight >= 0 && weight <= MAX_WEIGHT, "weight of " + id + " must be 0 to " + MAX_WEIGHT);
            instances = List.copyOf(instances);
        }
    }

    /**
     * A traffic step whose requests are counted on their own.
     *
     * @param stepId names it; never used again for another one
     * @param oldRevision null when there is nothing to compare with
     * @param thresholdsMillis what counts as slow: none or three edges of latency buckets
     * @param limitMillis what 95 of 100 requests must keep to; null for no limit
     */
    public record Watch(
            String stepId,
            String newRevision,
            @Nullable String oldRevision,
            List<Integer> thresholdsMillis,
            @Nullable Integer limitMillis) {
        public Watch {
            requireName(stepId, "step id");
            requireName(newRevision, "new revision");
            thresholdsMillis = List.copyOf(thresholdsMillis);
            require(thresholdsMillis.isEmpty() || thresholdsMillis.size() == 3, "thresholds must be three or none");
            thresholdsMillis.forEach(millis -> require(
                    RevisionCounters.BUCKET_MILLIS.contains(millis), millis + " ms is no edge of a latency bucket"));
        }
    }

    /** An address that answers HTTP. */
    public record Instance(String host, int port) {
        public Instance {
            requireName(host, "instance host");
            require(port > 0 && port < 65_536, "port must be 1 to 65535, not " + port);
        }
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    private static void requireName(String name, String what) {
        require(!name.isBlank() && name.length() <= 255, what + " must have 1 to 255 characters");
        require(name.chars().allMatch(c -> c > ' ' && c < 127), what + " must be printable ASCII without spaces");
    }

    private static void requireDistinct(List<String> names, String what) {
        Set<String> seen = new HashSet<>();
        names.forEach(name -> require(seen.add(name), what + " " + name + " appears twice"));
    }
}
