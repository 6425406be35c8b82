package dev.tandem.runner;

import dev.tandem.host.Launch;
import dev.tandem.host.Output;
import dev.tandem.host.ProcessGroup;
import dev.tandem.host.SandboxSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the stages of one job in its sandbox, one after the other; nothing of a stage survives it. */
final class StageShell {
    /** Between SIGTERM and SIGKILL. */
    static final Duration GRACE = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(StageShell.class);
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(5);
    private static final int MAX_ENVIRONMENT = 1 << 20;
    private static final int MAX_VARIABLE = 100 << 10;
    private static final Path BASH = Path.of("/bin/bash");

    private final RunnerConfig config;
    private final Workspace workspace;
    private final JobControl control;
    private final Path record;

    /** Takes what a stage prints. */
    interface Sink {
        void write(byte[] chunk, int length) throws IOException;
    }

    /** How a stage ended by itself. */
    sealed interface Ended {
        record Exit(int code) implements Ended {}

        record OutOfTime(Duration limit) implements Ended {}
    }

    /** @param record file that tells a successor of this process what runs here */
    StageShell(RunnerConfig config, Workspace workspace, JobControl control, Path record) {
        this.config = config;
        this.workspace = workspace;
        this.control = control;
        this.record = record;
    }

    static boolean hasBash() {
        return Files.isExecutable(BASH);
    }

    /** Runs a script without a limit of its own, and fails when it does. */
    void must(JobControl.Phase phase, String name, String script, Map<String, String> environment, Sink sink)
            throws JobStopped, StageFailed, IOException {
        switch (run(phase, name, script, environment, sink, Duration.ofDays(1), List.of())) {
            case Ended.Exit(var code) -> {
                if (code != 0) {
                    throw StageFailed.script(code);
                }
            }
            case Ended.OutOfTime(var limit) ->
                throw new StageFailed(FailureReasons.TIMEOUT, 0, name + " took longer than " + limit);
        }
    }

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
        var launch = launch(file, environment, readable);
        control.check(phase);
        var group = ProcessGroup.start(launch, Output.PIPE, record);
        var lost = new AtomicReference<@Nullable IOException>();
        var pump = Thread.ofVirtual().name("tandem-job-output").start(() -> lost.set(pump(group, sink)));
        try {
            var exit = control.during(phase, () -> endAside(group), () -> await(group, limit));
            return exit.isPresent() ? new Ended.Exit(exit.getAsInt()) : new Ended.OutOfTime(limit);
        } finally {
            end(group);
            join(pump, group);
            throwIfLost(lost.get());
        }
    }

    private static void throwIfLost(@Nullable IOException failure) throws IOException {
        if (failure != null) {
            throw new IOException("the output of the job cannot be kept: " + failure.getMessage(), failure);
        }
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

    /** Empty when the limit was over; then the group has been ended. */
    private static OptionalInt await(ProcessGroup group, Duration limit) {
        var exit = group.awaitExit(limit);
        if (exit.isEmpty()) {
            group.terminate(GRACE);
        }
        return exit;
    }

    /** Nobody waits for a job that was taken away; others may end in order. */
    private void endAside(ProcessGroup group) {
        var grace = control.cause() == JobControl.Cause.KILLED ? Duration.ZERO : GRACE;
        Thread.ofPlatform().name("tandem-job-end").daemon(true).start(() -> group.terminate(grace));
    }

    /** What kept the output from being kept; null when nothing did. */
    private static @Nullable IOException pump(ProcessGroup group, Sink sink) {
        var buffer = new byte[16 * 1024];
        try (var output = group.output()) {
            for (var read = output.read(buffer); read >= 0; read = output.read(buffer)) {
                try {
                    sink.write(buffer, read);
                } catch (IOException e) {
                    // Nobody would read what it writes, and it would hang for ever.
                    group.kill();
                    return e;
                }
            }
        } catch (IOException e) {
            // The pipe was closed because something outside the group still holds it.
            LOG.debug("the end of a job's output was not seen", e);
        }
        return null;
    }

    private static void join(Thread pump, ProcessGroup group) throws IOException {
        try {
            if (!pump.join(DRAIN_LIMIT)) {
                group.output().close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end(ProcessGroup group) throws IOException {
        switch (group.kill()) {
            case ProcessGroup.KillOutcome.Gone() -> Files.deleteIfExists(record);
            case ProcessGroup.KillOutcome.Survivors(var pids) ->
                LOG.error("processes {} of a job cannot be killed; the next start of this runner tries again", pids);
        }
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
