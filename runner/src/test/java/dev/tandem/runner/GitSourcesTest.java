package dev.tandem.runner;

import static dev.tandem.runner.FakeCoordinator.awaitEnd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tandem.host.Sandbox;
import dev.tandem.host.SandboxDetection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitSourcesTest {
    private static final SandboxDetection DETECTION = Sandbox.detect(false);

    @TempDir
    Path folder;

    private FakeCoordinator coordinator;
    private TandemRunner runner;
    private Path source;

    @BeforeEach
    void startBoth() throws IOException, InterruptedException {
        if (DETECTION instanceof SandboxDetection.Refused(var reason, var mend)) {
            assumeTrue(false, reason + " " + mend);
        }
        coordinator = new FakeCoordinator();
        coordinator.repositories = Files.createDirectories(folder.resolve("repositories"));
        Files.createDirectories(folder.resolve("repositories/acme"));
        git(
                folder,
                "init",
                "-q",
                "--bare",
                "-b",
                "main",
                folder.resolve("repositories/acme/shop.git").toString());
        source = folder.resolve("source");
        git(folder, "clone", "-q", folder.resolve("repositories/acme/shop.git").toString(), source.toString());
        runner = new TandemRunner(RunnerConfig.of(
                        coordinator.url(),
                        FakeCoordinator.TOKEN,
                        "s_test",
                        folder.resolve("runner"),
                        DETECTION.orThrow())
                .withConcurrency(1));
        runner.start();
    }

    @AfterEach
    void stopBoth() {
        runner.close();
        coordinator.close();
    }

    @Test
    void commitIsCheckedOutAndTheCopyCleanedForTheNextJob() throws IOException, InterruptedException {
        var one = commit("one");
        commit("two");
        var three = commit("three");
        var first = run(
                1, three, 2, "cat file", "git log --oneline | wc -l", "touch junk; echo x > .gitignore; mkdir -p a/b");
        assertThat(first.text())
                .contains("\nthree\n")
                .contains("\n2\n")
                .contains("Checking out " + three.substring(0, 8) + " as detached HEAD (ref is main)...");
        var second =
                run(2, one, 0, "cat file", "git status --porcelain --ignored | wc -l", "git log --oneline | wc -l");
        assertThat(second.state()).isEqualTo("success");
        assertThat(second.text()).contains("\none\n").contains("\n0\n").contains("\n1\n");
    }

    @Test
    void credentialsAreInNoFileButScriptsMayFetch() throws IOException, InterruptedException {
        var sha = commit("one");
        var job = run(
                1,
                sha,
                5,
                "git fetch -q origin && echo fetched",
                "grep -r job-token .git || echo nowhere",
                "env | grep GIT_CONFIG_VALUE_0");
        assertThat(job.text())
                .contains("\nfetched\n")
                .contains("\nnowhere\n")
                .contains("Authorization: Basic [MASKED]");
        assertThat(job.state()).isEqualTo("success");
    }

    @Test
    void whatAJobPlantsForGitIsNotExecutedInTheNext() throws IOException, InterruptedException {
        var sha = commit("one");
        run(
                1,
                sha,
                5,
                "mkdir -p .git/hooks; printf '#!/bin/sh\\necho planted\\n' > .git/hooks/post-checkout; chmod +x .git/hooks/post-checkout",
                "git config core.fsmonitor 'echo planted >&2; false'",
                "git config filter.x.smudge 'echo planted'; mkdir -p .git/info; echo '* filter=x' > .git/info/attributes");
        var next = commit("two");
        var second = run(2, next, 5, "cat file");
        assertThat(second.state()).isEqualTo("success");
        assertThat(second.text()).contains("\ntwo\n").doesNotContain("planted");
    }

    @Test
    void brokenWorkingCopyIsMadeAnew() throws IOException, InterruptedException {
        var sha = commit("one");
        run(1, sha, 5, "rm -rf .git/objects; echo broken > .git/HEAD; touch .git/index.lock");
        var second = run(2, sha, 5, "cat file");
        assertThat(second.state()).isEqualTo("success");
        assertThat(second.text()).contains("\none\n");
    }

    @Test
    void cloneBeginsWithAnEmptyFolder() throws IOException, InterruptedException {
        var sha = commit("one");
        run(1, sha, 5, "touch .git/mine");
        var payload = payload(2, sha, 5, "ls .git/mine || echo anew").variable("GIT_STRATEGY", "clone");
        assertThat(awaitEnd(coordinator.give(payload.build())).text()).contains("\nanew\n");
    }

    @Test
    void missingCommitFailsTheJobWithItsReason() throws IOException, InterruptedException {
        commit("one");
        var job = run(1, "4b825dc642cb6eb9a060e54bf8d69288fbee4904", 5, "echo never");
        assertThat(job.state()).isEqualTo("failed");
        assertThat(job.text()).contains("The sources could not be fetched").doesNotContain("\nnever\n");
    }

    private FakeCoordinator.SeenJob run(long id, String sha, int depth, String... script) {
        return awaitEnd(coordinator.give(payload(id, sha, depth, script).build()));
    }

    private Payload payload(long id, String sha, int depth, String... script) {
        var url = coordinator.url().toString().replace("http://", "http://" + GitHttp.USER + "@") + "/acme/shop.git";
        return Payload.job(id, script).sources(url, sha, depth, "+refs/heads/main:refs/remotes/origin/main");
    }

    private String commit(String content) throws IOException, InterruptedException {
        Files.writeString(source.resolve("file"), content + "\n");
        git(source, "add", "file");
        git(source, "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", content);
        git(source, "push", "-q", "origin", "HEAD:refs/heads/main");
        return git(source, "rev-parse", "HEAD").strip();
    }

    private static String git(Path in, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command)
                .directory(in.toFile())
                .redirectErrorStream(true)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
