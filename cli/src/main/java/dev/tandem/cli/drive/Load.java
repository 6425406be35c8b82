package dev.tandem.cli.drive;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A bounded stream of requests to one service through the proxy: a fixed rate, at most {@value #IN_FLIGHT} at a time, at
 * most {@value #LONGEST_SECONDS} s. Counts what was sent and what failed; a request that the bound held back is not sent.
 */
public final class Load implements AutoCloseable {
    private static final int IN_FLIGHT = 64;
    private static final int LONGEST_SECONDS = 170;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("load").factory());
    private final Semaphore slots = new Semaphore(IN_FLIGHT);
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicReference<String> firstFailure = new AtomicReference<>("");
    private final HttpRequest request;

    private Load(HttpRequest request) {
        this.request = request;
    }

    public static Load start(HttpRequest request, int perSecond) {
        Load load = new Load(request);
        long pause = TimeUnit.SECONDS.toMicros(1) / perSecond;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
        load.clock.scheduleAtFixedRate(
                () -> {
                    if (System.nanoTime() < end) {
                        load.sendOne();
                    }
                },
                0,
                pause,
                TimeUnit.MICROSECONDS);
        return load;
    }

    /** Numbers so far. */
    public record Counts(long sent, long failed, String firstFailure) {}

    public Counts counts() {
        return new Counts(sent.get(), failed.get(), firstFailure.get());
    }

    /** Stops sending and waits for the answers still outstanding. */
    @Override
    public void close() {
        clock.shutdownNow();
        slots.acquireUninterruptibly(IN_FLIGHT);
        slots.release(IN_FLIGHT);
    }

    private void sendOne() {
        if (!slots.tryAcquire()) {
            return;
        }
        sent.incrementAndGet();
        client.sendAsync(request, BodyHandlers.ofString()).whenComplete((response, error) -> {
            slots.release();
            if (error != null) {
                fail(error.toString());
            } else if (response.statusCode() != 200) {
                fail("status " + response.statusCode());
            }
        });
    }

    private void fail(String why) {
        failed.incrementAndGet();
        firstFailure.compareAndSet("", why);
    }
}
