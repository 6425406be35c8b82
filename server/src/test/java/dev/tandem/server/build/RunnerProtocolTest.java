package dev.tandem.server.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.RunningServer;
import dev.tandem.server.build.BuildServer.Repo;
import dev.tandem.server.build.ScriptedRunner.Given;
import dev.tandem.server.build.logs.JobLogs;
import dev.tandem.server.build.runners.JobQueue;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.testkit.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The acceptance table of the runner protocol (section 14), with a scripted runner against a real server. */
class RunnerProtocolTest {
    private static final String ONE_JOB = "hello:\n  script: [echo hello]\n";

    @TempDir
    static Path folder;

    private static BuildServer build;

    @BeforeAll
    static void start() {
        build = BuildServer.start(folder);
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
    void verifyTellsTheIdAndRemembersEachMachine() {
        ScriptedRunner runner = build.runner();

        HttpResponse<String> answer = runner.verify("s_one");
        runner.verify("s_two");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/json");
        assertThat(answer.body()).contains("\"id\":" + runner.id()).contains("\"token_expires_at\":null");
        assertThat(runner.delete("/runners/managers", "{\"token\":\"" + runner.token() + "\",\"system_id\":\"s_two\"}")
                        .statusCode())
                .isEqualTo(204);
        assertThat(new ScriptedRunner(build.server().uri(), "glrt-nobody", 1)
                        .verify("s")
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void anEmptyQueueAnswersAtOnceWithItsVersion() {
        HttpResponse<String> answer = build.runner().ask(Optional.empty());

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.headers().firstValue("X-GitLab-Last-Update")).isPresent();
        assertThat(new ScriptedRunner(build.server().uri(), "glrt-nobody", 1)
                        .ask(Optional.empty())
                        .statusCode())
                .isEqualTo(403);
        assertThat(build.runner().get("/runners/router/discovery").statusCode()).isEqualTo(501);
    }

    @Test
    void aHeldRequestGetsAJobThatIsQueuedLater() throws Exception {
        ScriptedRunner runner = build.runner();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Given> held = threads.submit(runner::take);
            Await.until("the runner waits", () -> queue().waitingRunners() == 1);

            build.project("held", ONE_JOB);

            Given job = held.get();
            assertThat(job.payload().get("job_info").get("name").asString()).isEqualTo("hello");
        }
    }

    @Test
    void aProjectAtItsLimitLetsOthersGoFirstAndGoesOnAsItsJobsEnd() {
        Repo limited = build.project("limited", """
                one: {script: [echo]}
                two: {script: [echo]}
                three: {script: [echo]}
                """);
        Await.until("three jobs wait", () -> queue().size() == 3);
        String limit = "/api/tandem/v1/projects/" + limited.id() + "/job_limit";
        assertThat(root("PUT", limit, "{\"own_limit\":-1}")).contains("from 0 (no limit)");
        root("PUT", limit, "{\"own_limit\":1}");
        Repo other = build.project("unlimited", ONE_JOB);
        Await.until("four jobs wait", () -> queue().size() == 4);
        ScriptedRunner runner = build.runner();

        Given first = runner.takeAndStart();
        Given second = runner.takeAndStart();

        assertThat(project(first)).isEqualTo(limited.id());
        assertThat(project(second)).isEqualTo(other.id());
        assertThat(runner.ask(Optional.empty()).statusCode()).isEqualTo(204);
        assertThat(root("GET", limit, null)).contains("\"limit\":1", "\"running\":1", "\"full\":true");
        long waiting = build.jobs(build.awaitPipeline(limited, 0).id()).stream()
                .filter(job -> job.status() == JobStatus.PENDING && job.id() != first.id())
                .findFirst()
                .orElseThrow()
                .id();
        RunningServer.Browser browser = build.server().browser();
        browser.signIn("root", RunningServer.PASSWORD);
        String page = "/root/limited/-/jobs/" + waiting;
        assertThat(browser.get(page).body()).contains("Waits because", "run as may at once: 1 of 1");
        assertThat(browser.get("/-/admin/runners", "Accept-Language", "zh-CN").body())
                .contains("root/limited", "最多 1 个");

        runner.finishTaken(first, "", "success", "");
        Given third = runner.takeAndStart();
        assertThat(project(third)).isEqualTo(limited.id());
        assertThat(runner.ask(Optional.empty()).statusCode()).isEqualTo(204);

        browser.post("/-/admin/runners", "/-/admin/runners/limits", "project", "root/limited", "jobs", "");
        assertThat(project(runner.takeAndStart())).isEqualTo(limited.id());
        assertThat(root("GET", limit, null)).contains("\"limit\":0", "\"own_limit\":null");
    }

    private static long project(Given job) {
        return job.payload().get("job_info").get("project_id").asLong();
    }

    private static String root(String method, String path, String json) {
        return build.server().ask(method, path, RunningServer.TOKEN, json).body();
    }

    @Test
    void closingAHeldRequestConsumesNoJob() throws Exception {
        ScriptedRunner gone = build.runner();
        String body = gone.askBody(Optional.of("0"));
        try (Socket socket =
                new Socket(build.server().uri().getHost(), build.server().uri().getPort())) {
            socket.getOutputStream()
                    .write(("POST /api/v4/jobs/request HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.UTF_8));
            Await.until("the runner waits", () -> queue().waitingRunners() == 1);
        }
        build.project("closing", ONE_JOB);

        Given job = build.runner().take();

        assertThat(build.job(job.id()).runnerId()).isNotEqualTo(gone.id());
    }

    @Test
    void aJobIsTypedStrictlyAndComesWithoutAQueueVersion() {
        Repo repo = build.project("typed", """
                test:
                  variables: {COUNT: "3"}
                  before_script: [echo before]
                  script: [echo $COUNT]
                  after_script: [echo after]
                  artifacts: {paths: [out], expire_in: 2 days, reports: {junit: t.xml}}
                """);
        PipelineRecord pipeline = build.awaitPipeline(repo, 0);

        HttpResponse<String> answer = build.runner().ask(Optional.empty());

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/json");
        assertThat(answer.headers().firstValue("X-GitLab-Last-Update")).isEmpty();
        var payload = ScriptedRunner.given(answer).payload();
        assertThat(payload.get("id").isIntegralNumber()).isTrue();
        assertThat(payload.get("runner_info").get("timeout").isIntegralNumber()).isTrue();
        assertThat(payload.has("run")).isFalse();
        assertThat(payload.get("variables")).allSatisfy(variable -> {
            assertThat(variable.get("value").isString()).isTrue();
            assertThat(variable.get("masked").isBoolean()).isTrue();
        });
        assertThat(payload.get("git_info").get("refspecs").get(0).asString())
                .isEqualTo("+refs/pipelines/%d:refs/pipelines/%d".formatted(pipeline.id(), pipeline.id()));
        assertThat(payload.get("steps").get(0).get("script").toString()).isEqualTo("[\"echo before\",\"echo $COUNT\"]");
        assertThat(payload.get("steps").get(1).get("name").asString()).isEqualTo("after_script");
        assertThat(payload.get("artifacts").toString()).contains("\"expire_in\":\"2 days\"", "\"junit\"", "\"gzip\"");
        assertThat(variable(payload, "CI_COMMIT_SHA")).isEqualTo(pipeline.sha());
        assertThat(variable(payload, "CI_JOB_TOKEN")).startsWith("glcbt-");
        assertThat(variable(payload, "COUNT")).isEqualTo("3");
    }

    @Test
    void ofManyRunnersThatRaceEachJobGoesToOne() throws Exception {
        StringBuilder config = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            config.append("job").append(i).append(":\n  script: [echo]\n");
        }
        build.project("race", config.toString());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Long>> asks = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                ScriptedRunner runner = build.runner();
                asks.add(() -> runner.takeAndStart().id());
            }
            Set<Long> given = new HashSet<>();
            for (Future<Long> one : threads.invokeAll(asks)) {
                assertThat(given.add(one.get())).isTrue();
            }
            assertThat(given).hasSize(20);
        }
    }

