package dev.tandem.runner;

import static dev.tandem.runner.FakeCoordinator.awaitEnd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tandem.host.ArchiveLimits;
import dev.tandem.host.Archives;
import dev.tandem.host.Sandbox;
import dev.tandem.host.SandboxDetection;
import dev.tandem.host.UnpackOutcome;
import dev.tandem.testkit.Await;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TandemRunnerTest {
    private static final SandboxDetection DETECTION = Sandbox.detect(false);

    @TempDir
    Path folder;

    private FakeCoordinator coordinator;
    private TandemRunner runner;

    @BeforeEach
    void startBoth() throws IOException {
        if (DETECTION instanceof SandboxDetection.Refused(var reason, var mend)) {
            assumeTrue(false, reason + " " + mend);
        }
        coordinator = new FakeCoordinator();
        runner = new TandemRunner(config().withConcurrency(2));
        runner.start();
    }

    @AfterEach
    void stopBoth() {
        runner.close();
        coordinator.close();
    }

    private RunnerConfig config() {
        return RunnerConfig.of(
                coordinator.url(), FakeCoordinator.TOKEN, "s_test", folder.resolve("runner"), DETECTION.orThrow());
    }

    @Test
    void successIsReportedWithTheWholeLog() {
        var job = awaitEnd(coordinator.give(Payload.job(1, "echo hello", "echo $((40 + 2))")
                .withoutSources()
                .build()));
        assertThat(job.state()).isEqualTo("success");
        assertThat(job.last().has("exit_code")).isFalse();
        assertThat(job.text())
                .contains("Running with tandem-runner")
                .contains("\u001b[32;1m$ echo hello\u001b[0;m\nhello\n")
                .contains("42\n")
                .containsPattern("section_start:[0-9]+:step_script\r\u001b\\[0K")
                .containsPattern("section_end:[0-9]+:step_script\r\u001b\\[0K")
                .endsWith("Job succeeded\u001b[0;m\n");
        assertThat(job.updates.getFirst().path("state").asString()).isEqualTo("running");
        assertThat(job.updates.getFirst().path("output").isEmpty()).isTrue();
    }

    @Test
    void exitCodeOfTheScriptIsReported() {
        var job = awaitEnd(coordinator.give(
                Payload.job(1, "(exit 7)", "echo never").withoutSources().build()));
        assertThat(job.state()).isEqualTo("failed");
        assertThat(job.last().path("failure_reason").asString()).isEqualTo("script_failure");
        assertThat(job.last().path("exit_code").asInt()).isEqualTo(7);
        assertThat(job.text()).doesNotContain("\nnever").contains("Job failed: exit code 7");
    }

    @Test
    void failureInsideAPipelineIsAFailure() {
        var job = awaitEnd(
                coordinator.give(Payload.job(1, "false | cat").withoutSources().build()));
        assertThat(job.state()).isEqualTo("failed");
    }

    @Test
    void firstLineArrivesWhileTheJobRuns() {
        var job = coordinator.give(Payload.job(1, "echo first-line", "while [ ! -e stop ]; do sleep 0.02; done")
                .withoutSources()
                .build());
        Await.until("the first line", () -> job.text().contains("\nfirst-line\n"));
        assertThat(job.finished()).isFalse();
        job.status = "canceling";
        awaitEnd(job);
    }

    @Test
    void chattyJobIsHeardAFewTimesASecond() {
        var job = awaitEnd(coordinator.give(Payload.job(1, "for i in $(seq 1 150); do echo line $i; sleep 0.01; done")
                .withoutSources()
                .build()));
        assertThat(job.text()).contains("line 1\n").contains("line 150\n");
        assertThat(job.patchTimes).hasSizeLessThan(30);
    }

    @Test
    void environmentIsTheProtocols() {
        var job = awaitEnd(coordinator.give(Payload.job(
                        1,
                        "echo dir=$CI_PROJECT_DIR pwd=$PWD",
                        "echo \"greeting=$GREETING raw=$RAW none=[$UNSET]\"",
                        "echo file=$(cat \"$KEY_FILE\")",
                        "stat -c %a $KEY_FILE",
                        "echo MADE=here >> \"$GITLAB_ENV\"")
                .step("release", "echo made=$MADE")
                .withoutSources()
                .variable("NAME", "world")
                .variable("GREETING", "hello $NAME ${NAME}! $$5 $nobody.")
                .file("KEY_FILE", "-----KEY-----\n")
                .build()));
        var project = folder.resolve("runner/builds/0/acme/shop");
        assertThat(job.state()).isEqualTo("success");
        assertThat(job.text())
                .contains("dir=" + project + " pwd=" + project + "\n")
                .contains("greeting=hello world world! $5 . raw= none=[]\n")
                .contains("file=-----KEY-----\n")
                .contains("\n600\n")
                .contains("made=here\n");
    }

    @Test
    void afterScriptRunsInAShellOfItsOwnAndKnowsTheStatus() {
        var job = awaitEnd(coordinator.give(Payload.job(1, "own=x", "exit 3")
                .step("after_script", "echo status=$CI_JOB_STATUS own=[$own]", "exit 9")
                .withoutSources()
                .build()));
        assertThat(job.text()).contains("status=failed own=[]\n");
        assertThat(job.last().path("exit_code").asInt()).isEqualTo(3);
    }

    @Test
    void gracefulCancelStopsTheScriptAndCleansUp() {
        var job = coordinator.give(Payload.job(1, "echo ready", "sleep 1000")
                .step("after_script", "echo status=$CI_JOB_STATUS")
                .withoutSources()
                .build());
        Await.until("the script", () -> job.text().contains("\nready\n"));
        job.status = "canceling";
        awaitEnd(job);
        assertThat(job.text()).contains("status=canceled\n").contains("Job failed: canceled");
        assertThat(job.last().path("failure_reason").asString()).isEqualTo("job_canceled");
        assertThat(markedProcesses("sleep 1000")).isZero();
    }

    @Test
    void forcedCancelStopsEverythingAndSaysNoMore() {
        var job = coordinator.give(Payload.job(1, "trap '' TERM", "echo ready", "while :; do sleep 1001; done")
                .step("after_script", "echo after-was-here")
                .withoutSources()
                .build());
        Await.until("the script", () -> job.text().contains("\nready\n"));
        job.status = "canceled";
        Await.until("the end", () -> runner.jobs() == 0);
        assertThat(job.text()).doesNotContain("\nafter-was-here");
        assertThat(job.finished()).isFalse();
        assertThat(markedProcesses("sleep 1001")).isZero();
    }

    @Test
    void jobTakenBackBeforeItsAcknowledgementIsNotRun() {
        var payload = Payload.job(1, "touch /tmp/x").withoutSources().build();
        var taken = coordinator.give(payload, "canceled");
        var next = awaitEnd(
                coordinator.give(Payload.job(2, "echo next").withoutSources().build()));
        assertThat(next.state()).isEqualTo("success");
        assertThat(taken.updates).isEmpty();
        assertThat(taken.text()).isEmpty();
    }

    @Test
    void timeOutKillsWhoeverIgnoresSigtermOrForksTwice() {
        var job = awaitEnd(coordinator.give(Payload.job(
                        1,
                        "trap '' TERM",
                        "(setsid sh -c \"trap '' TERM; while :; do sleep 1002; done\" &) &",
                        "echo waiting",
                        "while :; do sleep 1002; done")
                .step("after_script", "echo status=$CI_JOB_STATUS")
                .with("runner_info", Map.of("timeout", 1))
                .withoutSources()
                .build()));
        assertThat(job.last().path("failure_reason").asString()).isEqualTo("job_execution_timeout");
        assertThat(job.text()).contains("status=failed\n").contains("its limit of 1 seconds");
        assertThat(markedProcesses("sleep 1002")).isZero();
    }

    @Test
    void forkBombIsBoundedAndGoneAfterwards() {
        var job = awaitEnd(coordinator.give(Payload.job(
                        1,
                        "bomb() { sleep 1003 & [ $1 -gt 0 ] && { bomb $(($1-1)) & bomb $(($1-1)) & }; }; bomb 6; echo lit")
                .withoutSources()
                .build()));
        assertThat(job.text()).contains("\nlit\n");
        Await.until("no process left", () -> markedProcesses("sleep 1003") == 0);
    }

    @Test
    void otherFoldersAreOutOfReach() throws IOException {
        var secret = folder.resolve("secret");
        Files.writeString(secret, "s3cr3t-content");
        Files.createDirectories(folder.resolve("runner/builds/1/acme/other"));
        Files.writeString(folder.resolve("runner/builds/1/acme/other/theirs"), "their-content");
        var job = awaitEnd(coordinator.give(Payload.job(
                        1,
                        "cat " + secret + " || echo no-secret",
                        "cat " + folder + "/runner/builds/1/acme/other/theirs || echo no-other",
                        "ls -A " + folder + "/runner " + folder + "/runner/builds/* || true",
                        "ls " + folder + "/runner/cache || echo no-cache",
                        "id -u")
                .withoutSources()
                .build()));
        assertThat(job.text())
                .contains("\nno-secret\n")
                .contains("\nno-other\n")
                .contains("\nno-cache\n")
                .doesNotContain("s3cr3t-content")
                .doesNotContain("their-content");
        assertThat(Files.readString(secret)).isEqualTo("s3cr3t-content");
    }

    @Test
    void jobsAtTheSameTimeHaveFoldersAndUsersOfTheirOwn() {
        var wait = "while [ ! -e go ] && [ $SECONDS -lt 1 ]; do sleep 0.02; done";
        var first = coordinator.give(Payload.job(1, "echo uid=$(id -u) dir=$PWD", wait)
                .withoutSources()
                .build());
        var second = coordinator.give(Payload.job(2, "echo uid=$(id -u) dir=$PWD", wait)
                .withoutSources()
                .build());
        awaitEnd(first);
        awaitEnd(second);
        var uid = java.util.regex.Pattern.compile("\nuid=(\\d+) dir=(\\S+)");
        var one = uid.matcher(first.text());
        var two = uid.matcher(second.text());
        assertThat(one.find() && two.find()).isTrue();
        assertThat(one.group(2)).isNotEqualTo(two.group(2));
        if (dev.tandem.host.Ownership.possible()) {
            assertThat(one.group(1)).isNotEqualTo(two.group(1));
        }
    }

    @Test
    void maskedValuesNeverLeaveTheRunner() {
        var job = awaitEnd(coordinator.give(Payload.job(
                        1,
                        "printf pass; sleep 0.2; printf word-; printf '1234 again password-1234.\\n'",
                        "echo $CI_JOB_TOKEN glpat-abcdefghij")
                .masked("SECRET", "password-1234")
                .variable("CI_JOB_TOKEN", "glcbt-job-token-1")
                .withoutSources()
                .build()));
        assertThat(job.text())
                .contains("\n[MASKED] again [MASKED].\n")
                .contains("\n[MASKED] glpat-[MASKED]\n")
                .doesNotContain("password")
                .doesNotContain("word-1234");
    }

    @Test
    void lostAnswersAndLostBytesAreMadeGood() {
        var payload = Payload.job(1, "for i in $(seq 1 40); do echo line $i; sleep 0.02; done; echo tail")
                .withoutSources()
                .build();
        var job = coordinator.give(payload);
        synchronized (job) {
            job.answersToLose = 1;
            job.forgetDownTo = 50;
            job.checksumMismatchOnce = true;
        }
        awaitEnd(job);
        assertThat(job.state()).isEqualTo("success");
        var lines = job.text().lines().filter(line -> line.startsWith("line ")).toList();
        assertThat(lines).hasSize(40).doesNotHaveDuplicates();
    }

    @Test
    void finalReportIsRepeated() {
        var job = coordinator.give(Payload.job(1, "echo x").withoutSources().build());
        synchronized (job) {
            job.finalAnswersToRefuse = 1;
        }
        awaitEnd(job);
        assertThat(job.state()).isEqualTo("success");
    }

    @Test
    void artifactsAndReportsAreUploaded() throws IOException {
        var artifacts = List.of(
                Map.of(
                        "name", "build-$CI_JOB_ID",
                        "paths", List.of("out/", "*.txt"),
                        "exclude", List.of("**/*.tmp"),
                        "artifact_type", "archive",
                        "artifact_format", "zip",
                        "expire_in", "7 days"),
                Map.of(
                        "name", "junit.xml",
                        "paths", List.of("reports/**/*.xml"),
                        "when", "always",
                        "artifact_type", "junit",
                        "artifact_format", "gzip"),
                Map.of("paths", List.of("out"), "when", "on_failure"));
        var job = awaitEnd(coordinator.give(Payload.job(
                        5,
                        "mkdir -p out/deep reports/a; echo 1 > out/deep/one; echo t > out/x.tmp; echo 2 > two.txt",
                        "echo '<a/>' > reports/a/a.xml; echo '<b/>' > reports/b.xml; ln -s /etc/passwd out/link")
                .withoutSources()
                .variable("CI_JOB_ID", "5")
                .with("artifacts", artifacts)
                .build()));
        assertThat(job.state()).isEqualTo("success");
        assertThat(job.uploads)
                .containsOnlyKeys(
                        "build-5.zip?expire_in=7+days&artifact_format=zip&artifact_type=archive",
                        "junit.xml.gz?artifact_format=gzip&artifact_type=junit");
        var zip = folder.resolve("got.zip");
        Files.write(zip, job.uploads.get("build-5.zip?expire_in=7+days&artifact_format=zip&artifact_type=archive"));
        var got = Files.createDirectory(folder.resolve("got"));
        // The link is packed as one, and unpacking refuses where it leads: nothing of the host was read.
        assertThat(Archives.unpackZip(zip, got, ArchiveLimits.DEFAULT))
                .isEqualTo(new UnpackOutcome.Refused("out/link", "a link leads outside"));
        assertThat(got.resolve("out/deep/one")).hasContent("1");
        assertThat(got.resolve("out/x.tmp")).doesNotExist();
        var junit = new GZIPInputStream(
                new ByteArrayInputStream(job.uploads.get("junit.xml.gz?artifact_format=gzip&artifact_type=junit")));
        assertThat(new String(junit.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("<a/>\n<b/>\n");
    }

    @Test
    void artifactsOfOtherJobsAreLaidOverTheWorkingCopy() throws IOException {
        coordinator.serveArtifacts(90, FakeCoordinator.zip("lib/a.txt", "made earlier"));
        var job = awaitEnd(coordinator.give(Payload.job(1, "cat lib/a.txt; echo; touch lib/mine")
                .withoutSources()
                .with("dependencies", List.of(dependency(90)))
                .build()));
        assertThat(job.text()).contains("\nmade earlier\n");
        assertThat(job.state()).isEqualTo("success");
    }

    @Test
    void hostileArtifactsFailTheJobAndHarmNobody() throws IOException {
        coordinator.serveArtifacts(90, FakeCoordinator.zip("../../evil", "x"));
        var job = awaitEnd(coordinator.give(Payload.job(1, "echo never")
                .withoutSources()
                .with("dependencies", List.of(dependency(90)))
                .build()));
        assertThat(job.state()).isEqualTo("failed");
        assertThat(job.text()).contains("refused because of \"../../evil\": an entry's path leads upwards");
        try (var files = Files.walk(folder)) {
            assertThat(files.filter(file -> file.endsWith("evil"))).isEmpty();
        }
    }

    @Test
    void plantedLinkDoesNotLeadArtifactsOutside() throws IOException {
        var outside = Files.createDirectory(folder.resolve("outside"));
        awaitEnd(coordinator.give(Payload.job(1, "rm -rf lib; ln -s " + outside + " lib")
                .withoutSources()
                .build()));
        coordinator.serveArtifacts(90, FakeCoordinator.zip("lib/a.txt", "x"));
        awaitEnd(coordinator.give(Payload.job(2, "true")
                .withoutSources()
                .with("dependencies", List.of(dependency(90)))
                .build()));
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void cacheComesBackInTheNextJob() {
        var cache = List.of(Map.of("key", "deps-$NAME", "paths", List.of(".deps")));
        var first = awaitEnd(coordinator.give(Payload.job(1, "mkdir .deps; echo cached > .deps/x; ls -A")
                .variable("GIT_STRATEGY", "empty")
                .variable("NAME", "main")
                .with("cache", cache)
                .build()));
        assertThat(first.text()).contains("No cache \"deps-main\" yet").contains("Saved the cache \"deps-main\"");
        var second = awaitEnd(coordinator.give(Payload.job(2, "cat .deps/x")
                .variable("GIT_STRATEGY", "empty")
                .variable("NAME", "main")
                .with("cache", cache)
                .build()));
        assertThat(second.text()).contains("Restored the cache \"deps-main\"").contains("\ncached\n");
    }

    @Test
    void logBeyondItsLimitIsCutAndTheJobGoesOn() throws IOException {
        runner.close();
        runner = new TandemRunner(config().withOutputLimitBytes(5_000));
        runner.start();
        var job = awaitEnd(coordinator.give(
                Payload.job(1, "seq 1 100000; exit 4").withoutSources().build()));
        assertThat(job.text()).contains("passed its limit of 5000 bytes").hasSizeLessThan(5_300);
        assertThat(job.last().path("exit_code").asInt()).isEqualTo(4);
    }

    @Test
    void fullDiskFailsTheJobWhichIsStillReported() throws IOException {
        Files.createSymbolicLink(folder.resolve("runner/logs/1.log"), Path.of("/dev/full"));
        var job = awaitEnd(
                coordinator.give(Payload.job(1, "echo x").withoutSources().build()));
        assertThat(job.state()).isEqualTo("failed");
        assertThat(job.last().path("failure_reason").asString()).isEqualTo("runner_system_failure");
        assertThat(awaitEnd(coordinator.give(
                                Payload.job(2, "echo x").withoutSources().build()))
                        .state())
                .isEqualTo("success");
    }

    @Test
    void imageIsSaidToBeIgnored() {
        var job = awaitEnd(coordinator.give(Payload.job(1, "true")
                .withoutSources()
                .with("image", Map.of("name", "eclipse-temurin:25"))
                .build()));
        assertThat(job.text()).contains("the image \"eclipse-temurin:25\" is ignored");
    }

    @Test
    void stoppingTheRunnerReportsItsJobsAsInterrupted() {
        var job = coordinator.give(
                Payload.job(1, "echo ready", "sleep 1004").withoutSources().build());
        Await.until("the script", () -> job.text().contains("\nready\n"));
        runner.close();
        assertThat(job.state()).isEqualTo("failed");
        assertThat(job.last().path("failure_reason").asString()).isEqualTo("runner_interrupted");
        assertThat(markedProcesses("sleep 1004")).isZero();
    }

    @Test
    void secondRunnerInTheSameFolderIsRefused() {
        var second = new TandemRunner(config());
        org.assertj.core.api.Assertions.assertThatThrownBy(second::start)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another runner uses the folder");
        second.close();
    }

    private static Map<String, Object> dependency(long id) {
        return Map.of(
                "id",
                id,
                "token",
                "t",
                "name",
                "build",
                "artifacts_file",
                Map.of("filename", "artifacts.zip", "size", 1));
    }

    /** Processes of this host whose command line is this. */
    static long markedProcesses(String commandLine) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").endsWith(commandLine))
                .count();
    }
}
