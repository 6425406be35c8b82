package dev.tandem.host;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What one sandboxed process may see and be.
 *
 * @param uid unprivileged real uid (and gid) it runs as when the caller is root; ignored otherwise
 * @param workDir its current folder, writable, mounted at its own path
 * @param writable further writable paths, mounted at their own paths
 * @param readable further read-only paths (a JDK outside /usr, Tandem's own jars), mounted at their own paths
 * @param environment the whole environment of the process; nothing is inherited
 * @param network whether it shares the host's network
 */
public record SandboxSpec(
        int uid,
        Path workDir,
        List<Path> writable,
        List<Path> readable,
        Map<String, String> environment,
        boolean network) {
    public SandboxSpec {
        writable = List.copyOf(writable);
        readable = List.copyOf(readable);
        environment = Map.copyOf(environment);
    }
}
