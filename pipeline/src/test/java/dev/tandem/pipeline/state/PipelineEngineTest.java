package dev.tandem.pipeline.state;

import static dev.tandem.pipeline.state.JobStatus.*;
import static dev.tandem.pipeline.state.When.ALWAYS;
import static dev.tandem.pipeline.state.When.DELAYED;
import static dev.tandem.pipeline.state.When.ON_FAILURE;
import static dev.tandem.pipeline.state.When.ON_SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Cases I1 to I14 and the tables of transitions and composite statuses. */
class PipelineEngineTest {
    /** A small pipeline that is driven by hand. */
    private static final class Jobs {
        private final Map<String, JobState> all = new LinkedHashMap<>();

        static Jobs of(JobState... jobs) {
            Jobs made = new Jobs();
            Stream.of(jobs).forEach(job -> made.all.put(job.name(), job));
            return made;
        }

        Jobs advance() {
            for (JobChange change : PipelineEngine.advance(List.copyOf(all.values()))) {
                set(change.job(), change.to());
            }
            assertThat(PipelineEngine.advance(List.copyOf(all.values())))
                    .as("a second pass finds nothing")
                    .isEmpty();
            return this;
        }

        Jobs set(String name, JobStatus status) {
            all.put(name, Objects.requireNonNull(all.get(name)).withStatus(status));
            return this;
        }

        JobStatus status(String name) {
            return Objects.requireNonNull(all.get(name)).status();
        }

        CompositeStatus pipeline() {
            return PipelineEngine.status(List.copyOf(all.values()));
        }
    }

    private static JobState job(int stage, String name) {
        return new JobState(name, stage, null, ON_SUCCESS, false, CREATED);
    }

    private static JobState job(int stage, String name, When when) {
        return new JobState(name, stage, null, when, false, CREATED);
    }

    private static JobState allowed(JobState job) {
        return new JobState(job.name(), job.stageIndex(), job.needs(), job.when(), true, job.status());
    }

    private static JobState needing(JobState job, String... needs) {
        return new JobState(job.name(), job.stageIndex(), List.of(needs), job.when(), job.allowFailure(), job.status());
    }

    @Test
    void stagesFollowEachOther() {
        Jobs jobs = Jobs.of(job(0, "a"), job(0, "b"), job(1, "c")).advance();
        assertThat(jobs.status("a")).isEqualTo(PENDING);
        assertThat(jobs.status("b")).isEqualTo(PENDING);
        assertThat(jobs.status("c")).isEqualTo(CREATED);
        jobs.set("a", SUCCESS).advance();
        assertThat(jobs.status("c")).isEqualTo(CREATED);
        jobs.set("b", SUCCESS).advance();
        assertThat(jobs.status("c")).isEqualTo(PENDING);
    }

    @Test
    void i1AllowedFailureCountsAsSuccess() {
        Jobs jobs = Jobs.of(allowed(job(0, "a")), job(1, "b"), job(1, "c", ON_FAILURE))
                .advance()
                .set("a", FAILED)
                .advance();
        assertThat(jobs.status("b")).isEqualTo(PENDING);
        assertThat(jobs.status("c")).isEqualTo(SKIPPED);
        jobs.set("b", SUCCESS).advance();
        assertThat(jobs.pipeline()).isEqualTo(new CompositeStatus(SUCCESS, true));
    }

    @Test
    void i2FailurePath() {
        Jobs jobs = Jobs.of(job(0, "a"), job(1, "b"), job(1, "c", ON_FAILURE), job(1, "d", ALWAYS), job(2, "e"))
                .advance()
                .set("a", FAILED)
                .advance();
        assertThat(jobs.status("b")).isEqualTo(SKIPPED);
        assertThat(jobs.status("c")).isEqualTo(PENDING);
        assertThat(jobs.status("d")).isEqualTo(PENDING);
        jobs.set("c", SUCCESS).set("d", SUCCESS).advance();
        assertThat(jobs.status("e")).isEqualTo(SKIPPED);
        assertThat(jobs.pipeline()).isEqualTo(new CompositeStatus(FAILED, false));
    }

