package dev.tandem.bench.simulation;

import dev.tandem.agent.protocol.RevisionTraffic;
import dev.tandem.server.deliver.judge.Thresholds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.PoissonSampler;

/**
 * The requests of one rollout, second by second. Each goes to a revision at random; it may fail, and takes a time that is
 * spread log-normally (median 40 ms). A client makes at most one event of a kind a second, whichever revision it fell on.
 */
final class Traffic {
    static final double MEDIAN_MILLIS = 40;
    static final double SPREAD = 0.6;

    /** A new process is not judged for latency before both have passed. */
    private static final int COLD_SECONDS = 10;

    private static final int COLD_REQUESTS = 500;
    private static final double COLD_FACTOR = 5;

    private final Scenario scenario;
    private final RandomGenerator random;
    private final UniformRandomProvider poisson;
    private final double[] thresholds;
    private final int[] lastEvent;

    final Side newer = new Side(Side.STREAMS);
    final Side older = new Side(Side.STREAMS);
    final Side newerProbes = new Side(Side.PROBE_STREAMS);
    final Side olderProbes = new Side(Side.PROBE_STREAMS);

    Traffic(Scenario scenario, RandomGenerator random, List<Integer> slowMillis) {
        this.scenario = scenario;
        this.random = random;
        this.poisson = random::nextLong;
        this.thresholds = slowMillis.stream().mapToDouble(Integer::doubleValue).toArray();
        this.lastEvent = new int[scenario.clients() * Side.STREAMS];
        java.util.Arrays.fill(lastEvent, -1);
    }

    /** What the old revision's answers were before the rollout began. */
    static Thresholds thresholds(RandomGenerator random, boolean probes) {
        List<Integer> edges = RevisionTraffic.BUCKET_MILLIS;
        List<Long> buckets = new ArrayList<>(Collections.nCopies(edges.size() + 1, 0L));
        for (int i = 0; i < 20_000; i++) {
            double millis = MEDIAN_MILLIS * Math.exp(SPREAD * random.nextGaussian());
            int bucket = 0;
            while (bucket < edges.size() && millis > edges.get(bucket)) {
                bucket++;
            }
            buckets.set(bucket, buckets.get(bucket) + 1);
        }
        return Thresholds.of(edges, buckets, probes);
    }

    void second(int second) {
        double expected = scenario.perSecond() * scenario.rush(second);
        int arriving = PoissonSampler.of(poisson, expected).sample();
        for (int i = 0; i < arriving; i++) {
            int client = random.nextInt(scenario.clients());
            int attempts = 0;
            while (fails(client, second) && attempts < scenario.tries()) {
                attempts++;
            }
        }
        if (scenario.probes()) {
            probe(newerProbes, true, second);
            probe(olderProbes, false, second);
        }
    }

    private void probe(Side side, boolean fresh, int second) {
        side.requests++;
        if (random.nextDouble() < scenario.errors(fresh, second)) {
            side.errors++;
            side.events[0]++;
        }
        if (millis(fresh, second, false) > thresholds[1]) {
            side.events[1]++;
        }
    }

    private boolean fails(int client, int second) {
        boolean fresh = random.nextDouble() < scenario.share();
        Side side = fresh ? newer : older;
        boolean cold = fresh && (second < COLD_SECONDS || side.requests < COLD_REQUESTS);
        side.requests++;
        boolean failed = random.nextDouble() < scenario.errors(fresh, second);
        if (failed) {
            side.errors++;
            event(side, client, 0, second);
        }
        // While one of the two is cold neither is judged for latency, or the comparison would not be fair.
        if (second >= COLD_SECONDS && newer.requests > COLD_REQUESTS) {
            side.warm++;
            slow(side, client, second, millis(fresh, second, cold));
        }
        return failed;
    }

    private double millis(boolean fresh, int second, boolean cold) {
        double factor = fresh && second >= scenario.badFrom() ? scenario.slower() : 1;
        if (cold && scenario.weather() == Scenario.Weather.COLD_START) {
            factor *= COLD_FACTOR;
        }
        return MEDIAN_MILLIS * factor * Math.exp(SPREAD * random.nextGaussian());
    }

    private void slow(Side side, int client, int second, double millis) {
        for (int i = 0; i < thresholds.length; i++) {
            if (millis > thresholds[i]) {
                event(side, client, i + 1, second);
            }
        }
    }

    private void event(Side side, int client, int stream, int second) {
        int slot = client * Side.STREAMS + stream;
        if (lastEvent[slot] != second) {
            lastEvent[slot] = second;
            side.events[stream]++;
        }
    }
}