    @Test
    void logChunksAreAppendedRefusedAndRewritten() {
        build.project("log", ONE_JOB);
        ScriptedRunner runner = build.runner();
        Given job = runner.takeAndStart();
        byte[] a = "a".repeat(100).getBytes(StandardCharsets.UTF_8);
        byte[] b = "b".repeat(100).getBytes(StandardCharsets.UTF_8);
        byte[] c = "c".repeat(100).getBytes(StandardCharsets.UTF_8);

        assertThat(runner.patch(job, 0, a).statusCode()).isEqualTo(202);
        HttpResponse<String> second = runner.patch(job, 100, b);
        HttpResponse<String> gap = runner.patch(job, 300, c);
        HttpResponse<String> again = runner.patch(job, 100, c);

        assertThat(second.statusCode()).isEqualTo(202);
        assertThat(second.headers().firstValue("Range")).contains("0-200");
        assertThat(second.headers().firstValue("Job-Status")).contains("running");
        assertThat(gap.statusCode()).isEqualTo(416);
        assertThat(gap.headers().firstValue("Range")).contains("0-200");
        assertThat(again.statusCode()).isEqualTo(202);
        assertThat(new String(logs().read(job.id(), 0, 1000), StandardCharsets.UTF_8))
                .isEqualTo("a".repeat(100) + "c".repeat(100));
    }

