package dev.tandem.server.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.build.BuildServer.Repo;
import dev.tandem.server.build.logs.JobLogs;
import dev.tandem.server.build.store.JobRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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

            JobStatus end = BuildServer.await(
                    "the pipeline's end",
                    () -> Optional.of(build.pipeline(id).status()).filter(JobStatus::isTerminal));

            JobRecord check = build.jobs(id).get(1);
            String log =
                    new String(build.server().bean(JobLogs.class).tail(check.id(), 100_000), StandardCharsets.UTF_8);
            assertThat(end).as(log).isEqualTo(JobStatus.SUCCESS);
            assertThat(log).contains("built", "Job succeeded");
        }
    }
}
