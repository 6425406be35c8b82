package dev.tandem.server.code;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Few platform threads for work that keeps a processor busy for long. Requests are handled on virtual threads, which share one carrier for each
 * processor and are not taken off it while they compute: two people who ask who wrote a line would hold up everybody else. Safe for use by many
 * threads.
 */
final class BusyThreads {
    private final ExecutorService threads;

    BusyThreads(String name, int count) {
        this.threads = Executors.newFixedThreadPool(
                count, Thread.ofPlatform().daemon().name(name + "-", 1).factory());
    }

    /** Waits for a thread, and then for the work. */
    <T> T call(Callable<T> work) throws IOException {
        Future<T> result = threads.submit(work);
        try {
            return result.get();
        } catch (InterruptedException e) {
            result.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a repository is looked through");
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }
}
