package dev.tandem.agent;

import dev.tandem.host.GroupIdentity;
import dev.tandem.host.Launch;
import dev.tandem.host.Output;
import dev.tandem.host.ProcessGroup;
import dev.tandem.host.Sandbox;
import dev.tandem.host.SandboxSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Starts and ends the processes of revisions, and says how they ended. */
final class Processes {

    private static final int PORT_TRIES = 50;

    private final AgentConfig config;
    private final Folders folders;
    private final Sandbox sandbox;

    Processes(AgentConfig config, Folders folders, Sandbox sandbox) {
        this.config = config;
        this.folders = folders;
        this.sandbox = sandbox;
    }

    record Started(GroupIdentity identity, int port) {}

    /** Starts a process of the revision; output and exit code go to its folder. */
    Started start(Revision revision, String type, String command, Set<Integer> portsInUse) throws IOException {
        RevisionId id = revision.id();
        Path folder = folders.process(id, type);
        Folders.make(folder);
        endForgotten(id, type);
        Files.deleteIfExists(exitFile(id, type));
        int port = type.equals(Procfile.WEB) ? freePort(portsInUse) : 0;
        SandboxSpec spec = SandboxSpec.of(revision.uid(), folders.bundle(id))
                .withReadable(config.readable())
                .withEnvironment(environment(revision, port));
        Launch launch = sandbox.prepare(spec, List.of("/bin/sh", "-c", command)).recordingExit(exitFile(id, type));
        ProcessGroup group = ProcessGroup.start(
                output(id, type).keep(launch), Output.appendTo(Path.of("/dev/null")), groupFile(id, type));
        return new Started(group.identity(), port);
    }

    /** A process that was started by an agent which was killed before it could remember it. */
    void endForgotten(RevisionId id, String type) {
        try {
            if (Files.exists(groupFile(id, type))) {
                ProcessGroup.recorded(groupFile(id, type)).ifPresent(ProcessGroup::killLeftovers);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean alive(ProcessRecord process) {
        return process.identity().map(identity -> identity.outermost().alive()).orElse(false);
    }

    /** Ends what a process that ended by itself may have left behind. */
    void clear(ProcessRecord process) {
        process.identity().ifPresent(ProcessGroup::killLeftovers);
    }

    /** Asks, waits and kills; returns when all of it is gone. */
    void end(ProcessRecord process, Duration grace) {
        process.identity()
                .ifPresent(identity -> ProcessGroup.adopt(identity)
                        .ifPresentOrElse(group -> group.terminate(grace), () -> ProcessGroup.killLeftovers(identity)));
    }

    /** Exit code of a process that ended; null when nobody could write it down (kill -9 of all, power off). */
    @Nullable
    Integer exitCode(RevisionId id, String type) {
        try {
            return Integer.valueOf(Files.readString(exitFile(id, type)).strip());
        } catch (IOException | NumberFormatException e) {
            return null;
        }
    }

    OutputFile output(RevisionId id, String type) {
        return new OutputFile(folders.process(id, type).resolve("output.log"));
    }

    private Path exitFile(RevisionId id, String type) {
        return folders.process(id, type).resolve("exit");
    }

    private Path groupFile(RevisionId id, String type) {
        return folders.process(id, type).resolve("group");
    }

    private Map<String, String> environment(Revision revision, int port) {
        Map<String, String> environment = new HashMap<>(config.environment());
        environment.put("HOME", folders.bundle(revision.id()).toString());
        environment.putAll(revision.spec().environment());
        environment.put("HOST", "127.0.0.1");
        environment.put("TANDEM_REVISION", revision.spec().id());
        if (port != 0) {
            environment.put("PORT", String.valueOf(port));
        }
        return environment;
    }

    private static int freePort(Set<Integer> inUse) throws IOException {
        for (int i = 0; i < PORT_TRIES; i++) {
            try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
                if (!inUse.contains(any.getLocalPort())) {
                    return any.getLocalPort();
                }
            }
        }
        throw new IOException("no free port on 127.0.0.1");
    }
}
