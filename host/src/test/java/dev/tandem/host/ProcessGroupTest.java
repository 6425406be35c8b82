package dev.tandem.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tandem.testkit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProcessGroupTest {
    private static final int UID = 60_602;
    private static final Duration SOON = Duration.ofSeconds(10);

    /** Says "ready" when all of it runs; each sleeps under a number that no other test uses. */
    private static final String STUBBORN_FAMILY = """
            trap '' TERM
            sleep 86401 &
            (setsid sh -c "trap '' TERM; sleep 86401; sleep 86402" &) &
            echo ready
            while :; do sleep 86403; done
            """;

    @TempDir
    Path folder;

    private final List<ProcessGroup> started = new ArrayList<>();

    @AfterEach
    void killAll() {
        started.forEach(ProcessGroup::kill);
    }

    static Stream<Sandbox> sandboxesOften() {
        return Stream.generate(ProcessGroupTest::sandboxes).limit(10).flatMap(Function.identity());
    }

    static Stream<Sandbox> sandboxes() {
        return Stream.concat(
                Stream.of(new UnsafeSandbox(Sandbox.Strength.UNSAFE)),
                Sandbox.detect(false) instanceof SandboxDetection.Available available
                        ? Stream.of(available.sandbox())
                        : Stream.of());
    }

    @ParameterizedTest
    @MethodSource("sandboxes")
    void exitCodeAndOutputAreTheCommands(Sandbox sandbox) throws IOException {
        var group = start(sandbox, "echo out; echo err >&2; exit 7");
        assertThat(new String(group.output().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("out\nerr\n");
        assertThat(group.awaitExit(SOON)).isEqualTo(OptionalInt.of(7));
    }

    @ParameterizedTest
    @MethodSource("sandboxes")
    void sigtermReachesTheCommandWhichMayEndInOrder(Sandbox sandbox) throws IOException {
        var group = start(sandbox, "trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.05; done");
        readLine(group);
        assertThat(group.terminate(SOON)).isEqualTo(new ProcessGroup.KillOutcome.Gone());
        assertThat(group.exitCode()).isEqualTo(OptionalInt.of(3));
        // The shell may tell of its sleep that was ended too.
        assertThat(new String(group.output().readAllBytes(), StandardCharsets.UTF_8))
                .endsWith("bye\n");
    }

    @ParameterizedTest
    @MethodSource("sandboxes")
    void whoIgnoresSigtermOrIsForkedTwiceIsGoneAfterwards(Sandbox sandbox) throws IOException {
        var group = start(sandbox, STUBBORN_FAMILY);
        readLine(group);
        assertThat(new GroupMembers(group.identity()).all()).hasSizeGreaterThan(2);
        assertThat(group.terminate(Duration.ofMillis(100))).isEqualTo(new ProcessGroup.KillOutcome.Gone());
        assertThat(group.alive()).isFalse();
        assertThat(new GroupMembers(group.identity()).all()).isEmpty();
    }

    /** Some of these are killed while they become another program, when they carry no mark. */
    @ParameterizedTest
    @MethodSource("sandboxesOften")
    void whatACommandLeftBehindIsKilledToo(Sandbox sandbox) throws IOException {
        var group = start(sandbox, "setsid sleep 86404 >/dev/null 2>&1 & echo ready");
        readLine(group);
        assertThat(group.awaitExit(SOON)).isEqualTo(OptionalInt.of(0));
        assertThat(group.kill()).isEqualTo(new ProcessGroup.KillOutcome.Gone());
        assertThat(new GroupMembers(group.identity()).all()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("sandboxes")
    void groupIsFoundAgainByItsWrittenIdentity(Sandbox sandbox) throws IOException {
        var group = start(sandbox, "echo ready; sleep 86405");
        readLine(group);
        var identity = GroupIdentity.parse(group.identity().line()).orElseThrow();
        assertThat(identity).isEqualTo(group.identity());
        var adopted = ProcessGroup.adopt(identity).orElseThrow();
        assertThat(adopted.alive()).isTrue();
        assertThat(adopted.terminate(SOON)).isEqualTo(new ProcessGroup.KillOutcome.Gone());
        assertThat(adopted.alive()).isFalse();
        assertThat(ProcessGroup.adopt(identity)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("sandboxes")
    void recordIsEnoughToKillAGroupEvenWhenItsFirstProcessWasNotYetKnown(Sandbox sandbox) throws IOException {
        var record = folder.resolve("record");
        var launch = sandbox.prepare(spec(work()), List.of("/bin/sh", "-c", "echo ready; sleep 86407"));
        var group = ProcessGroup.start(launch, Output.PIPE, record);
        started.add(group);
        readLine(group);
        assertThat(ProcessGroup.recorded(record)).contains(group.identity());
        var early = new ProcessIdentity(0, 0, group.identity().outermost().bootId());
        ProcessGroup.killLeftovers(new GroupIdentity(early, group.identity().mark(), 0));
        assertThat(group.awaitExit(SOON)).isPresent();
    }

    @ParameterizedTest
    @MethodSource("sandboxes")
    void sameNumberInAnotherBootOrWithAnotherStartIsNotOurs(Sandbox sandbox) throws IOException {
        var group = start(sandbox, "echo ready; sleep 86406");
        readLine(group);
        var real = group.identity().outermost();
        var otherBoot = new ProcessIdentity(real.pid(), real.startTicks(), "00000000-0000-0000-0000-000000000000");
        var otherStart = new ProcessIdentity(real.pid(), real.startTicks() - 1, real.bootId());
        assertThat(otherBoot.alive()).isFalse();
        assertThat(otherStart.alive()).isFalse();
        var mark = group.identity().mark();
        ProcessGroup.killLeftovers(new GroupIdentity(otherBoot, mark, 0));
        assertThat(group.alive()).isTrue();
        assertThat(ProcessGroup.killLeftovers(new GroupIdentity(otherStart, mark, 0)))
                .isEqualTo(new ProcessGroup.KillOutcome.Gone());
        assertThat(group.awaitExit(SOON)).isPresent();
    }

    @ParameterizedTest
    @MethodSource("sandboxes")
    void exitCodeIsRecordedForThoseWhoComeLater(Sandbox sandbox) throws IOException {
        var work = work();
        var file = folder.resolve("exit");
        var launch = sandbox.prepare(spec(work), List.of("/bin/sh", "-c", "exit 9"));
        var group = ProcessGroup.start(launch.recordingExit(file), Output.appendTo(folder.resolve("log")));
        started.add(group);
        assertThat(group.awaitExit(SOON)).isEqualTo(OptionalInt.of(9));
        assertThat(file).hasContent("9\n");
    }

    @ParameterizedTest
    @MethodSource("sandboxes")
    void termGoesThroughTheShimToTheCommand(Sandbox sandbox) throws IOException {
        var log = folder.resolve("log");
        var script = "trap 'echo bye; exit 4' TERM; echo ready; while :; do sleep 0.05; done";
        var launch = sandbox.prepare(spec(work()), List.of("/bin/sh", "-c", script));
        var group = ProcessGroup.start(launch.recordingExit(folder.resolve("exit")), Output.appendTo(log));
        started.add(group);
        Await.until("the script", () -> Files.readString(log).contains("ready"));
        assertThat(group.terminate(SOON)).isEqualTo(new ProcessGroup.KillOutcome.Gone());
        assertThat(log).content().endsWith("bye\n");
        assertThat(folder.resolve("exit")).hasContent("4\n");
    }

    private ProcessGroup start(Sandbox sandbox, String script) throws IOException {
        var group = ProcessGroup.start(sandbox.prepare(spec(work()), List.of("/bin/sh", "-c", script)), Output.PIPE);
        started.add(group);
        return group;
    }

    private Path work() throws IOException {
        var work = Files.createDirectory(folder.resolve("work"));
        if (Ownership.possible()) {
            Ownership.give(work, UID);
        }
        return work;
    }

    private static SandboxSpec spec(Path work) {
        assumeTrue(HostPrograms.find("setsid").isPresent(), "setsid is needed: apt-get install util-linux");
        return SandboxSpec.of(UID, work).withEnvironment(Map.of("PATH", "/usr/bin:/bin"));
    }

    private static String readLine(ProcessGroup group) throws IOException {
        var line = new StringBuilder();
        for (var read = group.output().read();
                read >= 0 && read != '\n';
                read = group.output().read()) {
            line.append((char) read);
        }
        return line.toString();
    }
}
