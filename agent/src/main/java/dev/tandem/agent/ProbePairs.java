package dev.tandem.agent;

import dev.tandem.agent.protocol.StepTraffic;
import dev.tandem.agent.protocol.WatchSpec;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/**
 * Asks both revisions of each traffic step for the same harmless paths, in pairs, and counts what comes back as the proxy
 * counts requests. Where few people ask, this is what a rollout is judged by.
 */
final class ProbePairs implements AutoCloseable {

    private final HttpClient http;
    private final String epoch = epoch();
    private final Map<Key, ProbedStep> steps = new TreeMap<>();

    private record Key(String service, String step) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int services = service.compareTo(other.service);
            return services == 0 ? step.compareTo(other.step) : services;
        }
    }

    /**
     * A step whose revisions both answer.
     *
     * @param newer where the new one answers
     */
    record Target(String service, WatchSpec watch, ProbedSide newer, ProbedSide older) {
        private Key key() {
            return new Key(service, watch.stepId());
        }
    }

    ProbePairs(HttpClient http) {
        this.http = http;
    }

    /**
     * Asks in these steps from now on, and in no other.
     *
     * @param targets where to ask
     * @param watched services with a step under way: what their earlier steps counted is still wanted
     */
    synchronized void keep(List<Target> targets, Set<String> watched) {
        Map<Key, Target> wanted = targets.stream().collect(Collectors.toMap(Target::key, target -> target));
        steps.forEach((key, step) -> step.ask(wanted.get(key)));
        steps.keySet().removeIf(key -> !watched.contains(key.service()));
        wanted.forEach((key, target) -> steps.computeIfAbsent(key, absent -> new ProbedStep(http, target)));
    }

    synchronized List<StepTraffic> counts() {
        List<StepTraffic> all = new ArrayList<>();
        steps.values().forEach(step -> all.addAll(step.counts(epoch)));
        return all;
    }

    @Override
    public synchronized void close() {
        steps.values().forEach(step -> step.ask(null));
    }

    private static String epoch() {
        byte[] bytes = new byte[8];
        ThreadLocalRandom.current().nextBytes(bytes);
        return "agent-" + HexFormat.of().formatHex(bytes);
    }
}
