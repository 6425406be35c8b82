package dev.tandem.agent;

import dev.tandem.agent.protocol.WatchSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The table in the words of the proxy's {@code PUT /routes}. */
record RouteTable(long version, List<Service> services) {

    record Service(
            String key,
            List<String> hosts,
            List<Route> revisions,
            @Nullable WatchSpec watch) {
        Service(String key, List<String> hosts, List<Route> revisions) {
            this(key, hosts, revisions, null);
        }
    }

    record Route(String id, int weight, List<Instance> instances) {}

    record Instance(String host, int port) {}

    RouteTable {
        services = List.copyOf(services);
    }

    RouteTable withVersion(long newVersion) {
        return new RouteTable(newVersion, services);
    }

    /** Whether new requests may reach the revision. */
    boolean sends(RevisionId id) {
        return services.stream()
                .filter(service ->
                        service.key().equals(id.service()) && !service.hosts().isEmpty())
                .flatMap(service -> service.revisions().stream())
                .anyMatch(route -> route.id().equals(id.revision()) && route.weight() > 0);
    }
}
