package dev.tandem.bench.simulation;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.MannWhitneyUTest;

/**
 * A Mann-Whitney test at fixed intervals, as Kayenta's judge compares metrics: each 10 s give one point per revision and
 * metric (error ratio, share of answers slower than the old p90 allows); every 60 s all points so far are compared, and a metric whose
 * new values are larger at the 1 % level is a failure.
 */
final class RankJudging implements Judging {
    private static final int POINT = 10;
    private static final int INTERVAL = 60;
    private static final double LEVEL = 0.01;
    private static final int FEWEST_POINTS = 6;
    private static final int P90 = 2;

    private final List<double[]> newer = new ArrayList<>();
    private final List<double[]> older = new ArrayList<>();
    private final long[] before = new long[8];

    @Override
    public Look look(int second, Traffic traffic) {
        if ((second + 1) % POINT == 0) {
            point(traffic.newer, newer, 0);
            point(traffic.older, older, 4);
        }
        if ((second + 1) % INTERVAL != 0 || newer.size() < FEWEST_POINTS || older.size() < FEWEST_POINTS) {
            return Look.WAIT;
        }
        return larger(0) || larger(1) ? Look.WORSE : Look.WAIT;
    }

    private void point(Side side, List<double[]> points, int at) {
        long requests = side.requests - before[at];
        long warm = side.warm - before[at + 2];
        if (requests > 0) {
            points.add(new double[] {
                (double) (side.errors - before[at + 1]) / requests,
                warm == 0 ? 0 : (double) (side.events[P90] - before[at + 3]) / warm
            });
        }
        before[at] = side.requests;
        before[at + 1] = side.errors;
        before[at + 2] = side.warm;
        before[at + 3] = side.events[P90];
    }

    private boolean larger(int metric) {
        double[] fresh = newer.stream().mapToDouble(point -> point[metric]).toArray();
        double[] old = older.stream().mapToDouble(point -> point[metric]).toArray();
        return MannWhitneyUTest.withDefaults()
                        .with(AlternativeHypothesis.GREATER_THAN)
                        .test(fresh, old)
                        .getPValue()
                < LEVEL;
    }
}
