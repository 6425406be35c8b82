package dev.tandem.server.build;

import static dev.tandem.server.platform.tables.Tables.JOBS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.RunningServer;
import dev.tandem.server.build.BuildServer.Repo;
import dev.tandem.server.build.ScriptedRunner.Given;
import dev.tandem.server.build.downstream.Downstreams;
import dev.tandem.server.build.logs.JobLogs;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.PipelineStore;
import dev.tandem.server.platform.Database;
import dev.tandem.testkit.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Trigger jobs, on a real server with a runner that the tests play. */
class DownstreamTest {
    @TempDir
    static Path folder;

    private static BuildServer build;
    private static RunningServer.Browser browser;

    @BeforeAll
    static void start() {
        build = BuildServer.start(folder);
        browser = build.server().browser();
        browser.signIn("root", RunningServer.PASSWORD);
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
    void aChildPipelineRunsAndItsParentEndsAsItEnds() {
        Repo repo = build.project("family", "root: {script: [echo]}\n");
        repo.write("child.yml", "inner: {script: [echo], variables: {SEEN: \"$TOLD $GIVEN\"}}\n");
        repo.write(".gitlab-ci.yml", """
                stages: [a, b]
                variables: {GIVEN: "for $CI_COMMIT_REF_NAME"}
                child:
                  stage: a
                  variables: {TOLD: hello}
                  trigger: {include: child.yml, strategy: depend}
                after: {stage: b, script: [echo]}
                """);
        long first = build.awaitPipeline(repo, 0).id();
        repo.push("child");
        PipelineRecord parent = build.awaitPipeline(repo, first);

        PipelineRecord child = downstream(parent, "child");
        assertThat(child.source()).isEqualTo("parent_pipeline");
        assertThat(child.sha()).isEqualTo(parent.sha());
        await(parent, "running", "created");
        String page = browser.get("/root/family/-/pipelines/" + parent.id()).body();
        assertThat(page)
                .contains(
                        "Child pipeline #" + child.id(),
                        "id=\"job-" + build.jobs(child.id()).getFirst().id() + "\"");
        assertThat(browser.get("/root/family/-/pipelines/" + child.id()).body())
                .contains("Triggered by", "root/family #" + parent.id());
        assertThat(browser.get("/root/family/-/jobs/" + bridge(parent, "child").id())
                        .body())
                .contains("/-/pipelines/" + child.id());
        Given job = build.runner().takeAndStart();
        assertThat(variable(job, "SEEN")).isEqualTo("hello for main");
        assertThat(variable(job, "CI_PIPELINE_SOURCE")).isEqualTo("parent_pipeline");
        build.runner().finishTaken(job, "", "success", "");

        await(parent, "success", "pending");
        assertThat(build.pipelines(repo.id())).extracting(PipelineRecord::id).doesNotContain(child.id());
    }

    @Test
    void aPipelineOfAnotherProjectIsTriggeredWithoutWaiting() {
        Repo other = build.project(
                "deploys", "spec: {inputs: {place: {}}}\n---\n\"to $[[ inputs.place ]]\": {script: [echo]}\n");
        Repo repo = build.project("triggers", """
                bridge: {trigger: {project: root/deploys, branch: main, inputs: {place: here}}}
                """);
        PipelineRecord up = build.awaitPipeline(repo, 0);

        await(up, "success");
        PipelineRecord down = downstream(up, "bridge");
        assertThat(down.projectId()).isEqualTo(other.id());
        afterACrashBeforeTheJobKnew(bridge(up, "bridge"));
        assertThat(build.pipelines(other.id())).hasSize(2);
        assertThat(bridge(up, "bridge").status()).isEqualTo(JobStatus.SUCCESS);
        assertThat(down.source()).isEqualTo("pipeline");
        assertThat(build.jobs(down.id())).extracting(JobRecord::name).containsExactly("to here");
        JsonNode bridges = api("/projects/" + repo.id() + "/pipelines/" + up.id() + "/bridges");
        assertThat(bridges.get(0).get("name").asString()).isEqualTo("bridge");
        assertThat(bridges.get(0).get("downstream_pipeline").get("id").asLong()).isEqualTo(down.id());
        assertThat(bridges.get(0).get("downstream_pipeline").get("web_url").asString())
                .endsWith("/root/deploys/-/pipelines/" + down.id());
        assertThat(api("/projects/" + repo.id() + "/pipelines/" + up.id() + "/jobs"))
                .isEmpty();
    }

    @Test
    void aProjectThatMovedIsIncludedAndTriggeredByItsOldAddress() {
        Repo moved = build.project("was-here", "there: {script: [echo]}\n");
        moved.write("ci/shared.yml", "shared: {script: [echo]}\n");
        moved.push("a file for others");
        assertThat(build.server()
                        .api("PUT", "/projects/" + moved.id(), RunningServer.TOKEN, "{\"path\":\"is-there\"}")
                        .statusCode())
                .isEqualTo(200);

        Repo repo = build.project("remembers", """
                include: {project: root/was-here, file: ci/shared.yml}
                bridge: {trigger: {project: root/was-here}}
                """);
        PipelineRecord up = build.awaitPipeline(repo, 0);

        assertThat(up.problems()).isEmpty();
        assertThat(build.jobs(up.id())).extracting(JobRecord::name).contains("shared");
        Await.until("the bridge is done", () -> bridge(up, "bridge").status() == JobStatus.SUCCESS);
        assertThat(downstream(up, "bridge").projectId()).isEqualTo(moved.id());
    }

    @Test
    void aGeneratedFileOfAnEarlierJobIsAPipelineOnceThatJobIsDone() throws IOException {
        Repo repo = build.project("generated", """
                generate: {stage: build, script: [echo], artifacts: {paths: [gen]}}
                child: {trigger: {include: [{artifact: gen/made.yml, job: generate}], strategy: mirror}}
                """);
        PipelineRecord up = build.awaitPipeline(repo, 0);
        ScriptedRunner runner = build.runner();
        Given job = runner.takeAndStart();
        runner.upload(
                job,
                "",
                "artifacts.zip",
                zip("gen/made.yml", "by-hand: {script: [echo], when: manual, allow_failure: false}\n"));
        runner.finishTaken(job, "", "success", "");

        PipelineRecord down = downstream(up, "child");
        await(up, "success", "manual");
        assertThat(build.pipeline(up.id()).status()).isEqualTo(JobStatus.MANUAL);
        JobRecord hand = build.jobs(down.id()).getFirst();
        assertThat(post("/projects/" + repo.id() + "/jobs/"
                        + bridge(up, "child").id() + "/play"))
                .isEqualTo(400);
        post("/projects/" + repo.id() + "/jobs/" + hand.id() + "/play");
        await(up, "success", "running");
        runner.run("", "failed", ",\"failure_reason\":\"script_failure\",\"exit_code\":1");
        await(up, "success", "failed");
        post("/projects/" + repo.id() + "/jobs/" + hand.id() + "/retry");
        await(up, "success", "running");
        runner.run("", "success", "");
        await(up, "success", "success");
        Await.until("the pipeline's end", () -> build.pipeline(up.id()).status() == JobStatus.SUCCESS);
    }

    @Test
    void whatCannotBeTriggeredFailsTheJobAndSaysWhy() {
        build.project("loop", "again: {trigger: {project: root/loop}}\n");
        Repo repo = build.project("refused", """
                nowhere: {trigger: root/nowhere}
                no-branch: {trigger: {project: root/loop, branch: gone}}
                no-file: {trigger: {include: gone.yml}}
                no-jobs: {trigger: {include: empty.yml}}
                no-artifact: {needs: [], trigger: {include: [{artifact: x.yml, job: nowhere-made}]}}
                nowhere-made: {script: [echo], artifacts: {paths: [x]}}
                """);
        repo.write("empty.yml", "a: {script: [echo], rules: [{if: $NEVER}]}\n");
        long first = build.awaitPipeline(repo, 0).id();
        repo.push("empty");
        PipelineRecord up = build.awaitPipeline(repo, first);

        Await.until(
                "all trigger jobs failed",
                () -> build.jobs(up.id()).stream()
                        .filter(JobRecord::bridge)
                        .allMatch(job -> job.status() == JobStatus.FAILED));
        assertThat(bridge(up, "nowhere").failureReason()).isEqualTo("downstream_bridge_project_not_found");
        assertThat(log(up, "nowhere")).contains("'root/nowhere' does not exist here, or root may not see it");
        assertThat(log(up, "no-branch")).contains("root/loop has no branch or tag 'gone'");
        assertThat(bridge(up, "no-file").failureReason()).isEqualTo("downstream_pipeline_creation_failed");
        assertThat(downstream(up, "no-file").problems().getFirst().oneLine())
                .isEqualTo(".gitlab-ci.yml:3:1: the included file 'gone.yml' does not exist");
        assertThat(log(up, "no-jobs")).contains("made no pipeline: the rules of all jobs keep them out");
        assertThat(log(up, "no-artifact")).contains("left no artifacts");
    }

    @Test
    void pipelinesThatTriggerEachOtherComeToAnEnd() {
        Repo repo = build.project("circle", "again: {trigger: {project: root/circle}}\n");
        build.awaitPipeline(repo, 0);

        PipelineRecord last = Await.value(
                "the loop's end",
                () -> build.pipelines(repo.id()).stream()
                        .filter(pipeline -> pipeline.status() == JobStatus.FAILED)
                        .findFirst());

        assertThat(build.jobs(last.id()).getFirst().failureReason()).isEqualTo("pipeline_loop_detected");
        assertThat(build.pipelines(repo.id())).hasSize(2);
    }

    @Test
    void childrenAreTwoLevelsDeepAtMost() {
        Repo repo = build.project("deep", "a: {script: [echo]}\n");
        repo.write(".gitlab-ci.yml", "down: {trigger: {include: .gitlab-ci.yml, strategy: depend}}\n");
        long first = build.awaitPipeline(repo, 0).id();
        repo.push("deep");
        PipelineRecord top = build.awaitPipeline(repo, first);

        Await.until(
                "the failure arrives at the top", () -> build.pipeline(top.id()).status() == JobStatus.FAILED);
        PipelineRecord grandchild = downstream(downstream(top, "down"), "down");
        assertThat(bridge(grandchild, "down").failureReason()).isEqualTo("reached_max_descendant_pipelines_depth");
        assertThat(grandchild.rootId()).isEqualTo(top.id());
    }

    @Test
    void cancelingTheParentEndsItsChildrenAndANewerPushDoesToo() {
        Repo repo = build.project("cancels", "a: {script: [echo]}\n");
        repo.write("child.yml", "inner: {script: [echo], interruptible: true}\n");
        repo.write(".gitlab-ci.yml", "child: {trigger: {include: child.yml}}\n");
        long first = build.awaitPipeline(repo, 0).id();
        repo.push("child");
        PipelineRecord parent = build.awaitPipeline(repo, first);
        await(parent, "success");
        PipelineRecord child = downstream(parent, "child");

        post("/projects/" + repo.id() + "/pipelines/" + parent.id() + "/cancel");
        Await.until("its child is canceled", () -> build.pipeline(child.id()).status() == JobStatus.CANCELED);

        repo.push("again");
        PipelineRecord second = build.awaitPipeline(repo, parent.id());
        await(second, "success");
        PipelineRecord another = downstream(second, "child");
        assertThat(build.jobs(another.id()).getFirst().status()).isEqualTo(JobStatus.PENDING);
    }

    /** The pipeline is there, the job still waits for it, and is told again. */
    private static void afterACrashBeforeTheJobKnew(JobRecord bridge) {
        build.server()
                .bean(Database.class)
                .write(tx -> tx.sql()
                        .update(JOBS)
                        .set(JOBS.STATUS, "pending")
                        .where(JOBS.ID.eq(bridge.id()))
                        .execute());
        build.server().bean(Downstreams.class).start(bridge.id());
        build.server().bean(Downstreams.class).start(bridge.id());
    }

    @Test
    void parallelJobsAreOneNodeThatUnfolds() {
        Repo repo = build.project("matrix", """
                m: {script: [echo], parallel: {matrix: [{OS: [linux, mac], V: ["1", "2"]}]}}
                n: {script: [echo], needs: [m], parallel: 2}
                """);
        PipelineRecord pipeline = build.awaitPipeline(repo, 0);

        String page = browser.get("/root/matrix/-/pipelines/" + pipeline.id()).body();

        assertThat(page).contains("<span class=\"name\">m</span><span class=\"detail\">0 of 4</span>", "m: [linux, 1]");
        assertThat(page.split("job-group", -1)).hasSize(3);
    }

    private static PipelineRecord downstream(PipelineRecord up, String bridge) {
        long job = bridge(up, bridge).id();
        return Await.value(
                "the pipeline of " + bridge,
                () -> build.server()
                        .bean(Database.class)
                        .read(sql -> build.server().bean(PipelineStore.class).ofUpstreamJob(sql, job))
                        .filter(PipelineRecord::complete));
    }

    private static JobRecord bridge(PipelineRecord up, String name) {
        return build.jobs(up.id()).stream()
                .filter(job -> job.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void await(PipelineRecord pipeline, String... statuses) {
        Await.until(
                "jobs are " + String.join(", ", statuses),
                () -> statuses(pipeline).equals(List.of(statuses)));
    }

    private static List<String> statuses(PipelineRecord pipeline) {
        return build.jobs(pipeline.id()).stream()
                .map(job -> job.status().wire())
                .toList();
    }

    private static String log(PipelineRecord up, String bridge) {
        return new String(
                build.server().bean(JobLogs.class).read(bridge(up, bridge).id(), 0, 10_000), StandardCharsets.UTF_8);
    }

    private static String variable(Given job, String key) {
        Optional<String> value = Optional.empty();
        for (JsonNode each : job.payload().get("variables")) {
            if (each.get("key").asString().equals(key)) {
                value = Optional.of(each.get("value").asString());
            }
        }
        return value.orElse("(none)");
    }

    private static byte[] zip(String name, String content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(content.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static JsonNode api(String path) {
        return JsonMapper.builder()
                .build()
                .readTree(build.server()
                        .api("GET", path, RunningServer.TOKEN, null)
                        .body());
    }

    private static int post(String path) {
        return build.server().api("POST", path, RunningServer.TOKEN, null).statusCode();
    }
}
