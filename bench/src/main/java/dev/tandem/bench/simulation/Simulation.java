package dev.tandem.bench.simulation;

import dev.tandem.server.deliver.judge.Thresholds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Rollouts of one scenario. Each is held at its share for ten minutes, or until it is called worse. */
final class Simulation {
    static final int SECONDS = 600;

    /** A way to judge. */
    enum Kind {
        TANDEM,
        THRESHOLD,
        RANK
    }

    private final Scenario scenario;
    private final Thresholds thresholds;
    private final long seed;

    Simulation(Scenario scenario, long seed) {
        this.scenario = scenario;
        this.seed = seed;
        this.thresholds = Traffic.thresholds(random(seed), scenario.probes());
    }

    /** Each way sees the very same requests. */
    Map<Kind, List<Outcome>> run(int rollouts) {
        Map<Kind, List<Outcome>> all = new LinkedHashMap<>();
        for (Kind kind : Kind.values()) {
            all.put(kind, new ArrayList<>());
        }
        for (int i = 0; i < rollouts; i++) {
            rollout(random(seed + 1 + i))
                    .forEach((kind, outcome) ->
                            Objects.requireNonNull(all.get(kind)).add(outcome));
        }
        return all;
    }

    private Map<Kind, Outcome> rollout(RandomGenerator random) {
        Traffic traffic = new Traffic(scenario, random, thresholds.slowMillis());
        Map<Kind, Judging> judges = new LinkedHashMap<>();
        judges.put(Kind.TANDEM, new TandemJudging(scenario.share(), thresholds));
        judges.put(Kind.THRESHOLD, new ThresholdJudging());
        judges.put(Kind.RANK, new RankJudging());
        Map<Kind, Outcome> ended = new LinkedHashMap<>();
        Map<Kind, Outcome> wentOn = new LinkedHashMap<>();
        for (int second = 0; second < SECONDS && ended.size() < judges.size(); second++) {
            traffic.second(second);
            for (Map.Entry<Kind, Judging> judge : judges.entrySet()) {
                if (!ended.containsKey(judge.getKey())) {
                    Look look = judge.getValue().look(second, traffic);
                    Outcome now = new Outcome(look, second + 1 - scenario.badFrom(), traffic.newer.errors);
                    if (look == Look.WORSE) {
                        ended.put(judge.getKey(), now);
                    } else if (look == Look.GO_ON) {
                        wentOn.putIfAbsent(judge.getKey(), now);
                    }
                }
            }
        }
        judges.keySet()
                .forEach(kind -> ended.putIfAbsent(
                        kind, wentOn.getOrDefault(kind, new Outcome(Look.WAIT, SECONDS, traffic.newer.errors))));
        return ended;
    }

    private static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }
}