    @Test
    void oneResultIsTakenAndALogThatDiffersIsAskedForAgain() {
        build.project("result", ONE_JOB);
        ScriptedRunner runner = build.runner();
        Given job = runner.takeAndStart();
        byte[] log = "hello\n".getBytes(StandardCharsets.UTF_8);
        runner.patch(job, 0, "hullo\n".getBytes(StandardCharsets.UTF_8));

        assertThat(runner.finish(job, "success", log, "").statusCode()).isEqualTo(412);
        runner.patch(job, 0, log);
        assertThat(runner.finish(job, "success", log, "").statusCode()).isEqualTo(200);
        assertThat(runner.finish(job, "success", log, "").statusCode()).isEqualTo(200);
        assertThat(runner.finish(job, "failed", log, "").statusCode()).isEqualTo(403);
        assertThat(runner.patch(job, 6, log).statusCode()).isEqualTo(403);
        assertThat(build.job(job.id()).status()).isEqualTo(JobStatus.SUCCESS);
        Await.until("the log is archived", () -> build.job(job.id()).logArchived());
        assertThat(logs().tail(job.id(), 100)).isEqualTo(log);
    }

    @Test
    void exitCodesDecideRetryAndAllowedFailure() {
        Repo repo = build.project("codes", """
                flaky:
                  script: [exit 7]
                  allow_failure: {exit_codes: [7]}
                  retry: {max: 1, exit_codes: [7]}
                """);
        long pipeline = build.awaitPipeline(repo, 0).id();
        ScriptedRunner runner = build.runner();

        runner.run("", "failed", ",\"failure_reason\":\"script_failure\",\"exit_code\":7");
        assertThat(build.jobs(pipeline).getFirst().attempt()).isEqualTo(2);
        runner.run("", "failed", ",\"failure_reason\":\"script_failure\",\"exit_code\":7");

        assertThat(build.jobs(pipeline).getFirst().exitCode()).isEqualTo(7);
        assertThat(build.jobs(pipeline).getFirst().allowFailure()).isTrue();
        assertThat(build.pipeline(pipeline).status()).isEqualTo(JobStatus.SUCCESS);
        assertThat(build.pipeline(pipeline).warnings()).isTrue();
    }

