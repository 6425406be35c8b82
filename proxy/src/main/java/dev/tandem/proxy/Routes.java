package dev.tandem.proxy;

import dev.tandem.proxy.RoutingTable.Instance;
import dev.tandem.proxy.RoutingTable.Revision;
import dev.tandem.proxy.RoutingTable.Service;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The table in use, with the counters of its revisions. Safe for use by many threads. */
final class Routes {

    /** A revision of a service; counters outlive the table that named it while requests run on it. */
    record RevisionKey(String service, String revision) {}

    /** A traffic step of a service. */
    record StepKey(String service, String step) {}

    /**
     * @param step counts what the service's requests come to now; null when no traffic step is under way
     * @param shared how many revisions should get requests
     * @param candidates those of them that can
     */
    private record Target(@Nullable StepCounters step, int shared, List<Candidate> candidates) {

        /** Latency is compared only while all that get requests are warm, or chance would not decide alone. */
        boolean warm() {
            return step != null
                    && candidates.size() == shared
                    && candidates.stream()
                            .allMatch(candidate -> candidate.counters().warm());
        }
    }

    private record Live(RoutingTable table, Map<String, Target> byHost, Map<StepKey, StepCounters> steps) {}

    /** Requests of earlier steps may still run; of more steps than these, the oldest are forgotten. */
    private static final int STEPS_KEPT = 8;

    private record Candidate(Revision revision, List<Instance> instances, RevisionCounters counters) {}

    private final ConcurrentMap<RevisionKey, RevisionCounters> counters = new ConcurrentHashMap<>();
    private volatile Live live = new Live(RoutingTable.EMPTY, Map.of(), Map.of());

    RoutingTable table() {
        return live.table();
    }

    /** From the moment this returns, no request starts by an older table. */
    synchronized void apply(RoutingTable table) {
        Map<String, Target> byHost = new HashMap<>();
        Map<StepKey, StepCounters> steps = new LinkedHashMap<>();
        for (Service service : table.services()) {
            service.revisions()
                    .forEach(revision -> counters(service.key(), revision.id()).runsAt(revision.instances()));
            Target target = target(service, step(service, steps));
            service.hosts().forEach(host -> byHost.put(host, target));
        }
        live = new Live(table, Map.copyOf(byHost), steps);
    }

    private Target target(Service service, @Nullable StepCounters step) {
        List<Revision> shared = service.revisions().stream()
                .filter(revision -> revision.weight() > 0)
                .toList();
        List<Candidate> candidates = shared.stream()
                .filter(revision -> !revision.instances().isEmpty())
                .map(revision -> new Candidate(revision, revision.instances(), counters(service.key(), revision.id())))
                .toList();
        return new Target(step, shared.size(), candidates);
    }

    /** Keeps what the service's earlier steps counted, as long as one is under way. */
    private @Nullable StepCounters step(Service service, Map<StepKey, StepCounters> steps) {
        RoutingTable.Watch watch = service.watch();
        if (watch == null) {
            return null;
        }
        List<StepKey> before = live.steps().keySet().stream()
                .filter(key -> key.service().equals(service.key()))
                .toList();
        before.subList(Math.max(0, before.size() - STEPS_KEPT), before.size())
                .forEach(key -> steps.put(key, live.steps().get(key)));
        return steps.computeIfAbsent(new StepKey(service.key(), watch.stepId()), key -> new StepCounters(watch));
    }

    /** What the traffic steps under way, and those before them, have counted. */
    Map<StepKey, StepCounters> steps() {
        return live.steps();
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
            Target target = now.byHost().get(host);
            if (target == null) {
                return new Choice.NoRoute();
            }
            List<Candidate> candidates = candidates(target, avoid);
            if (candidates.isEmpty()) {
                return new Choice.NoRevision();
            }
            Candidate picked = pick(candidates, random);
            RevisionCounters counter = picked.counters();
            counter.enter();
            if (now == live) {
                List<Instance> instances = picked.instances();
                return new Choice.Chosen(new Hold(
                        instances.get(instances.size() == 1 ? 0 : random.nextInt(instances.size())),
                        counter,
                        atRandom(target, candidates, avoid, picked),
                        target.warm()));
            }
            // The table changed between reading it and being counted in flight: whoever waits for this revision to
            // drain may already have seen zero, so choose again.
            counter.leave();
        }
    }

    /** A request counts for the step only if chance alone chose its revision. */
    private static StepCounters.@Nullable Side atRandom(
            Target target, List<Candidate> candidates, Collection<Instance> avoid, Candidate picked) {
        StepCounters step = target.step();
        return step == null || !avoid.isEmpty() || candidates.size() < target.shared()
                ? null
                : step.of(picked.revision().id());
    }

    /** All counters, of revisions in the table and of those on which requests still run. */
    synchronized Map<RevisionKey, RevisionCounters> counters() {
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

    private static List<Candidate> candidates(Target target, Collection<Instance> avoid) {
        if (avoid.isEmpty()) {
            return target.candidates();
        }
        List<Candidate> candidates = new ArrayList<>(target.candidates().size());
        for (Candidate candidate : target.candidates()) {
            List<Instance> instances = candidate.instances().stream()
                    .filter(instance -> !avoid.contains(instance))
                    .toList();
            if (!instances.isEmpty()) {
                candidates.add(new Candidate(candidate.revision(), instances, candidate.counters()));
            }
        }
        return candidates;
    }

    private static Candidate pick(List<Candidate> candidates, RandomGenerator random) {
        if (candidates.size() == 1) {
            return candidates.getFirst();
        }
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
