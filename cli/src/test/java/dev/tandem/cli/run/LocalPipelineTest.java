package dev.tandem.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.pipeline.Compilation;
import dev.tandem.pipeline.Outcome;
import dev.tandem.pipeline.PipelineCompiler;
import dev.tandem.pipeline.plan.Plan;
import dev.tandem.pipeline.rule.ChangedFiles;
import dev.tandem.pipeline.rule.PipelineContext;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.syntax.SourceFiles;
import dev.tandem.runner.LocalResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The order of jobs on this machine, with jobs that only pretend to run. */
class LocalPipelineTest {
    private final List<String> words = Collections.synchronizedList(new ArrayList<>());
    private final List<String> started = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Integer> exits = new HashMap<>();
    private final Map<Long, CountDownLatch> untilCanceled = new ConcurrentHashMap<>();
    private final Set<String> endless = new java.util.HashSet<>();
    private final AtomicInteger now = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final Map<String, String> children = new HashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private String play = "";

    private Map<String, String> run(String config, int parallel) throws InterruptedException {
        Plan plan = plan(config);
        LocalPipeline pipeline = new LocalPipeline(
                plan,
                new Selection(plan.jobs(), Set.of()),
                new Pretended(),
                this::child,
                new Silent(),
                this::choose,
                parallel,
                ids,
                "");
        pipeline.run();
        return pipeline.jobs().stream()
                .collect(Collectors.toMap(
                        LocalJobState::name, job -> job.status().wire()));
    }

    /** The pipeline of {@link #children} by the name of the job that starts it. */
    private LocalPipeline.Child child(LocalJobState job, Collection<LocalJobState> all) {
        String config = children.get(job.name());
        if (config == null) {
            return new LocalPipeline.Child.None("there is no such file");
        }
        Plan plan = plan(config);
        return new LocalPipeline.Child.Made(new LocalPipeline(
                plan,
                new Selection(plan.jobs(), Set.of()),
                new Pretended(),
                this::child,
                new Silent(),
                this::choose,
                1,
                ids,
                job.title()));
    }

    private Optional<LocalJobState> choose(List<LocalJobState> held) {
        return held.stream().filter(job -> job.name().equals(play)).findFirst();
    }

    @Test
    void runsSoManyAtATimeAndOneOfAResourceGroup() throws InterruptedException {
        assertThat(run("job: {script: [x], parallel: 20}", 3)).hasSize(20).containsValue("success");
        assertThat(most.get()).isLessThanOrEqualTo(3);
        most.set(0);
        run("job: {script: [x], parallel: 10, resource_group: one}", 8);
        assertThat(most.get()).isOne();
    }

    @Test
    void theFirstFailureCancelsTheOthersWhereTheWorkflowSaysSo() throws InterruptedException {
        endless.add("long");
        exits.put("bad", 1);
        assertThat(run("""
                workflow: {auto_cancel: {on_job_failure: all}}
                stages: [a, b]
                long: {stage: a, script: [x]}
                bad: {stage: a, script: [x]}
                later: {stage: b, script: [x], when: always}
                """, 2)).isEqualTo(Map.of("long", "canceled", "bad", "failed", "later", "canceled"));
    }

    @Test
    void aPlayedJobWakesThoseThatWereSkippedForIt() throws InterruptedException {
        String config = """
                stages: [a, b]
                gate: {stage: a, script: [x], when: manual}
                after: {stage: b, script: [x], needs: [gate]}
                """;
        assertThat(run(config, 2)).isEqualTo(Map.of("gate", "manual", "after", "skipped"));
        play = "gate";
        assertThat(run(config, 2)).isEqualTo(Map.of("gate", "success", "after", "success"));
    }

    @Test
    void delayedJobsWaitAndTriggersAreSkippedWithAWord() throws InterruptedException {
        assertThat(run("""
                stages: [a, b]
                soon: {stage: a, script: [x], when: delayed, start_in: 1 second}
                other: {stage: a, trigger: group/project}
                last: {stage: b, script: [x]}
                """, 2)).isEqualTo(Map.of("soon", "success", "other", "skipped", "last", "success"));
        assertThat(started).containsExactly("soon", "last");
        assertThat(words).containsExactly("other is skipped: pipelines of other projects need a server");
    }