    @Test
    void cancelIsGracefulFirstAndForcedTheSecondTime() {
        build.project("cancel", ONE_JOB);
        ScriptedRunner runner = build.runner();
        Given job = runner.takeAndStart();

        cancel(job.id());
        HttpResponse<String> heartbeat = runner.put(job, "running", "");
        assertThat(heartbeat.statusCode()).isEqualTo(200);
        assertThat(heartbeat.headers().firstValue("Job-Status")).contains("canceling");
        assertThat(runner.patch(job, 0, "after\n".getBytes(StandardCharsets.UTF_8))
                        .statusCode())
                .isEqualTo(202);
        runner.put(job, "failed", "");
        assertThat(build.job(job.id()).status()).isEqualTo(JobStatus.CANCELED);

        build.project("force", ONE_JOB);
        Given other = runner.takeAndStart();
        cancel(other.id());
        cancel(other.id());
        assertThat(runner.put(other, "running", "").statusCode()).isEqualTo(403);
        assertThat(runner.patch(other, 0, "x".getBytes(StandardCharsets.UTF_8)).statusCode())
                .isEqualTo(403);
    }

    @Test
    void artifactsTravelByteForByteAndOnlyToDependants() throws IOException {
        Repo repo = build.project("artifacts", """
                stages: [build, test]
                compile: {stage: build, script: [echo], artifacts: {paths: [out]}}
                check: {stage: test, script: [echo], dependencies: [compile]}
                alone: {stage: test, script: [echo], dependencies: []}
                """);
        long pipeline = build.awaitPipeline(repo, 0).id();
        ScriptedRunner runner = build.runner();
        Given compile = runner.takeAndStart();
        byte[] archive = new byte[200_000];
        new java.util.Random(7).nextBytes(archive);

        assertThat(runner.upload(
                                compile,
                                "?artifact_format=zip&artifact_type=archive&expire_in=7%20days",
                                "artifacts.zip",
                                archive)
                        .statusCode())
                .isEqualTo(201);
        assertThat(runner.upload(
                                compile,
                                "?artifact_format=gzip&artifact_type=junit",
                                "junit.xml.gz",
                                gzip("<testsuite><testcase name='a'/></testsuite>"))
                        .statusCode())
                .isEqualTo(201);
        runner.finishTaken(compile, "", "success", "");
        Given one = runner.takeAndStart();
        Given two = runner.takeAndStart();
        Given check = build.job(one.id()).name().equals("check") ? one : two;
        Given alone = check == one ? two : one;

        HttpResponse<byte[]> direct = runner.download(compile.id(), check.token(), "?direct_download=true");
        assertThat(direct.statusCode()).isEqualTo(200);
        assertThat(direct.body()).isEqualTo(archive);
        assertThat(runner.download(compile.id(), check.token(), "?").body()).isEqualTo(archive);
        assertThat(runner.download(compile.id(), alone.token(), "").statusCode())
                .isEqualTo(403);
        assertThat(runner.download(compile.id(), "glcbt-foreign", "").statusCode())
                .isEqualTo(403);
        assertThat(check.payload()
                        .get("dependencies")
                        .get(0)
                        .get("artifacts_file")
                        .get("size")
                        .asLong())
                .isEqualTo(archive.length);
        assertThat(runner.upload(compile, "", "late.zip", archive).statusCode()).isEqualTo(403);
        assertThat(build.pipeline(pipeline).status()).isEqualTo(JobStatus.RUNNING);
    }

    @Test
    void dotenvReportsBecomeVariablesOfDependants() throws IOException {
        build.project("dotenv", """
                stages: [build, test]
                version: {stage: build, script: [echo], artifacts: {reports: {dotenv: v.env}}}
                use: {stage: test, script: [echo]}
                """);
        ScriptedRunner runner = build.runner();
        Given version = runner.takeAndStart();
        runner.upload(
                version,
                "?artifact_format=gzip&artifact_type=dotenv",
                ".env.gz",
                gzip("VERSION=1.2.3\nNAME=\"x y\"\n"));
        runner.finishTaken(version, "", "success", "");

        Given use = runner.take();

        assertThat(variable(use.payload(), "VERSION")).isEqualTo("1.2.3");
        assertThat(variable(use.payload(), "NAME")).isEqualTo("x y");
    }

