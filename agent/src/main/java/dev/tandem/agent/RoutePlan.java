package dev.tandem.agent;

import dev.tandem.agent.RouteTable.Instance;
import dev.tandem.agent.RouteTable.Route;
import dev.tandem.agent.protocol.DesiredState;
import dev.tandem.agent.protocol.RevisionState;
import dev.tandem.agent.protocol.ServiceSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Decides what the proxy routes. Pure.
 *
 * @param weights by service, the weights in force
 * @param services for the proxy
 */
record RoutePlan(Map<String, Map<String, Integer>> weights, List<RouteTable.Service> services) {

    private static final Pattern HOST = Pattern.compile("[a-z0-9._:\\[\\]-]{1,253}");
    private static final int MAX_WEIGHT = 1_000_000;

    /**
     * @param previous weights in force before: a service keeps them until each revision that shall get traffic has
     *     been healthy, then gets its new ones at once
     */
    static RoutePlan of(DesiredState desired, Collection<Revision> known, Map<String, Map<String, Integer>> previous) {
        Map<String, List<Revision>> byService =
                known.stream().collect(Collectors.groupingBy(Revision::service, TreeMap::new, Collectors.toList()));
        Map<String, Map<String, Integer>> weights = new TreeMap<>();
        List<RouteTable.Service> services = new ArrayList<>();
        Set<String> hosts = new HashSet<>();
        for (ServiceSpec spec : desired.services()) {
            if (!new RevisionId(spec.key(), "any").safe()) {
                continue;
            }
            List<Revision> revisions = byService.getOrDefault(spec.key(), List.of());
            byService.remove(spec.key());
            Map<String, Integer> inForce = weights(spec, revisions, previous.getOrDefault(spec.key(), Map.of()));
            weights.put(spec.key(), inForce);
            // The proxy refuses a table that is in doubt, and one bad service must not hold up the others: of two that
            // claim a host the first one has it, and what is no host name is left out.
            List<String> own = spec.hosts().stream()
                    .map(host -> host.toLowerCase(Locale.ROOT))
                    .filter(host -> HOST.matcher(host).matches())
                    .filter(hosts::add)
                    .toList();
            services.add(new RouteTable.Service(
                    spec.key(),
                    own,
                    routes(revisions, inForce),
                    // A step counts only what was shared as the step wants it.
                    inForce.equals(spec.weights()) ? spec.watch() : null));
        }
        byService.forEach(
                (key, revisions) -> services.add(new RouteTable.Service(key, List.of(), routes(revisions, Map.of()))));
        return new RoutePlan(weights, services);
    }

    private static Map<String, Integer> weights(
            ServiceSpec spec, List<Revision> revisions, Map<String, Integer> previous) {
        Map<String, Revision> byId = revisions.stream()
                .collect(Collectors.toMap(revision -> revision.spec().id(), revision -> revision));
        Set<String> shown = positive(spec.weights());
        boolean ready = shown.stream().map(byId::get).allMatch(revision -> revision != null && revision.everHealthy());
        Map<String, Integer> kept = new HashMap<>(previous);
        kept.keySet().retainAll(wantedIds(spec));
        if (ready) {
            return Map.copyOf(spec.weights());
        }
        if (!positive(kept).isEmpty()) {
            return Map.copyOf(kept);
        }
        // Nothing served before: whoever is ready may serve, the others follow.
        Map<String, Integer> some = new HashMap<>(spec.weights());
        some.keySet().removeIf(id -> byId.get(id) == null || !byId.get(id).everHealthy());
        return Map.copyOf(some);
    }

    private static Set<String> wantedIds(ServiceSpec spec) {
        return spec.revisions().stream().map(revision -> revision.id()).collect(Collectors.toSet());
    }

    private static Set<String> positive(Map<String, Integer> weights) {
        return weights.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private static List<Route> routes(List<Revision> revisions, Map<String, Integer> weights) {
        return revisions.stream()
                .sorted((one, other) -> one.id().compareTo(other.id()))
                .map(revision -> new Route(
                        revision.spec().id(),
                        revision.state() == RevisionState.DRAINING
                                ? 0
                                : Math.clamp(
                                        weights.getOrDefault(revision.spec().id(), 0), 0, MAX_WEIGHT),
                        // After a crash it has to pass its checks again before it gets requests.
                        revision.answers() ? List.of(new Instance("127.0.0.1", revision.port())) : List.of()))
                .toList();
    }
}
