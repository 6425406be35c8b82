package dev.tandem.runner;

import static dev.tandem.runner.FakeCoordinator.awaitEnd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tandem.host.Launch;
import dev.tandem.host.Output;
import dev.tandem.host.ProcessGroup;
import dev.tandem.host.Sandbox;
import dev.tandem.host.SandboxDetection;
import dev.tandem.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runner as a process of its own, and what is left when it is killed. */
class RunnerProcessTest {
    @TempDir
    Path folder;

    @Test
    void successorEndsWhatAKilledRunnerLeftAndTakesJobsAgain() throws Exception {
        if (Sandbox.detect(false) instanceof SandboxDetection.Refused(var reason, var mend)) {
            assumeTrue(false, reason + " " + mend);
        }
        try (var coordinator = new FakeCoordinator()) {
            var first = startRunner(coordinator);
            var lost = coordinator.give(Payload.job(1, "echo ready", "(setsid sleep 1005 &)", "sleep 1005")
                    .withoutSources()
                    .build());
            Await.until("the script", () -> lost.text().contains("\nready\n"));
            Await.until("its processes", () -> TandemRunnerTest.markedProcesses("sleep 1005") == 2);
            first.destroyForcibly().waitFor();
            // A real coordinator gives a job again that nobody acknowledged; this one would lose it to the dead.
            Await.until("the dead runner's poll", () -> coordinator.held.get() == 0);
            var second = startRunner(coordinator);
            var next = awaitEnd(coordinator.give(
                    Payload.job(2, "echo again").withoutSources().build()));
            assertThat(next.state()).isEqualTo("success");
            assertThat(TandemRunnerTest.markedProcesses("sleep 1005")).isZero();
            assertThat(lost.finished()).isFalse();
            second.destroy();
            assertThat(second.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void unsandboxedLeftoversAreFoundByTheirRecords() throws IOException {
        var record = folder.resolve("0.group");
        var launch = Launch.bare(
                List.of("/bin/sh", "-c", "(setsid sleep 1006 &); sleep 1006"), Map.of("PATH", "/usr/bin:/bin"));
        var group = ProcessGroup.start(launch, Output.appendTo(folder.resolve("log")), record);
        try {
            Await.until("both", () -> TandemRunnerTest.markedProcesses("sleep 1006") >= 2);
            Leftovers.end(folder);
            assertThat(group.awaitExit(Duration.ofSeconds(10))).isPresent();
            assertThat(TandemRunnerTest.markedProcesses("sleep 1006")).isZero();
            assertThat(record).doesNotExist();
        } finally {
            group.kill();
        }
    }

    @Test
    void damagedRecordDoesNotStopTheStart() throws IOException {
        Files.writeString(folder.resolve("0.group"), "123 half");
        Leftovers.end(folder);
        assertThat(folder).isEmptyDirectory();
    }

    private Process startRunner(FakeCoordinator coordinator) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var builder = new ProcessBuilder(
                java,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                RunnerMain.class.getName(),
                "--url",
                coordinator.url().toString(),
                "--work",
                folder.resolve("runner").toString());
        builder.environment().put("TANDEM_RUNNER_TOKEN", FakeCoordinator.TOKEN);
        return builder.redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("out").toFile()))
                .start();
    }
}
