package dev.tandem.server.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.RunningServer;
import dev.tandem.server.build.BuildServer.Repo;
import dev.tandem.server.build.ScriptedRunner.Given;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.code.RefUpdated;
import dev.tandem.testkit.Await;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From push to end: what makes pipelines, what moves jobs, what ends them. */
class PipelineFlowTest {
    @TempDir
    static Path folder;

    private static BuildServer build;

    @BeforeAll
    static void start() {
        build = BuildServer.start(folder, "--job-lost-after", "PT2S");
    }

    @AfterAll
    static void stop() {
        build.close();
    }

    @AfterEach
    void leaveNothing() {
        build.cancelAll();
    }

    @Test
    void whatOtherSystemsTellCountsBesideTheJobs() {
        Repo repo = build.project("told-by-others", "unit: {script: [echo]}\n");
        PipelineRecord pipeline = build.awaitPipeline(repo, 0);
        tell(
                repo,
                pipeline.sha(),
                "state=running&name=security&target_url=https://scan.example.org/1&description=Scans");
        ScriptedRunner runner = build.runner();
        runner.finishTaken(runner.takeAndStart(), "", "success", "");
        assertThat(build.pipeline(pipeline.id()).status()).isEqualTo(JobStatus.RUNNING);

        tell(repo, pipeline.sha(), "state=success&name=security");
        assertThat(build.pipeline(pipeline.id()).status()).isEqualTo(JobStatus.SUCCESS);
        tell(repo, pipeline.sha(), "state=failed&name=licences");
        assertThat(build.pipeline(pipeline.id()).status()).isEqualTo(JobStatus.FAILED);
        tell(repo, pipeline.sha(), "state=pending&name=licences");
        assertThat(build.pipeline(pipeline.id()).status()).isEqualTo(JobStatus.RUNNING);

        assertThat(build.server()
                        .api(
                                "POST",
                                "/projects/" + repo.id() + "/pipelines/" + pipeline.id() + "/cancel",
                                RunningServer.TOKEN,
                                null)
                        .statusCode())
                .isLessThan(300);
        assertThat(build.pipeline(pipeline.id()).status()).isEqualTo(JobStatus.CANCELED);
    }

    @Test
    void aCommitWithoutAPipelineGetsOneForWhatOtherSystemsTell() {
        Repo repo = build.project("only-others", "unit: {script: [echo]}\n");
        long first = build.awaitPipeline(repo, 0).id();
        repo.push("nothing to build [skip ci]");
        String sha = repo.git("rev-parse", "HEAD").strip();

        tell(repo, sha, "state=running&name=elsewhere");
        PipelineRecord external = build.awaitPipeline(repo, first);
        assertThat(external.source()).isEqualTo("external");
        assertThat(external.sha()).isEqualTo(sha);
        tell(repo, sha, "state=success&name=elsewhere");

        assertThat(build.pipeline(external.id()).status()).isEqualTo(JobStatus.SUCCESS);
        assertThat(build.pipelines(repo.id())).hasSize(2);
        build.cancelAll();
    }

