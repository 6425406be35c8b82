package dev.tandem.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A sandbox of user, mount, process and IPC namespaces by bubblewrap. Started by root it first gives up root for
 * good (setpriv), because bubblewrap alone would keep root's rights on files.
 */
final class BubblewrapSandbox implements Sandbox {
    /** Bounds a fork bomb; counted per uid by the kernel. A Gradle build with its threads stays below a thousand. */
    private static final int MAX_PROCESSES = 4096;

    /** Options come by standard input, out of sight of other users; accounts by here-documents. */
    private static final String FEED = """
            exec 7<&0
            exec 0</dev/null
            exec 8<<PASSWD_END
            $1
            PASSWD_END
            exec 9<<GROUP_END
            $2
            GROUP_END
            shift 2
            exec "$@"
            """;

    private static final String STAGE = """
            set -e
            place=$1
            count=$2
            shift 2
            mount -t tmpfs -o mode=755 tandem "$place"
            i=0
            while [ "$i" -lt "$count" ]; do
                if [ -d "$1" ]; then mkdir "$place/$i"; else : > "$place/$i"; fi
                mount --rbind "$1" "$place/$i"
                i=$((i + 1))
                shift
            done
            exec "$@"
            """;

    private static final List<String> ROOT_FOLDERS = List.of("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32");

    private final Caller caller;
    private final Programs programs;
    private final List<Path> etc;

    /** Absolute paths; {@code unshare} and {@code setpriv} only matter to root. */
    record Programs(Path shell, Path bwrap, Path setpriv, Path unshare, Path prlimit) {}

    BubblewrapSandbox(Caller caller, Programs programs, List<Path> etc) {
        this.caller = caller;
        this.programs = programs;
        this.etc = List.copyOf(etc);
    }

    @Override
    public Strength strength() {
        return Strength.ISOLATED;
    }

    @Override
    public Launch prepare(SandboxSpec spec, List<String> command) throws IOException {
        if (caller.root() && spec.uid() <= 0) {
            throw new IllegalArgumentException("a sandboxed process needs an unprivileged uid, not " + spec.uid());
        }
        var mounts = mounts(spec);
        var options = options(spec, mounts);
        var uid = caller.root() ? spec.uid() : caller.uid();
        var gid = caller.root() ? spec.uid() : caller.gid();
        var argv = new ArrayList<>(List.of(programs.shell().toString(), "-c", FEED, "tandem-sandbox"));
        argv.add(EtcView.passwd(uid, gid, home(spec)));
        argv.add(EtcView.group(gid));
        if (caller.root()) {
            argv.addAll(withoutRoot(spec, mounts));
        }
        argv.addAll(List.of(programs.bwrap().toString(), "--args", "7", "--"));
        argv.addAll(command);
        var input = String.join("\0", options) + "\0";
        return new Launch(argv, Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"), input, 2);
    }

    private List<String> withoutRoot(SandboxSpec spec, Mounts mounts) {
        var argv = new ArrayList<String>();
        if (!mounts.staged().isEmpty()) {
            argv.addAll(List.of(programs.unshare().toString(), "--mount", "--"));
            argv.addAll(List.of(programs.shell().toString(), "-c", STAGE, "tandem-stage"));
            argv.add(mounts.place().toString());
            argv.add(String.valueOf(mounts.staged().size()));
            mounts.staged().forEach(path -> argv.add(path.toString()));
        }
        argv.addAll(List.of(programs.prlimit().toString(), "--nproc=" + MAX_PROCESSES, "--core=0", "--"));
        argv.addAll(List.of(
                programs.setpriv().toString(),
                "--reuid=" + spec.uid(),
                "--regid=" + spec.uid(),
                "--clear-groups",
                "--no-new-privs",
                "--inh-caps=-all",
                "--bounding-set=-all",
                "--"));
        return argv;
    }

    private Mounts mounts(SandboxSpec spec) throws IOException {
        var mounts = new Mounts(caller.root());
        for (var path : spec.readable()) {
            mounts.add(path, false);
        }
        for (var path : spec.writable()) {
            mounts.add(path, true);
        }
        mounts.add(spec.workDir(), true);
        return mounts;
    }

    private List<String> options(SandboxSpec spec, Mounts mounts) throws IOException {
        var options = new ArrayList<>(
                List.of("--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"));
        if (!spec.network()) {
            options.add("--unshare-net");
        }
        options.addAll(List.of("--new-session", "--die-with-parent"));
        options.addAll(systemOptions());
        var tmp = spec.tmp();
        if (tmp == null) {
            options.addAll(List.of("--perms", "1777", "--tmpfs", "/tmp"));
        } else {
            mounts.addAt(tmp, Path.of("/tmp"), true);
        }
        options.addAll(List.of("--symlink", "/tmp", "/var/tmp"));
        options.addAll(mounts.options());
        options.addAll(List.of(
                "--remount-ro",
                "/",
                "--chdir",
                spec.workDir().toAbsolutePath().normalize().toString(),
                "--clearenv"));
        spec.environment().forEach((name, value) -> options.addAll(List.of("--setenv", name, value)));
        return options;
    }

    private List<String> systemOptions() throws IOException {
        var options = new ArrayList<>(List.of("--ro-bind", "/usr", "/usr"));
        for (var name : ROOT_FOLDERS) {
            var folder = Path.of(name);
            if (Files.isSymbolicLink(folder)) {
                options.addAll(
                        List.of("--symlink", Files.readSymbolicLink(folder).toString(), name));
            } else if (Files.isDirectory(folder)) {
                options.addAll(List.of("--ro-bind", name, name));
            }
        }
        for (var path : etc) {
            options.addAll(List.of("--ro-bind-try", path.toString(), path.toString()));
        }
        options.addAll(List.of("--ro-bind-data", "8", "/etc/passwd", "--ro-bind-data", "9", "/etc/group"));
        options.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
        return options;
    }

    private static Path home(SandboxSpec spec) {
        var home = spec.environment().get("HOME");
        // A colon or a line feed would make another account of it.
        return home == null || home.matches("(?s).*[:\\n].*") ? Path.of("/tmp") : Path.of(home);
    }
}
