package dev.tandem.runner;

import dev.tandem.host.Launch;
import dev.tandem.host.Output;
import dev.tandem.host.ProcessGroup;
import dev.tandem.runner.StageShell.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One process of a job with all it starts, from its start to the end of its output; it leaves nothing behind. */
final class StageProcess {
    private static final Logger LOG = LoggerFactory.getLogger(StageProcess.class);
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(5);

    private final JobControl control;
    private final Path record;

    /** @param record file that tells a successor of this process what runs here */
    StageProcess(JobControl control, Path record) {
        this.control = control;
        this.record = record;
    }

    /** @param beforeEnding is done first when the process must end early; may take its time */
    Ended run(JobControl.Phase phase, Launch launch, StageShell.Sink sink, Duration limit, Runnable beforeEnding)
            throws JobStopped, IOException {
        control.check(phase);
        var group = ProcessGroup.start(launch, Output.PIPE, record);
        var lost = new AtomicReference<@Nullable IOException>();
        var pump = Thread.ofVirtual().name("tandem-job-output").start(() -> lost.set(pump(group, sink)));
        try {
            var exit =
                    control.during(phase, () -> endAside(group, beforeEnding), () -> await(group, limit, beforeEnding));
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

    /** Empty when the limit was over; then the group has been ended. */
    private static OptionalInt await(ProcessGroup group, Duration limit, Runnable beforeEnding) {
        var exit = group.awaitExit(limit);
        if (exit.isEmpty()) {
            beforeEnding.run();
            group.terminate(StageShell.GRACE);
        }
        return exit;
    }

    /** Nobody waits for a job that was taken away; others may end in order. */
    private void endAside(ProcessGroup group, Runnable beforeEnding) {
        var grace = control.cause() == JobControl.Cause.KILLED ? Duration.ZERO : StageShell.GRACE;
        Thread.ofPlatform().name("tandem-job-end").daemon(true).start(() -> {
            beforeEnding.run();
            group.terminate(grace);
        });
    }

    /** What kept the output from being kept; null when nothing did. */
    private static @Nullable IOException pump(ProcessGroup group, StageShell.Sink sink) {
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
}
