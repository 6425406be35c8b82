package dev.tandem.host;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one sandboxed process may see and be. Beyond this it sees /usr, a narrow /etc, its own /proc, /dev and /tmp.
 *
 * @param uid unprivileged real uid (and gid) it runs as when the caller is root; ignored otherwise. The caller makes
 *     this uid the owner of what is writable
 * @param workDir its current folder, writable, mounted at its own path
 * @param writable further writable paths, mounted at their own paths
 * @param readable further read-only paths (a JDK outside /usr, Tandem's own jars), mounted at their own paths
 * @param environment the whole environment of the process; nothing is inherited
 * @param network whether it shares the host's network
 * @param tmp folder that it sees as /tmp (owned by {@code uid}); null gives it one in memory that ends with it
 */
public record SandboxSpec(
        int uid,
        Path workDir,
        List<Path> writable,
        List<Path> readable,
        Map<String, String> environment,
        boolean network,
        @Nullable Path tmp) {
    public SandboxSpec {
        writable = List.copyOf(writable);
        readable = List.copyOf(readable);
        environment = Map.copyOf(environment);
        environment.forEach(SandboxSpec::requirePlain);
    }

    /** With network, an empty environment, a /tmp in memory and nothing but {@code workDir}. */
    public static SandboxSpec of(int uid, Path workDir) {
        return new SandboxSpec(uid, workDir, List.of(), List.of(), Map.of(), true, null);
    }

    public SandboxSpec withWritable(List<Path> paths) {
        return new SandboxSpec(uid, workDir, paths, readable, environment, network, tmp);
    }

    public SandboxSpec withReadable(List<Path> paths) {
        return new SandboxSpec(uid, workDir, writable, paths, environment, network, tmp);
    }

    public SandboxSpec withEnvironment(Map<String, String> variables) {
        return new SandboxSpec(uid, workDir, writable, readable, variables, network, tmp);
    }

    public SandboxSpec withTmp(Path folder) {
        return new SandboxSpec(uid, workDir, writable, readable, environment, network, folder);
    }

    public SandboxSpec withoutNetwork() {
        return new SandboxSpec(uid, workDir, writable, readable, environment, false, tmp);
    }

    private static void requirePlain(String name, String value) {
        if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0 || value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("variable \"" + name.replace('\0', '?')
                    + "\" cannot be set: a name must not be empty or hold '=', and no NUL is possible");
        }
    }
}
