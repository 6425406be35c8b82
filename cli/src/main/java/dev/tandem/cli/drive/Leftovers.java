package dev.tandem.cli.drive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Ends the services and the proxy of one data folder, which outlive their server by design. */
public final class Leftovers {
    private static final Duration GENTLY = Duration.ofSeconds(5);

    private Leftovers() {}

    /** Ends each process, other than this one, whose command line names {@code folder}; first politely, then not. */
    public static void end(Path folder) {
        List<ProcessHandle> found = of(folder);
        found.forEach(ProcessHandle::destroy);
        CompletableFuture<?> all = CompletableFuture.allOf(
                found.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new));
        try {
            all.get(GENTLY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            of(folder).forEach(ProcessHandle::destroyForcibly);
        } catch (InterruptedException e) {
            of(folder).forEach(ProcessHandle::destroyForcibly);
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("waiting for a process failed", e);
        }
        // Those that were started while the first ones ended.
        of(folder).forEach(ProcessHandle::destroyForcibly);
    }

    private static List<ProcessHandle> of(Path folder) {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(handle -> handle.pid() != ProcessHandle.current().pid())
                    .filter(handle -> commandLine(handle).contains(folder.toString()))
                    .toList();
        }
    }

    private static String commandLine(ProcessHandle handle) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(handle.pid()), "cmdline"));
        } catch (IOException e) {
            return ""; // Ended between listing and reading.
        }
    }
}
