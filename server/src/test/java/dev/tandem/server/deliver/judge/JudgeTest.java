package dev.tandem.server.deliver.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.server.deliver.judge.Verdict.CannotMeasure;
import dev.tandem.server.deliver.judge.Verdict.NoHarm;
import dev.tandem.server.deliver.judge.Verdict.NotEnough;
import dev.tandem.server.deliver.judge.Verdict.Why;
import dev.tandem.server.deliver.judge.Verdict.Worse;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class JudgeTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Thresholds USUAL = new Thresholds(List.of(10, 20, 50), true, false);

    private JudgePolicy policy = JudgePolicy.DEFAULT;
    private Thresholds thresholds = USUAL;

    @Test
    void windowsShareTheEvidence() {
        policy = new JudgePolicy(0.01, 1, 0.01, null, policy.minimumStep());
        Course course = Course.begin(START, errors(0.1, 1000, 0, 9000, 0));
        course = course.with(after(14), List.of(errors(0.1, 1100, 2, 9900, 5)));
        // The second window begins after 7 events, 2 of them on the new revision.
        course = course.with(after(15), List.of(errors(0.1, 1100, 2, 9900, 5)));
        course = course.with(after(16), List.of(errors(0.1, 1200, 5, 10_800, 5)));
        assertThat(evidence(course, Stream.ERRORS)).isCloseTo(43.2306, within(0.00005));
    }

    @Test
    void noEventsAreNoEvidence() {
        Course course = Course.begin(START, errors(0.1, 0, 0, 0, 0)).with(after(100), List.of());
        assertThat(evidence(course, Stream.ERRORS)).isCloseTo(1, within(1e-12));
    }

    @Test
    void callsABadRevisionWorseAndSaysWhy() {
        Course course = Course.begin(START, errors(0.1, 100, 0, 900, 4));
        course = course.with(after(5), List.of(errors(0.1, 400, 12, 3600, 10)));
        assertThat(judge(course, 5)).isInstanceOfSatisfying(Worse.class, worse -> {
            assertThat(worse.stream()).isEqualTo(Stream.ERRORS);
            assertThat(worse.newRate()).isEqualTo(new Rate(12, 400));
            assertThat(worse.oldRate()).isEqualTo(new Rate(10, 3600));
            assertThat(worse.newBad()).isEqualTo(12);
            assertThat(worse.bad()).isEqualTo(22);
            assertThat(Math.exp(worse.logTotal())).isGreaterThan(worse.needed());
        });
    }

    @Test
    void findsALateRegressionDespiteALongCleanPast() {
        Course course = Course.begin(START, errors(0.1, 0, 0, 0, 0));
        for (int second = 1; second <= 600; second++) {
            course = course.with(after(second), List.of(errors(0.1, second * 30, second / 100, second * 270, second)));
            assertThat(judge(course, second)).isNotInstanceOf(Worse.class);
        }
        course = course.with(after(610), List.of(errors(0.1, 18_300, 21, 164_700, 610)));
        assertThat(judge(course, 610)).isInstanceOf(Worse.class);
    }

    @Test
    void evidenceGoesOnOverTrafficSteps() {
        Course course = Course.begin(START, errors(0.1, 500, 4, 4500, 6));
        double first = evidence(course, Stream.ERRORS);
        course = course.with(after(10), List.of(segment("1.1", "e", 0.5, counts(500, 4, 4), counts(500, 1, 1))));
        assertThat(evidence(course, Stream.ERRORS)).isGreaterThan(first);
    }

    @Test
    void aSharedOutageIsNobodysFault() {
        Course course = Course.begin(START, errors(0.1, 300, 0, 2700, 0));
        course = course.with(after(10), List.of(errors(0.1, 600, 150, 5400, 1350)));
        assertThat(judge(course, 10)).isEqualTo(new CannotMeasure(Why.SHARED_OUTAGE));
    }

    @Test
    void aRevisionThatMendsABrokenOneIsNotHeldBack() {
        Course course = Course.begin(START, errors(0.1, 500, 0, 4500, 2000));
        course = course.with(after(31), List.of(errors(0.1, 600, 0, 5400, 2400)));
        assertThat(judge(course, 31)).isInstanceOf(NoHarm.class);
    }

    @Test
    void goesOnAfterEnoughEvidenceAndNotBeforeTheShortestTime() {
        Course course = Course.begin(START, errors(0.1, 400, 0, 3600, 0));
        assertThat(judge(course, 29)).isInstanceOf(NotEnough.class);
        assertThat(judge(course, 30)).isInstanceOf(NoHarm.class);
    }

    @Test
    void saysHowManyRequestsAreMissing() {
        Course course = Course.begin(START, errors(0.1, 41, 0, 360, 0));
        assertThat(judge(course, 60)).isInstanceOfSatisfying(NotEnough.class, missing -> {
            assertThat(missing.have()).isEqualTo(41);
            assertThat(missing.need()).isEqualTo(392);
        });
    }

    @Test
    void noHarmIsProvedAnewInEachStep() {
        Course course = Course.begin(START, errors(0.1, 4000, 0, 36_000, 0));
        assertThat(judge(course, 40)).isInstanceOf(NoHarm.class);
        course = course.with(after(41), List.of(segment("1.1", "e", 0.5, counts(10, 0, 0), counts(10, 0, 0))));
        assertThat(judge(course, 80)).isInstanceOf(NotEnough.class);
    }

    @Test
    void slowRequestsAreNoHarmOnlyWhenProvedToBeLikeTheOldOnes() {
        Counts few = new Counts(1000, 0, 1000, 0, List.of(0L, 0L, 1L, 0L));
        Counts fewOld = new Counts(9000, 0, 9000, 0, List.of(0L, 0L, 4L, 0L));
        Course course = Course.begin(START, segment("1.0", "e", 0.1, few, fewOld));
        assertThat(judge(course, 60)).isInstanceOf(NotEnough.class);
        Counts more = new Counts(2000, 0, 2000, 0, List.of(0L, 0L, 3L, 0L));
        Counts moreOld = new Counts(18_000, 0, 18_000, 0, List.of(0L, 0L, 57L, 0L));
        course = course.with(after(60), List.of(segment("1.0", "e", 0.1, more, moreOld)));
        assertThat(judge(course, 60)).isInstanceOf(NoHarm.class);
    }

    @Test
    void fiveFailuresAndNothingElseAreEnough() {
        thresholds = Thresholds.FIRST;
        Course course = Course.begin(START, errors(1, 5, 5, 0, 0));
        assertThat(judge(course, 1))
                .isInstanceOfSatisfying(
                        Worse.class, worse -> assertThat(worse.stream()).isEqualTo(Stream.FIRST_REQUESTS));
    }

    @Test
    void aloneTheLimitsCount() {
        Course course = Course.begin(START, errors(1, 1000, 60, 0, 0));
        assertThat(judge(course, 1))
                .isInstanceOfSatisfying(
                        Worse.class, worse -> assertThat(worse.stream()).isEqualTo(Stream.LIMIT_ERRORS));
        assertThat(Judge.judge(course, policy, thresholds, situation(1, false)))
                .isEqualTo(new CannotMeasure(Why.SHARED_OUTAGE));
    }

    @Test
    void aloneTheSlowestMatterToo() {
        policy = new JudgePolicy(0.01, 1.25, 0.01, 300, policy.minimumStep());
        Counts slow = new Counts(1000, 0, 400, 60, List.of(0L, 0L, 0L, 0L));
        Course course = Course.begin(START, segment("1.2", "e", 1, slow, Segment.Kind.TRAFFIC.none()));
        assertThat(judge(course, 1))
                .isInstanceOfSatisfying(
                        Worse.class, worse -> assertThat(worse.stream()).isEqualTo(Stream.LIMIT_P95));
    }

    @Test
    void whatCannotBeMeasuredIsNeverNoHarm() {
        Course course = Course.begin(START, errors(0.1, 4000, 0, 36_000, 0));
        Instant now = after(60);
        assertThat(judge(course, new Situation(now, after(40), true, true, Instant.MIN, true)))
                .isEqualTo(new CannotMeasure(Why.AGENT_AWAY));
        assertThat(judge(course, new Situation(now, now, false, true, Instant.MIN, true)))
                .isEqualTo(new CannotMeasure(Why.PROXY_AWAY));
        assertThat(judge(course, new Situation(now, now, true, false, Instant.MIN, true)))
                .isEqualTo(new CannotMeasure(Why.NO_COUNTERS));
        assertThat(judge(course, new Situation(now, now, true, true, after(58), true)))
                .isEqualTo(new CannotMeasure(Why.COUNTERS_RESET));
    }

    @Test
    void probesFindABadRevisionWithoutTraffic() {
        thresholds = new Thresholds(List.of(), true, true);
        Course course = Course.begin(START, errors(0.1, 0, 0, 0, 0));
        Segment probes = new Segment(
                Segment.Kind.PROBES,
                "1.0",
                "a",
                0.5,
                new Counts(20, 20, 20, 0, List.of(20L, 0L)),
                new Counts(20, 0, 20, 0, List.of(0L, 0L)));
        course = course.with(after(20), List.of(probes));
        assertThat(judge(course, 20))
                .isInstanceOfSatisfying(
                        Worse.class, worse -> assertThat(worse.stream()).isEqualTo(Stream.PROBE_ERRORS));
    }

    @Test
    void countersThatShrinkAreNotBelieved() {
        Course course = Course.begin(START, errors(0.1, 400, 3, 3600, 10));
        assertThat(course.with(after(5), List.of(errors(0.1, 10, 0, 90, 0))).current())
                .isEqualTo(course.current());
    }

    private double evidence(Course course, Stream stream) {
        return Math.exp(Judge.logEvidence(course, policy, thresholds, stream));
    }

    private Verdict judge(Course course, int second) {
        return judge(course, situation(second, true));
    }

    private Verdict judge(Course course, Situation situation) {
        return Judge.judge(course, policy, thresholds, situation);
    }

    private static Situation situation(int second, boolean oldPasses) {
        return new Situation(after(second), after(second), true, true, Instant.MIN, oldPasses);
    }

    private static Segment errors(double share, long newRequests, long newErrors, long oldRequests, long oldErrors) {
        return segment(
                "1.0",
                "e",
                share,
                counts(newRequests, newErrors, newErrors),
                counts(oldRequests, oldErrors, oldErrors));
    }

    private static Segment segment(String step, String epoch, double share, Counts newer, Counts older) {
        return new Segment(Segment.Kind.TRAFFIC, step, epoch, share, newer, older);
    }

    private static Counts counts(long requests, long errors, long errorEvents) {
        return new Counts(requests, errors, requests, 0, List.of(errorEvents, 0L, 0L, 0L));
    }

    private static Instant after(int seconds) {
        return START.plusSeconds(seconds);
    }
}