    private static void tell(Repo repo, String sha, String form) {
        HttpResponse<String> answer = build.server()
                .sendForm("POST", "/api/v4/projects/" + repo.id() + "/statuses/" + sha, RunningServer.TOKEN, form);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    @Test
    void aPushToldTwiceMakesOnePipeline() {
        Repo repo = build.project("twice", "a: {script: [echo]}\n");
        long first = build.awaitPipeline(repo, 0).id();
        String sha = repo.git("rev-parse", "HEAD");
        RefUpdated push =
                new RefUpdated("the-same-push", repo.id(), "refs/heads/main", sha, sha, 1, Instant.now(), List.of());

        repo.announce(push);
        build.awaitPipeline(repo, first);
        repo.announce(push);
        repo.push("another");
        build.awaitPipeline(repo, first + 1);

        assertThat(build.pipelines(repo.id()))
                .hasSize(3)
                .extracting(p -> p.iid())
                .containsExactly(3L, 2L, 1L);
    }

    @Test
    void noFileAndSkippedPushesMakeNone() {
        Repo repo = build.project("skip", "a: {script: [echo]}\n");
        long first = build.awaitPipeline(repo, 0).id();

        repo.push("quiet [skip ci]");
        repo.push("quiet too", "ci.skip");
        repo.git("rm", "-q", ".gitlab-ci.yml");
        repo.push("no file");
        repo.write(".gitlab-ci.yml", "b: {script: [echo]}\n");
        repo.push("again");

        build.awaitPipeline(repo, first);
        assertThat(build.pipelines(repo.id())).hasSize(2);
    }

    @Test
    void stagesFollowEachOtherAndAFailureSkipsTheRest() {
        Repo repo = build.project("stages", """
                stages: [build, test, deploy]
                compile: {stage: build, script: [make]}
                check: {stage: test, script: [make test]}
                clean: {stage: test, script: [make clean], when: on_failure}
                ship: {stage: deploy, script: [ship]}
                """);
        long id = build.awaitPipeline(repo, 0).id();
        ScriptedRunner runner = build.runner();

        assertThat(statuses(id)).containsExactly("pending", "created", "created", "created");
        runner.run("", "failed", ",\"failure_reason\":\"script_failure\",\"exit_code\":1");
        assertThat(statuses(id)).containsExactly("failed", "skipped", "pending", "created");
        runner.run("", "success", "");
        assertThat(statuses(id)).containsExactly("failed", "skipped", "success", "skipped");
        assertThat(build.pipeline(id).status()).isEqualTo(JobStatus.FAILED);
        assertThat(build.pipeline(id).finishedAt()).isNotNull();
    }

    @Test
    void aNewerPushEndsAnOlderPipelineUnlessSomethingUninterruptibleStarted() {
        Repo repo = build.project("newer", "a: {script: [echo]}\n");
        long first = build.awaitPipeline(repo, 0).id();
        repo.push("second");
        long second = build.awaitPipeline(repo, first).id();
        assertThat(build.pipeline(first).status()).isEqualTo(JobStatus.CANCELED);

        build.runner().takeAndStart();
        repo.push("third");
        build.awaitPipeline(repo, second);

        assertThat(build.pipeline(second).status()).isEqualTo(JobStatus.RUNNING);
    }

    @Test
    void aLostJobGetsANewAttemptUnlessItWorksOnAnEnvironment() {
        Repo repo = build.project("lost", """
                plain: {script: [echo]}
                deploy: {script: [echo], environment: {name: staging}}
                """);
        long id = build.awaitPipeline(repo, 0).id();
        ScriptedRunner runner = build.runner();
        runner.takeAndStart();
        runner.takeAndStart();

        Await.until("both jobs are lost", () -> {
            build.sweep();
            return job(id, "deploy").status() == JobStatus.FAILED
                    && job(id, "plain").attempt() == 2;
        });

        assertThat(job(id, "deploy").failureReason()).isEqualTo("runner_system_failure");
        assertThat(job(id, "plain").status()).isEqualTo(JobStatus.PENDING);
    }

    @Test
    void jobsOfOneResourceGroupRunOneAfterTheOther() {
        Repo repo = build.project("group", """
                one: {script: [echo], resource_group: prod}
                two: {script: [echo], resource_group: prod}
                """);
        long id = build.awaitPipeline(repo, 0).id();
        assertThat(statuses(id)).containsExactlyInAnyOrder("pending", "waiting_for_resource");
        ScriptedRunner runner = build.runner();

        runner.run("", "success", "");
        Await.until("the other one's turn", () -> statuses(id).contains("pending"));
        runner.run("", "success", "");

        assertThat(build.pipeline(id).status()).isEqualTo(JobStatus.SUCCESS);
    }

    @Test
    void aDelayedJobStartsByItself() {
        Repo repo = build.project("delayed", "later: {script: [echo], when: delayed, start_in: 1 second}\n");
        long id = build.awaitPipeline(repo, 0).id();

        assertThat(statuses(id)).containsExactly("scheduled");
        Await.until("its delay is over", () -> statuses(id).contains("pending"));
    }

    @Test
    void aHugeConfigurationIsAFailedPipelineThatSaysWhy() {
        Repo repo = build.project("huge", "a: {script: [echo]}\n#" + "x".repeat(10_000_000));

        var pipeline = build.awaitPipeline(repo, 0);

        assertThat(pipeline.status()).isEqualTo(JobStatus.FAILED);
        assertThat(pipeline.problems().getFirst().code()).isEqualTo("file-too-large");
    }

    @Test
    void whatWasUnderWayGoesOnAfterARestart() throws Exception {
        Path own = folder.resolve("restart");
        java.nio.file.Files.createDirectories(own);
        BuildServer before = BuildServer.start(own);
        Repo repo = before.project(
                "again", "stages: [a, b]\none: {stage: a, script: [echo]}\ntwo: {stage: b, script: [echo]}\n");
        long id = before.awaitPipeline(repo, 0).id();
        ScriptedRunner runner = before.runner();
        Given running = runner.takeAndStart();
        runner.patch(running, 0, "half".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        before.close();

        try (BuildServer after = BuildServer.start(own)) {
            ScriptedRunner same = new ScriptedRunner(after.server().uri(), runner.token(), runner.id());
            assertThat(same.patch(running, 4, "half".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                            .statusCode())
                    .isEqualTo(202);
            assertThat(same.finish(running, "success", "halfhalf".getBytes(java.nio.charset.StandardCharsets.UTF_8), "")
                            .statusCode())
                    .isEqualTo(200);
            same.run("", "success", "");
            assertThat(after.pipeline(id).status()).isEqualTo(JobStatus.SUCCESS);
        }
    }

    private static JobRecord job(long pipelineId, String name) {
        return build.jobs(pipelineId).stream()
                .filter(job -> job.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> statuses(long pipelineId) {
        return build.jobs(pipelineId).stream().map(job -> job.status().wire()).toList();
    }
}
