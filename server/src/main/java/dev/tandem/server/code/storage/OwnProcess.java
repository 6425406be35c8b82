package dev.tandem.server.code.storage;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program of ours beside the server's heap, with the processor time that nobody else wants. Safe for use by many threads. */
public final class OwnProcess {
    /** What one object of a repository may take in the heap. Measured: 300,000 of 50,000 commits were packed with the 178 MB that this makes. */
    private static final long HEAP_BYTES_PER_OBJECT = 400;

    private static final long HEAP_MEGABYTES_ANYWAY = 64;
    private static final int MOST_OUTPUT_BYTES = 4096;
    private static final int ORPHANED = 3;

    private OwnProcess() {}

    /**
     * Waits until it has ended.
     *
     * @param program has a {@code main} method
     * @param objects of the repository that it works on: its heap is made for them
     * @param limit after which it is killed, which is a failure like any other
     * @throws IOException when it failed, with what it said
     */
    public static void run(Class<?> program, long objects, Duration limit, List<String> arguments) throws IOException {
        long heap = HEAP_MEGABYTES_ANYWAY + objects * HEAP_BYTES_PER_OBJECT / (1024 * 1024);
        Process process = new ProcessBuilder(command(program, heap, arguments))
                .redirectErrorStream(true)
                .start();
        // Reading waits for its end, so the limit must end it from elsewhere.
        process.onExit().orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS).exceptionally(late -> {
            // By its handle: the process itself would also close what is being read here.
            process.toHandle().destroyForcibly();
            return process;
        });
        try {
            String said = new String(process.getInputStream().readNBytes(MOST_OUTPUT_BYTES), StandardCharsets.UTF_8);
            // More than that nobody reads; a full pipe must not hold it up.
            process.getInputStream().close();
            int exit = process.waitFor();
            if (exit != 0) {
                throw new IOException(program.getSimpleName() + " " + arguments + " with " + heap
                        + " MB of heap failed with exit code " + exit + ": " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while " + program.getSimpleName() + " runs");
        } finally {
            process.destroy();
        }
    }

    /**
     * To be called by each such program as the first thing: it ends when whoever waits for it has died, so that two of them never work on one
     * repository, and what it locked is free for the next server.
     */
    public static void endWithParent() {
        Thread.ofPlatform().daemon().name("parent").start(() -> {
            try {
                // Nothing is ever written; the end comes with the parent's.
                while (System.in.read() >= 0) {
                    Thread.onSpinWait();
                }
            } catch (IOException e) {
                // As good as its end.
            }
            Runtime.getRuntime().halt(ORPHANED);
        });
    }

    private static List<String> command(Class<?> program, long heap, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                "nice",
                "-n",
                "10",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx" + heap + "m",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(arguments);
        return command;
    }
}
