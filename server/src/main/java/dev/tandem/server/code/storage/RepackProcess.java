package dev.tandem.server.code.storage;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts {@link RepackProgram} and waits for it: a large repository is packed beside the server's heap, with the processor time that nobody else wants. */
final class RepackProcess {
    /** What the largest heap holds. */
    static final long MOST_OBJECTS = 8_000_000;

    /** Measured: 300,000 objects of 50,000 commits were packed with the 178 MB that this makes. */
    private static final long HEAP_BYTES_PER_OBJECT = 400;

    private static final long HEAP_MEGABYTES_ANYWAY = 64;
    private static final Duration LONGEST = Duration.ofHours(6);
    private static final int MOST_OUTPUT_BYTES = 4096;

    private RepackProcess() {}

    /** @throws IOException when it failed, with what it said; the repository is as whole then as before */
    static void run(Path repository, long objects, Duration packGrace, Duration objectGrace) throws IOException {
        run(repository, objects, packGrace, objectGrace, LONGEST);
    }

    /** @param limit after which it is killed, which is a failure like any other */
    static void run(Path repository, long objects, Duration packGrace, Duration objectGrace, Duration limit)
            throws IOException {
        long heap = HEAP_MEGABYTES_ANYWAY + objects * HEAP_BYTES_PER_OBJECT / (1024 * 1024);
        Process process = new ProcessBuilder(List.of(
                        "nice",
                        "-n",
                        "10",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx" + heap + "m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RepackProgram.class.getName(),
                        repository.toString(),
                        packGrace.toString(),
                        objectGrace.toString()))
                .redirectErrorStream(true)
                .start();
        // Reading waits for its end, so the limit must end it from elsewhere.
        process.onExit().orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS).exceptionally(late -> {
            // By its handle: the process itself would also close what is being read here.
            process.toHandle().destroyForcibly();
            return process;
        });
        try {
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readNBytes(MOST_OUTPUT_BYTES), StandardCharsets.UTF_8);
            // More than that nobody reads; a full pipe must not hold it up.
            process.getInputStream().close();
            int exit = process.waitFor();
            if (exit != 0) {
                throw new IOException("packing " + repository + " with " + heap + " MB of heap failed with exit code "
                        + exit + ": " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while " + repository + " is packed");
        } finally {
            process.destroy();
        }
    }
}
