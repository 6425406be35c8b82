package dev.tandem.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Finds out which sandbox works here by starting a process in it and looking at what that process is. */
final class SandboxProbe {
    /** Between the uids that Debian, systemd and homed give away; jobs and services use their own parts of it. */
    private static final int PROBE_UID = 60_600;

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String ASK =
            "id -u; grep -E '^Cap(Eff|Bnd):' /proc/self/status; touch ./probe && echo written; ls /root 2>/dev/null";

    private SandboxProbe() {}

    static SandboxDetection detect(boolean unsafeAllowed) {
        var isolated = isolated();
        if (isolated instanceof SandboxDetection.Refused refused && unsafeAllowed) {
            return new SandboxDetection.Available(
                    new UnsafeSandbox(Sandbox.Strength.UNSAFE),
                    "UNSAFE: processes run as the user of Tandem itself. " + refused.reason() + " " + refused.mend());
        }
        return isolated;
    }

    private static SandboxDetection isolated() {
        try {
            var caller = Caller.current();
            for (var name : caller.root() ? List.of("bwrap", "setpriv", "unshare", "prlimit") : List.of("bwrap")) {
                if (HostPrograms.find(name).isEmpty()) {
                    return missing(name);
                }
            }
            var sandbox = new BubblewrapSandbox(caller, programs(), EtcView.paths());
            return judge(caller, sandbox);
        } catch (IOException e) {
            return new SandboxDetection.Refused(
                    "No sandbox could be tried: " + e.getMessage() + ".", "Tandem isolates processes on Linux only.");
        }
    }

    private static SandboxDetection missing(String program) {
        var packageName = program.equals("bwrap") ? "bubblewrap" : "util-linux";
        return new SandboxDetection.Refused(
                "Processes cannot be isolated: the program \"" + program + "\" is not installed.",
                "Install it (Debian, Ubuntu: apt-get install " + packageName + "; Fedora: dnf install " + packageName
                        + ") and start again.");
    }

    private static BubblewrapSandbox.Programs programs() {
        return new BubblewrapSandbox.Programs(
                path("sh"), path("bwrap"), path("setpriv"), path("unshare"), path("prlimit"));
    }

    private static Path path(String name) {
        return HostPrograms.find(name).orElse(Path.of("/usr/bin", name));
    }

    private static SandboxDetection judge(Caller caller, Sandbox sandbox) throws IOException {
        var folder = Files.createTempDirectory(
                "tandem-probe", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try {
            var expected = caller.root() ? PROBE_UID : caller.uid();
            if (caller.root()) {
                Ownership.give(folder, PROBE_UID);
            }
            var spec =
                    SandboxSpec.of(PROBE_UID, folder).withEnvironment(Map.of("PATH", "/usr/local/bin:/usr/bin:/bin"));
            var answer = answer(sandbox.prepare(spec, List.of("sh", "-c", ASK)));
            return answer.equals(wanted(expected)) ? available(caller, sandbox) : failed(answer);
        } finally {
            Files.deleteIfExists(folder.resolve("probe"));
            Files.deleteIfExists(folder);
        }
    }

    private static String wanted(int uid) {
        return uid + "\nCapEff:\t0000000000000000\nCapBnd:\t0000000000000000\nwritten";
    }

    private static String answer(Launch launch) throws IOException {
        var group = ProcessGroup.start(launch, Output.PIPE);
        try {
            if (group.awaitExit(LIMIT).isEmpty()) {
                return "no answer within " + LIMIT.toSeconds() + " s";
            }
            return new String(group.output().readAllBytes(), StandardCharsets.UTF_8).strip();
        } finally {
            group.kill();
        }
    }

    private static SandboxDetection available(Caller caller, Sandbox sandbox) {
        var how = caller.root()
                ? "isolated: own uid, no capabilities, own view of files and processes (setpriv, bubblewrap)"
                : "isolated: no capabilities, own view of files and processes (bubblewrap in a user namespace)";
        return new SandboxDetection.Available(sandbox, how);
    }

    private static SandboxDetection failed(String answer) {
        return new SandboxDetection.Refused(
                "Processes cannot be isolated: bubblewrap did not work here, it said \"" + answer.replace('\n', ' ')
                        + "\".",
                "Allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, user.max_user_namespaces above 0, "
                        + "kernel.apparmor_restrict_unprivileged_userns=0 on Ubuntu; in a container, a seccomp profile "
                        + "that allows them) and start again.");
    }
}