    @Test
    void i3OptionalManualDoesNotBlock() {
        Jobs jobs = Jobs.of(allowed(job(0, "a", When.MANUAL)), job(1, "b")).advance();
        assertThat(jobs.status("a")).isEqualTo(MANUAL);
        assertThat(jobs.status("b")).isEqualTo(PENDING);
        assertThat(jobs.set("b", SUCCESS).pipeline().status()).isEqualTo(SUCCESS);
    }

    @Test
    void i4BlockingManual() {
        Jobs jobs = Jobs.of(job(0, "a", When.MANUAL), job(1, "b")).advance();
        assertThat(jobs.status("b")).isEqualTo(CREATED);
        assertThat(jobs.pipeline().status()).isEqualTo(MANUAL);
        jobs.set("a", SUCCESS).advance();
        assertThat(jobs.status("b")).isEqualTo(PENDING);
    }

    @Test
    void i5NeedOfAnOptionalManualJobIsSkippedAndResetWhenPlayed() {
        Jobs jobs = Jobs.of(allowed(job(0, "a", When.MANUAL)), needing(job(1, "b"), "a"), needing(job(2, "c"), "b"))
                .advance();
        assertThat(jobs.status("b")).isEqualTo(SKIPPED);
        assertThat(jobs.status("c")).isEqualTo(SKIPPED);
        jobs.set("a", PENDING);
        for (JobChange change : PipelineEngine.reset(List.copyOf(jobs.all.values()), "a")) {
            jobs.set(change.job(), change.to());
        }
        assertThat(jobs.status("b")).isEqualTo(CREATED);
        assertThat(jobs.status("c")).isEqualTo(CREATED);
        assertThat(jobs.set("a", SUCCESS).advance().status("b")).isEqualTo(PENDING);
    }

    @Test
    void i6NeedOfABlockingManualJobWaits() {
        assertThat(Jobs.of(job(0, "a", When.MANUAL), needing(job(1, "b"), "a"))
                        .advance()
                        .status("b"))
                .isEqualTo(CREATED);
    }

    @Test
    void i7AfterASkippedStageStageJobsRunAndNeedingJobsAreSkipped() {
        Jobs jobs = Jobs.of(
                        job(0, "a", ON_FAILURE),
                        job(1, "b"),
                        needing(job(1, "n"), "a"),
                        needing(job(1, "always", ALWAYS), "a"))
                .advance();
        assertThat(jobs.status("a")).isEqualTo(SKIPPED);
        assertThat(jobs.status("b")).isEqualTo(PENDING);
        assertThat(jobs.status("n")).isEqualTo(SKIPPED);
        assertThat(jobs.status("always")).isEqualTo(PENDING);
    }

    @Test
    void i8CanceledSkipsEvenAlways() {
        assertThat(Jobs.of(job(0, "a"), job(1, "b", ALWAYS))
                        .set("a", CANCELED)
                        .advance()
                        .status("b"))
                .isEqualTo(SKIPPED);
    }

    @Test
    void i9i10i11PipelineStatusOfMixtures() {
        assertThat(Jobs.of(job(0, "a"), job(0, "m", When.MANUAL))
                        .set("a", FAILED)
                        .set("m", MANUAL)
                        .pipeline()
                        .status())
                .isEqualTo(MANUAL);
        assertThat(Jobs.of(job(0, "a"), job(1, "b"))
                        .set("a", SUCCESS)
                        .pipeline()
                        .status())
                .isEqualTo(RUNNING);
        Jobs delayed = Jobs.of(job(0, "a", DELAYED), job(1, "b")).advance();
        assertThat(delayed.status("a")).isEqualTo(SCHEDULED);
        assertThat(delayed.status("b")).isEqualTo(CREATED);
        assertThat(delayed.pipeline().status()).isEqualTo(SCHEDULED);
    }

    @Test
    void i14EmptyNeedsStartBesideEverything() {
        Jobs jobs = Jobs.of(job(0, "p"), needing(job(1, "t"))).advance();
        assertThat(jobs.status("p")).isEqualTo(PENDING);
        assertThat(jobs.status("t")).isEqualTo(PENDING);
    }

