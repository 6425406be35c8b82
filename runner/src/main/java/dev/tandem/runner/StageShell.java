package dev.tandem.runner;

import dev.tandem.host.Launch;
import dev.tandem.host.SandboxSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs the stages of one job in its sandbox, one after the other; nothing of a stage survives it. */
final class StageShell implements UserShell {
    /** Between SIGTERM and SIGKILL. */
    static final Duration GRACE = Duration.ofSeconds(5);

    private static final int MAX_ENVIRONMENT = 1 << 20;
    private static final int MAX_VARIABLE = 100 << 10;
    private static final Path BASH = Path.of("/bin/bash");

    private final RunnerConfig config;
    private final Workspace workspace;
    private final StageProcess process;

    /** Takes what a stage prints. */
    interface Sink {
        void write(byte[] chunk, int length) throws IOException;
    }

    /** How a stage ended by itself. */
    sealed interface Ended {
        record Exit(int code) implements Ended {}

        record OutOfTime(Duration limit) implements Ended {}
    }

    StageShell(RunnerConfig config, Workspace workspace, StageProcess process) {
        this.config = config;
        this.workspace = workspace;
        this.process = process;
    }

    static boolean hasBash() {
        return Files.isExecutable(BASH);
    }

    @Override
    public ShellScript script(boolean trace) {
        return ShellScript.stoppingAtFirstError(hasBash(), trace);
    }

    @Override
    public Ended run(
            JobControl.Phase phase,
            String name,
            String script,
            Map<String, String> environment,
            Sink sink,
            Duration limit)
            throws JobStopped, StageFailed, IOException {
        return run(phase, name, script, environment, sink, limit, List.of());
    }

    /** The same with further paths to read. */
    Ended run(
            JobControl.Phase phase,
            String name,
            String script,
            Map<String, String> environment,
            Sink sink,
            Duration limit,
            List<Path> readable)
            throws JobStopped, StageFailed, IOException {
        checkSize(environment);
        var file = workspace.scripts().resolve(name + ".sh");
        Files.writeString(file, script);
        return process.run(phase, launch(file, environment, readable), sink, limit, () -> {});
    }

    private Launch launch(Path script, Map<String, String> environment, List<Path> readable) throws IOException {
        var visible = new ArrayList<>(config.readable());
        visible.add(workspace.scripts());
        visible.addAll(readable);
        var spec = SandboxSpec.of(workspace.uid(), workspace.project())
                .withWritable(List.of(workspace.home(), workspace.files()))
                .withReadable(visible)
                .withTmp(workspace.tmp())
                .withEnvironment(environment);
        var shell = hasBash() ? BASH.toString() : "/bin/sh";
        return config.sandbox().prepare(spec, List.of(shell, script.toString()));
    }

    private static void checkSize(Map<String, String> environment) throws StageFailed {
        var total = 0L;
        for (var entry : environment.entrySet()) {
            var length = entry.getKey().length() + entry.getValue().length();
            total += length;
            if (length > MAX_VARIABLE || total > MAX_ENVIRONMENT) {
                throw new StageFailed(
                        FailureReasons.CONFIGURATION,
                        0,
                        "The variable " + entry.getKey() + " is too long for a process (at most " + MAX_VARIABLE
                                + " bytes each, " + MAX_ENVIRONMENT + " together). Make it a variable of type file.");
            }
        }
    }
}
