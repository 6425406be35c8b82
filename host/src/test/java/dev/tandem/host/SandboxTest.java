package dev.tandem.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxTest {
    private static final int UID = 60_601;
    private static final SandboxDetection DETECTION = Sandbox.detect(false);

    @TempDir
    Path data;

    private Sandbox sandbox;
    private Path work;

    @BeforeEach
    void openSandbox() throws IOException {
        if (DETECTION instanceof SandboxDetection.Refused(var reason, var mend)) {
            assumeTrue(false, reason + " " + mend);
        }
        sandbox = DETECTION.orThrow();
        // As a data folder is: nobody but its owner may even enter it.
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
        Files.writeString(data.resolve("secret"), "key of everything");
        work = Files.createDirectory(data.resolve("work"));
        give(work);
    }

    @Test
    void jobIsAnUnprivilegedUserWithoutCapabilities() throws IOException {
        var answer = run("id -u; grep CapEff /proc/self/status; grep NoNewPrivs /proc/self/status");
        assertThat(answer.lines())
                .containsExactly(String.valueOf(ownUid()), "CapEff:\t0000000000000000", "NoNewPrivs:\t1");
    }

    @Test
    void onlyItsOwnFolderIsWritableAndTheDataFolderIsNotSeen() throws IOException {
        var answer = run(
                "echo mine > here && cat here; ls -A " + data + "; cat " + data
                        + "/secret 2>&1; ls /root /home 2>&1 | grep -c 'No such file'; touch /x /usr/x 2>&1 | grep -c -e 'Read-only' -e 'denied'");
        assertThat(answer.lines())
                .containsExactly("mine", "work", "cat: " + data + "/secret: No such file or directory", "2", "2");
    }

    @Test
    void itsFilesBelongToItsUid() throws IOException {
        run("echo x > file");
        assertThat(Files.getAttribute(work.resolve("file"), "unix:uid")).isEqualTo(ownUid());
    }

    @Test
    void accountsOfTheHostAreNotSeen() throws IOException {
        assertThat(run("cut -d: -f1 /etc/passwd; id -un; ls /etc/shadow 2>&1 | grep -c 'No such'")
                        .lines())
                .containsExactly("root", "tandem", "nobody", "tandem", "1");
    }

    @Test
    void processesOfTheHostAreNotSeen() throws IOException {
        assertThat(run("ls /proc | grep -c '^[0-9]'").strip()).isIn("3", "4", "5");
        assertThat(run("kill -0 " + ProcessHandle.current().pid() + " 2>&1 || echo refused"))
                .contains("refused");
    }

    @Test
    void readablePathsAreReadOnlyEvenBelowAClosedFolder() throws IOException {
        var tools = Files.createDirectory(data.resolve("tools"));
        Files.writeString(tools.resolve("tool"), "hammer");
        var spec = spec().withReadable(List.of(tools, data.resolve("secret")));
        assertThat(run(
                        spec,
                        "cat " + tools + "/tool; cat " + data + "/secret; echo x > " + tools + "/tool || echo refused"))
                .startsWith("hammerkey of everything")
                .endsWith("refused\n");
    }

    @Test
    void environmentIsExactlyWhatWasGiven() throws IOException {
        var spec = spec().withEnvironment(Map.of("PATH", "/usr/bin:/bin", "A", "line 1\nline 2 $x 'q'"));
        assertThat(run(spec, "env | grep -v -e ^PWD -e ^SHLVL -e ^_= | sort"))
                .isEqualTo("A=line 1\nPATH=/usr/bin:/bin\nline 2 $x 'q'\n");
    }

    @Test
    void hostileVariablesDoNotReachTheProgramsThatBuildTheSandbox() throws IOException {
        // Were it loaded outside, the loader would complain about this file once for each program on the way in.
        var spec = spec().withEnvironment(Map.of("PATH", "/usr/bin:/bin", "LD_PRELOAD", work + "/evil.so"));
        assertThat(run(spec, ":").lines().filter(line -> line.contains("evil.so")))
                .hasSize(1);
    }

    @Test
    void variablesAreNotInTheArgumentsWhichEverybodyCanRead() throws IOException {
        var launch = sandbox.prepare(spec().withEnvironment(Map.of("SECRET", "pa55")), List.of("true"));
        assertThat(launch.argv()).noneMatch(argument -> argument.contains("pa55"));
        assertThat(launch.environment().toString()).doesNotContain("pa55");
    }

    @Test
    void ownTmpFolderIsOnDiskWhenAsked() throws IOException {
        var tmp = Files.createDirectory(data.resolve("tmp"));
        give(tmp);
        run(spec().withTmp(tmp), "echo x > /tmp/file; echo y > /var/tmp/other");
        assertThat(tmp.resolve("file")).hasContent("x");
        assertThat(tmp.resolve("other")).hasContent("y");
    }

    @Test
    void withoutNetworkOnlyLoopbackIsThere() throws IOException {
        assertThat(run(spec().withoutNetwork(), "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '"))
                .isEqualTo("lo\n");
    }

    @Test
    void unsafeIsOnlyForThoseWhoAllowedIt() {
        assertThat(Sandbox.detect(true).orThrow().strength()).isEqualTo(Sandbox.Strength.ISOLATED);
        assertThat(new UnsafeSandbox(Sandbox.Strength.UNSAFE).strength()).isEqualTo(Sandbox.Strength.UNSAFE);
    }

    private SandboxSpec spec() {
        return SandboxSpec.of(UID, work).withEnvironment(Map.of("PATH", "/usr/bin:/bin"));
    }

    private String run(String script) throws IOException {
        return run(spec(), script);
    }

    private String run(SandboxSpec spec, String script) throws IOException {
        var group = ProcessGroup.start(sandbox.prepare(spec, List.of("/bin/sh", "-c", script)), Output.PIPE);
        try {
            var output = new String(group.output().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(group.awaitExit(Duration.ofSeconds(10))).isPresent();
            return output;
        } finally {
            group.kill();
        }
    }

    private static void give(Path folder) throws IOException {
        if (Ownership.possible()) {
            Ownership.give(folder, UID);
        }
    }

    private static int ownUid() throws IOException {
        return Ownership.possible() ? UID : Caller.current().uid();
    }
}