    @Test
    void needsOfTheSameStageAreSeenInOnePass() {
        Jobs jobs = Jobs.of(needing(job(0, "c"), "b"), needing(job(0, "b"), "a"), job(0, "a"))
                .set("a", SKIPPED)
                .advance();
        assertThat(jobs.status("b")).isEqualTo(SKIPPED);
        assertThat(jobs.status("c")).isEqualTo(SKIPPED);
    }

    @Test
    void needsThatAreAbsentCountAsDone() {
        assertThat(Jobs.of(needing(job(1, "b"), "ghost")).advance().status("b")).isEqualTo(PENDING);
    }

    static Stream<Arguments> decisions() {
        List<Arguments> all = new ArrayList<>();
        for (JobStatus prior : JobStatus.values()) {
            for (When when : When.values()) {
                all.add(Arguments.of(prior, when, false));
                all.add(Arguments.of(prior, when, true));
            }
        }
        return all.stream();
    }

    /** Every status of one earlier job with every condition, by stage and by need. */
    @ParameterizedTest
    @MethodSource("decisions")
    void everyDecision(JobStatus prior, When when, boolean byNeed) {
        JobState job = byNeed ? needing(job(1, "j", when), "a") : job(1, "j", when);
        // An earlier job that is still created would itself move on; it is held back by a running one.
        Jobs jobs = prior == CREATED
                ? Jobs.of(needing(job(0, "a"), "r"), job(0, "r"), job).set("r", RUNNING)
                : Jobs.of(job(0, "a"), job).set("a", prior);
        boolean decided = prior == SUCCESS || prior == FAILED || prior == SKIPPED || prior == CANCELED;
        boolean goesOn = switch (when) {
            case ON_SUCCESS, MANUAL, DELAYED -> prior == SUCCESS || (prior == SKIPPED && !byNeed);
            case ON_FAILURE -> prior == FAILED;
            case ALWAYS -> prior == SUCCESS || prior == FAILED || prior == SKIPPED;
        };
        JobStatus started = when == When.MANUAL ? MANUAL : when == DELAYED ? SCHEDULED : PENDING;
        assertThat(jobs.advance().status("j")).isEqualTo(!decided ? CREATED : goesOn ? started : SKIPPED);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            -                            | success
            skipped                      | skipped
            manual!                      | skipped
            skipped manual!              | skipped
            success                      | success
            success skipped              | success
            success failed!              | success
            success canceled! manual!    | success
            created                      | created
            created failed!              | created
            preparing                    | preparing
            canceled                     | canceled
            canceled success skipped     | canceled
            pending                      | pending
            pending created skipped      | pending
            pending success              | running
            running                      | running
            running failed               | running
            canceling failed             | running
            waiting_for_resource success | waiting_for_resource
            manual success               | manual
            manual failed created        | manual
            scheduled success            | scheduled
            preparing success            | preparing
            created success              | running
            created failed               | running
            failed                       | failed
            failed success skipped       | failed
            failed canceled              | failed
            """)
    void compositeStatus(String statuses, String expected) {
        List<JobState> jobs = new ArrayList<>();
        for (String word : statuses == null ? new String[0] : statuses.trim().split(" ", -1)) {
            boolean forgiven = word.endsWith("!");
            JobStatus status = JobStatus.ofWire(forgiven ? word.substring(0, word.length() - 1) : word)
                    .orElseThrow();
            jobs.add(new JobState("j" + jobs.size(), 0, null, ON_SUCCESS, forgiven, status));
        }
        assertThat(PipelineEngine.status(jobs).status().wire()).isEqualTo(expected);
    }

    @Test
    void tenThousandJobsAreQuick() {
        List<JobState> jobs = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            jobs.add(i == 0 ? job(0, "j0") : needing(job(0, "j" + i), "j" + (i - 1)));
        }
        assertThat(PipelineEngine.advance(jobs)).hasSize(1);
    }
}