    @ParameterizedTest
    @CsvSource({
        "none, good, success, success",
        "none, bad, success, success",
        "depend, good, success, success",
        "depend, bad, failed, skipped",
        "depend, held, manual, created",
        "depend, missing, failed, skipped",
        "mirror, bad, failed, skipped",
        "mirror, skipped, skipped, success",
        "none, missing, failed, skipped"
    })
    void aTriggerJobFollowsItsChild(String strategy, String child, String status, String after)
            throws InterruptedException {
        exits.put("fails", 1);
        Map<String, String> files = Map.of(
                "good", "inner: {script: [x]}",
                "bad", "fails: {script: [x]}",
                "held", "held: {script: [x], rules: [{when: manual}]}\nlater: {stage: deploy, script: [x]}",
                "skipped", "rescue: {script: [x], when: on_failure}");
        if (files.containsKey(child)) {
            children.put("t", String.valueOf(files.get(child)));
        }
        String written = strategy.equals("none") ? "" : ", strategy: " + strategy;
        assertThat(run("""
                stages: [a, b]
                t: {stage: a, trigger: {include: child.yml%s}}
                after: {stage: b, script: [x]}
                """.formatted(written), 1)).isEqualTo(Map.of("t", status, "after", after));
        if (child.equals("bad") && strategy.equals("none")) {
            assertThat(words).containsExactly("The pipeline of t ended: failed");
        }
    }

    @Test
    void whoPlaysManualJobsIsAskedForThoseOfChildrenToo() throws InterruptedException {
        play = "held";
        children.put("t", "held: {script: [x], rules: [{when: manual}]}\nlater: {stage: deploy, script: [x]}");
        assertThat(run("t: {trigger: {include: child.yml, strategy: depend}}", 1))
                .isEqualTo(Map.of("t", "success"));
        assertThat(started).containsExactly("held", "later");
    }

    @Test
    void aFailureCancelsTheChildrenThatRun() throws InterruptedException {
        endless.add("inner");
        exits.put("bad", 1);
        children.put("t", "inner: {script: [x]}");
        assertThat(run("""
                workflow: {auto_cancel: {on_job_failure: all}}
                t: {trigger: {include: child.yml, strategy: depend}}
                bad: {script: [x]}
                """, 1)).isEqualTo(Map.of("t", "canceled", "bad", "failed"));
    }

    private final class Pretended implements LocalPipeline.Jobs {
        @Override
        public LocalResult run(LocalJobState job, Collection<LocalJobState> all) throws InterruptedException {
            started.add(job.name());
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            boolean canceled = endless.contains(job.name());
            if (canceled) {
                untilCanceled
                        .computeIfAbsent(job.id(), id -> new CountDownLatch(1))
                        .await();
            }
            int exit = exits.getOrDefault(job.name(), 0);
            now.decrementAndGet();
            String status = canceled ? "canceled" : exit == 0 ? "success" : "failed";
            return new LocalResult(status, "script_failure", exit, Path.of(""), Map.of(), Map.of());
        }

        @Override
        public void cancel(long id) {
            untilCanceled.computeIfAbsent(id, each -> new CountDownLatch(1)).countDown();
        }
    }

    private final class Silent implements RunView {
        @Override
        public void changed(LocalJobState job) {}

        @Override
        public void more(int jobs) {}

        @Override
        public void output(String job, String line) {}

        @Override
        public void word(String text) {
            words.add(text);
        }

        @Override
        public void close() {}
    }

    private static Plan plan(String config) {
        List<Variable> predefined = List.of(Variable.of("CI_COMMIT_BRANCH", "main"));
        PipelineContext context = new PipelineContext(
                "push", "main", false, "main", "a/b", predefined, List.of(), List.of(), ChangedFiles.unknown());
        SourceFiles files = new SourceFiles() {
            @Override
            public byte @Nullable [] read(String path, int limitBytes) {
                return config.getBytes(StandardCharsets.UTF_8);
            }

            @Override
            public List<String> paths() {
                return List.of(".gitlab-ci.yml");
            }
        };
        var options = new dev.tandem.pipeline.CompileOptions(
                dev.tandem.pipeline.syntax.IncludeSources.none(),
                false,
                Set.of(dev.tandem.pipeline.plan.Capability.DOWNSTREAM_PIPELINES),
                Map.of());
        Compilation compilation = PipelineCompiler.compile(files, ".gitlab-ci.yml", context, options);
        if (compilation.outcome() instanceof Outcome.Runs(Plan plan)) {
            return plan;
        }
        throw new AssertionError(compilation.toString());
    }
}