    @Test
    void tokensOfOtherJobsAreRefused() {
        build.project("foreign", "a: {script: [echo]}\nb: {script: [echo]}\n");
        ScriptedRunner runner = build.runner();
        Given a = runner.takeAndStart();
        Given b = runner.takeAndStart();
        Given mixed = new Given(a.id(), b.token(), a.payload());

        assertThat(runner.put(mixed, "success", "").statusCode()).isEqualTo(403);
        assertThat(runner.patch(mixed, 0, new byte[] {1}).statusCode()).isEqualTo(403);
        assertThat(runner.upload(mixed, "", "x.zip", new byte[] {1}).statusCode())
                .isEqualTo(403);
        assertThat(build.job(a.id()).status()).isEqualTo(JobStatus.RUNNING);
    }

    /** Two runners, each with a job of a project of its own: neither's tokens say anything about the other's job. */
    @Test
    void aRunnerHasNoWayToTheJobOfAnother() throws IOException {
        build.project("mine", "mine: {script: [echo], artifacts: {paths: [out]}}\n");
        ScriptedRunner owner = build.runner();
        Given job = owner.takeAndStart();
        byte[] archive = {1, 2, 3};
        assertThat(owner.upload(job, "", "mine.zip", archive).statusCode()).isEqualTo(201);
        assertThat(owner.patch(job, 0, new byte[] {65}).statusCode()).isEqualTo(202);
        build.project("theirs", "theirs: {script: [echo]}\n");
        ScriptedRunner thief = build.runner();

        Given own = thief.takeAndStart();
        assertThat(own.id()).isNotEqualTo(job.id());
        assertThat(thief.ask(Optional.empty()).statusCode())
                .as("a job that is taken")
                .isEqualTo(204);
        for (String token : List.of(own.token(), thief.token(), owner.token(), "", "glcbt-guess")) {
            Given stolen = new Given(job.id(), token, job.payload());
            for (String state : List.of("running", "success", "failed")) {
                assertThat(thief.put(stolen, state, "").statusCode()).isEqualTo(403);
            }
            assertThat(thief.patch(stolen, 0, new byte[] {66}).statusCode()).isEqualTo(403);
            assertThat(thief.upload(stolen, "", "evil.zip", new byte[] {9}).statusCode())
                    .isEqualTo(403);
            assertThat(thief.download(job.id(), token, "").statusCode()).isEqualTo(403);
        }

        assertThat(build.job(job.id()).status()).isEqualTo(JobStatus.RUNNING);
        assertThat(logs().tail(job.id(), 10)).isEqualTo(new byte[] {65});
        assertThat(owner.download(job.id(), job.token(), "").body()).isEqualTo(archive);
        assertThat(owner.finish(job, "success", new byte[] {65}, "").statusCode())
                .isEqualTo(200);
    }

    @Test
    void aJobGoesOnlyToARunnerWithItsTags() {
        build.project("tags", "tagged: {script: [echo], tags: [gpu]}\n");

        assertThat(build.runner().ask(Optional.empty()).statusCode()).isEqualTo(204);
        assertThat(build.runner("gpu", "linux").take().id()).isPositive();
    }

    private static String variable(tools.jackson.databind.JsonNode payload, String key) {
        String value = "";
        for (var variable : payload.get("variables")) {
            if (variable.get("key").asString().equals(key)) {
                value = variable.get("value").asString();
            }
        }
        return value;
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private void cancel(long jobId) {
        var database = build.server().bean(dev.tandem.server.platform.Database.class);
        database.write(tx -> {
            build.server().bean(Jobs.class).cancel(tx, jobId);
            return jobId;
        });
    }

    private JobQueue queue() {
        return build.server().bean(JobQueue.class);
    }

    private JobLogs logs() {
        return build.server().bean(JobLogs.class);
    }
}
