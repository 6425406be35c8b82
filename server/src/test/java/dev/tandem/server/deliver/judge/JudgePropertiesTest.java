package dev.tandem.server.deliver.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.deliver.judge.Verdict.NoHarm;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class JudgePropertiesTest {
    private static final Instant START = Instant.EPOCH;

    @Property(tries = 300)
    void withoutEventsEvidenceIsOne(
            @ForAll @DoubleRange(min = 0.01, max = 0.99) double share,
            @ForAll @DoubleRange(min = 1, max = 10) double ratio) {
        assertThat(Bet.worse(share, ratio).logEvidence(0, 0)).isZero();
        assertThat(Bet.fewer(share).logEvidence(0, 0)).isZero();
    }

    @Property(tries = 300)
    void oneMoreBadEventOfTheNewRevisionIsMoreEvidence(
            @ForAll @DoubleRange(min = 0.01, max = 0.99) double share,
            @ForAll @DoubleRange(min = 1, max = 10) double ratio,
            @ForAll @IntRange(min = 1, max = 3000) int n,
            @ForAll @DoubleRange(min = 0, max = 0.99) double part) {
        long k = (long) (part * n);
        Bet worse = Bet.worse(share, ratio);
        assertThat(worse.logEvidence(k + 1, n)).isGreaterThan(worse.logEvidence(k, n));
        Bet likeOld = Bet.likeOld(share, ratio);
        assertThat(likeOld.logEvidence(k + 1, n)).isLessThan(likeOld.logEvidence(k, n));
    }

    /** A fair bet: whatever comes next, what is expected of it does not grow while the claim just holds. */
    @Property(tries = 300)
    void atTheLimitNothingIsExpectedToBeGained(
            @ForAll @DoubleRange(min = 0.02, max = 0.98) double share,
            @ForAll @DoubleRange(min = 1, max = 5) double ratio,
            @ForAll @IntRange(min = 0, max = 500) int n,
            @ForAll @DoubleRange(min = 0, max = 1) double part) {
        long k = (long) (part * n);
        double limit = Bet.limit(share, ratio);
        Bet bet = Bet.worse(share, ratio);
        double now = bet.logEvidence(k, n);
        double next = limit * Math.exp(bet.logEvidence(k + 1, n + 1) - now)
                + (1 - limit) * Math.exp(bet.logEvidence(k, n + 1) - now);
        assertThat(next).isCloseTo(1, org.assertj.core.api.Assertions.within(1e-6));
    }

    @Property(tries = 300)
    void neverGoesOnWithoutMeasuring(
            @ForAll @IntRange(min = 0, max = 100_000) int requests,
            @ForAll boolean away,
            @ForAll boolean proxy,
            @ForAll boolean counted) {
        if (!away && proxy && counted) {
            return;
        }
        Counts newer = new Counts(requests, 0, requests, 0, List.of(0L, 0L, 0L, 0L));
        Course course = Course.begin(START, new Segment(Segment.Kind.TRAFFIC, "1.0", "e", 0.5, newer, newer));
        Instant now = START.plusSeconds(120);
        Situation situation = new Situation(now, away ? now.minusSeconds(60) : now, proxy, counted, Instant.MIN, true);
        Thresholds thresholds = new Thresholds(List.of(10, 20, 50), true, false);
        assertThat(Judge.judge(course, JudgePolicy.DEFAULT, thresholds, situation))
                .isNotInstanceOf(NoHarm.class);
    }
}
