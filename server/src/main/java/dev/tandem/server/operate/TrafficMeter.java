package dev.tandem.server.operate;

import dev.tandem.agent.protocol.AgentReport;
import dev.tandem.agent.protocol.RevisionTraffic;
import dev.tandem.server.deliver.Tally;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Turns what one agent's proxy counted since its start into what each report adds. The first report only gives the mark to
 * count from. Not safe for use by many threads.
 */
final class TrafficMeter {
    /** A report that looks older than the last one is a late one for this long, then the agent's clock was set back. */
    private static final Duration LATE = Duration.ofSeconds(10);

    private @Nullable Mark mark;

    /**
     * What one revision did since the report before.
     *
     * @param covered how long that was
     * @param weight per cent; null when not known
     */
    record Added(
            String service,
            String revision,
            Duration covered,
            @Nullable Integer weight,
            Tally tally) {}

    /** @param sentAt by the agent's clock */
    private record Mark(Instant heardAt, Instant sentAt, long proxy, Map<Key, RevisionTraffic> counts) {}

    private record Key(String service, String revision) {}

    List<Added> take(AgentReport report, Instant now) {
        if (!report.proxy().running()) {
            return List.of();
        }
        Map<Key, RevisionTraffic> counts = new HashMap<>();
        for (RevisionTraffic traffic : report.traffic()) {
            if (traffic.latencyBuckets().size() == Tally.NONE.latencyBuckets().size()) {
                counts.put(new Key(traffic.service(), traffic.revision()), traffic);
            }
        }
        Mark before = mark;
        Mark next = new Mark(now, report.at(), report.proxy().pid(), counts);
        if (before == null || now.isBefore(before.heardAt())) {
            mark = next;
            return List.of();
        }
        if (isLate(before, next)) {
            return List.of();
        }
        mark = next;
        return added(before, next, report.appliedWeights());
    }

    /** A late one comes from an earlier proxy, or has counted less. */
    private static boolean isLate(Mark before, Mark next) {
        boolean earlier = next.sentAt().isBefore(before.sentAt())
                && Duration.between(before.heardAt(), next.heardAt()).compareTo(LATE) < 0;
        return earlier
                && (next.proxy() != before.proxy()
                        || next.counts().size() < before.counts().size()
                        || next.counts().entrySet().stream()
                                .anyMatch(entry -> goesOn(before, next, entry.getKey())
                                        .map(earlierCount -> shrank(earlierCount, entry.getValue()))
                                        .orElse(false)));
    }

    private static List<Added> added(Mark before, Mark next, Map<String, Map<String, Integer>> weights) {
        Duration covered = Duration.between(before.heardAt(), next.heardAt());
        List<Added> all = new ArrayList<>();
        next.counts().forEach((key, counted) -> {
            Tally tally = goesOn(before, next, key)
                    .filter(earlier -> !shrank(earlier, counted))
                    .map(earlier -> minus(counted, earlier))
                    .orElseGet(() -> tally(counted));
            all.add(new Added(key.service(), key.revision(), covered, weight(weights, key), tally));
        });
        // What gets requests and had none yet is not counted by the proxy: none is an answer too.
        weights.forEach((service, shares) -> shares.keySet().stream()
                .map(revision -> new Key(service, revision))
                .filter(key -> !next.counts().containsKey(key))
                .forEach(
                        key -> all.add(new Added(service, key.revision(), covered, weight(weights, key), Tally.NONE))));
        return all;
    }

    /** What this proxy had counted of the revision before. */
    private static Optional<RevisionTraffic> goesOn(Mark before, Mark next, Key key) {
        RevisionTraffic earlier = before.counts().get(key);
        RevisionTraffic later = next.counts().get(key);
        if (earlier == null || later == null || before.proxy() != next.proxy()) {
            return Optional.empty();
        }
        return earlier.epoch().equals(later.epoch()) ? Optional.of(earlier) : Optional.empty();
    }

    private static boolean shrank(RevisionTraffic earlier, RevisionTraffic later) {
        return later.requests() < earlier.requests()
                || later.answered5xx() < earlier.answered5xx()
                || later.failed() < earlier.failed()
                || IntStream.range(0, later.latencyBuckets().size())
                        .anyMatch(i -> later.latencyBuckets().get(i)
                                < earlier.latencyBuckets().get(i));
    }

    private static Tally tally(RevisionTraffic traffic) {
        return new Tally(traffic.requests(), traffic.answered5xx(), traffic.failed(), traffic.latencyBuckets());
    }

    private static Tally minus(RevisionTraffic later, RevisionTraffic earlier) {
        return new Tally(
                later.requests() - earlier.requests(),
                later.answered5xx() - earlier.answered5xx(),
                later.failed() - earlier.failed(),
                IntStream.range(0, later.latencyBuckets().size())
                        .mapToObj(i -> later.latencyBuckets().get(i)
                                - earlier.latencyBuckets().get(i))
                        .toList());
    }

    private static @Nullable Integer weight(Map<String, Map<String, Integer>> weights, Key key) {
        Map<String, Integer> shares = weights.getOrDefault(key.service(), Map.of());
        long sum = shares.values().stream().mapToLong(Integer::longValue).sum();
        return sum <= 0 ? null : Math.toIntExact(Math.round(shares.getOrDefault(key.revision(), 0) * 100.0 / sum));
    }
}
