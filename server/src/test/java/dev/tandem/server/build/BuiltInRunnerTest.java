package dev.tandem.server.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.build.BuildServer.Repo;
import dev.tandem.server.build.logs.JobLogs;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.testkit.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way with the built-in runner: push, checkout, script, artifacts, tests, end. */
class BuiltInRunnerTest {
    @TempDir
    Path folder;

    @Test
    void aPushIsBuiltByTheBuiltInRunner() {
        try (BuildServer build = BuildServer.start(folder, "--runner-concurrency", "2", "--unsafe-shell", "true")) {
            Repo repo = build.project("whole", """
                    stages: [build, test]
                    compile:
                      stage: build
                      script: [cat .gitlab-ci.yml | head -1, mkdir out, echo built > out/result]
                      artifacts: {paths: [out]}
                    check:
                      stage: test
                      script:
                        - cat out/result
                        - echo "<testsuite><testcase name='works'/></testsuite>" > t.xml
                      artifacts: {reports: {junit: t.xml}}
                    """);
            long id = build.awaitPipeline(repo, 0).id();

            JobStatus end = Await.value(
                    "the pipeline's end",
                    () -> Optional.of(build.pipeline(id).status()).filter(JobStatus::isTerminal));

            JobRecord check = build.jobs(id).get(1);
            String log =
                    new String(build.server().bean(JobLogs.class).tail(check.id(), 100_000), StandardCharsets.UTF_8);
            assertThat(end).as(log).isEqualTo(JobStatus.SUCCESS);
            assertThat(log).contains("built", "Job succeeded");
        }
    }

    /** The rows that a killed server leaves: its runner's jobs are known to be dead, a stranger's are not. */
    @Test
    void whatTheBuiltInRunnerHeldWhenTheServerDiedEndsWithTheNextStart() {
        long claimed;
        long running;
        long deploying;
        long elsewhere;
        try (BuildServer build = BuildServer.start(folder)) {
            Repo repo = build.project("lost", """
                    first: {script: [echo 1]}
                    second: {script: [echo 2]}
                    third: {script: [echo 3], environment: {name: production}}
                    fourth: {script: [echo 4]}
                    """);
            List<JobRecord> jobs = build.jobs(build.awaitPipeline(repo, 0).id());
            claimed = jobs.get(0).id();
            running = jobs.get(1).id();
            deploying = jobs.get(2).id();
            elsewhere = jobs.get(3).id();
            long builtIn = build.builtInRunner();
            build.claim(claimed, builtIn, false);
            build.claim(running, builtIn, true);
            build.claim(deploying, builtIn, true);
            build.claim(elsewhere, build.runner().id(), true);
        }

        try (BuildServer build = BuildServer.start(folder)) {
            JobRecord waiting = build.job(claimed);
            assertThat(waiting.status()).isEqualTo(JobStatus.PENDING);
            assertThat(waiting.runnerId()).isNull();
            assertThat(build.job(running).failureReason()).isEqualTo("runner_system_failure");
            assertThat(build.job(running).retried()).isTrue();
            assertThat(build.job(deploying).failureReason()).isEqualTo("runner_system_failure");
            assertThat(build.job(deploying).retried()).isFalse();
            assertThat(build.job(elsewhere).status()).isEqualTo(JobStatus.RUNNING);
            assertThat(List.of(build.runner().take().id(), build.runner().take().id()))
                    .contains(claimed)
                    .doesNotContain(running);
        }
    }
}
