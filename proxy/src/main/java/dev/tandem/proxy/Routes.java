package dev.tandem.proxy;

import dev.tandem.proxy.RoutingTable.Instance;
import dev.tandem.proxy.RoutingTable.Revision;
import dev.tandem.proxy.RoutingTable.Service;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** The table in use, with the counters of its revisions. Safe for use by many threads. */
final class Routes {

    /** A revision of a service; counters outlive the table that named it while requests run on it. */
    record RevisionKey(String service, String revision) {}

    private record Live(RoutingTable table, Map<String, Service> byHost) {}

    private record Candidate(Revision revision, List<Instance> instances) {}

    private final ConcurrentMap<RevisionKey, RevisionCounters> counters = new ConcurrentHashMap<>();
    private volatile Live live = new Live(RoutingTable.EMPTY, Map.of());

    RoutingTable table() {
        return live.table();
    }

    /** From the moment this returns, no request starts by an older table. */
    void apply(RoutingTable table) {
        Map<String, Service> byHost = new HashMap<>();
        for (Service service : table.services()) {
            service.hosts().forEach(host -> byHost.put(host, service));
            service.revisions()
                    .forEach(revision -> counters.computeIfAbsent(
                            new RevisionKey(service.key(), revision.id()), key -> new RevisionCounters()));
        }
        live = new Live(table, Map.copyOf(byHost));
    }

    /**
     * Picks at random by weight, never in turn: rollouts compare revisions on the same mix of requests.
     *
     * @param host lower case, without port
     * @param avoid instances that refused this request before
     */
    Choice choose(String host, Collection<Instance> avoid, RandomGenerator random) {
        while (true) {
            Live now = live;
            Service service = now.byHost().get(host);
            if (service == null) {
                return new Choice.NoRoute();
            }
            List<Candidate> candidates = candidates(service, avoid);
            if (candidates.isEmpty()) {
                return new Choice.NoRevision();
            }
            Candidate picked = pick(candidates, random);
            RevisionCounters counter = counters(service.key(), picked.revision().id());
            counter.enter();
            if (now == live) {
                Instance instance =
                        picked.instances().get(random.nextInt(picked.instances().size()));
                return new Choice.Chosen(new Hold(instance, counter));
            }
            // The table changed between reading it and being counted in flight: whoever waits for this revision to
            // drain may already have seen zero, so choose again.
            counter.leave();
        }
    }

    /** All counters, of revisions in the table and of those on which requests still run. */
    Map<RevisionKey, RevisionCounters> counters() {
        var inTable = live.table().services().stream()
                .flatMap(service ->
                        service.revisions().stream().map(revision -> new RevisionKey(service.key(), revision.id())))
                .collect(Collectors.toSet());
        counters.entrySet()
                .removeIf(entry ->
                        !inTable.contains(entry.getKey()) && entry.getValue().inFlight() == 0);
        return Map.copyOf(counters);
    }

    private RevisionCounters counters(String service, String revision) {
        return counters.computeIfAbsent(new RevisionKey(service, revision), key -> new RevisionCounters());
    }

    private static List<Candidate> candidates(Service service, Collection<Instance> avoid) {
        List<Candidate> candidates = new ArrayList<>(service.revisions().size());
        for (Revision revision : service.revisions()) {
            List<Instance> instances = revision.instances().stream()
                    .filter(instance -> !avoid.contains(instance))
                    .toList();
            if (revision.weight() > 0 && !instances.isEmpty()) {
                candidates.add(new Candidate(revision, instances));
            }
        }
        return candidates;
    }

    private static Candidate pick(List<Candidate> candidates, RandomGenerator random) {
        long total = 0;
        for (Candidate candidate : candidates) {
            total += candidate.revision().weight();
        }
        long ticket = random.nextLong(total);
        for (Candidate candidate : candidates) {
            ticket -= candidate.revision().weight();
            if (ticket < 0) {
                return candidate;
            }
        }
        throw new IllegalStateException("weights changed while picking");
    }
}
