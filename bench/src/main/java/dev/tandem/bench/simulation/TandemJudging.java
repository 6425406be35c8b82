package dev.tandem.bench.simulation;

import dev.tandem.server.deliver.judge.Counts;
import dev.tandem.server.deliver.judge.Course;
import dev.tandem.server.deliver.judge.Judge;
import dev.tandem.server.deliver.judge.JudgePolicy;
import dev.tandem.server.deliver.judge.Segment;
import dev.tandem.server.deliver.judge.Segment.Kind;
import dev.tandem.server.deliver.judge.Situation;
import dev.tandem.server.deliver.judge.Thresholds;
import dev.tandem.server.deliver.judge.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The judge that decides real rollouts, with its defaults, looking every second. */
final class TandemJudging implements Judging {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final double share;
    private final Thresholds thresholds;
    private @Nullable Course course;

    TandemJudging(double share, Thresholds thresholds) {
        this.share = share;
        this.thresholds = thresholds;
    }

    @Override
    public Look look(int second, Traffic traffic) {
        Instant now = START.plusSeconds(second + 1L);
        if (course == null) {
            course = Course.begin(START, segment(Kind.TRAFFIC, share, Kind.TRAFFIC.none(), Kind.TRAFFIC.none()));
        }
        List<Segment> counted = new ArrayList<>();
        counted.add(segment(Kind.TRAFFIC, share, traffic.newer.counts(), traffic.older.counts()));
        if (thresholds.probes()) {
            counted.add(segment(Kind.PROBES, 0.5, traffic.newerProbes.counts(), traffic.olderProbes.counts()));
        }
        course = course.with(now, counted);
        Situation situation = new Situation(now, now, true, true, Instant.MIN, true);
        Verdict verdict = Judge.judge(course, JudgePolicy.DEFAULT, thresholds, situation);
        return switch (verdict) {
            case Verdict.Worse ignored -> Look.WORSE;
            case Verdict.NoHarm ignored -> Look.GO_ON;
            case Verdict.NotEnough ignored -> Look.WAIT;
            case Verdict.CannotMeasure ignored -> holds(now);
        };
    }

    private static Segment segment(Kind kind, double share, Counts newer, Counts older) {
        return new Segment(kind, "1.1", "proxy", share, newer, older);
    }

    /** As the server does: what was proved before does not count for what comes after. */
    private Look holds(Instant now) {
        course = Objects.requireNonNull(course).proveFrom(now);
        return Look.WAIT;
    }
}
