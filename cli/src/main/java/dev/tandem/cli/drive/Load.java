package dev.tandem.cli.drive;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A bounded stream of requests to one service through the proxy: a fixed rate, at most {@value #IN_FLIGHT} at a time, at
 * most {@value #LONGEST_SECONDS} s, from {@value #VISITORS} addresses in turn, as if so many people came. A request that the
 * bound held back is not sent. Keeps when each request was sent and what came back.
 */
public final class Load implements AutoCloseable {
    private static final int IN_FLIGHT = 128;
    private static final int LONGEST_SECONDS = 120;
    private static final int VISITORS = 16;

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("load").factory());
    private final Semaphore slots = new Semaphore(IN_FLIGHT);
    private final List<HttpClient> visitors = new ArrayList<>();
    private final List<Answer> answers = new ArrayList<>();
    private final HttpRequest request;
    private int turn;

    /**
     * What came back for one request.
     *
     * @param status 0 when nothing did
     * @param body or why nothing came
     */
    public record Answer(Instant sent, Duration took, int status, String body) {
        public boolean failed() {
            return status != 200;
        }
    }

    private Load(HttpRequest request) throws UnknownHostException {
        this.request = request;
        for (int i = 0; i < VISITORS; i++) {
            visitors.add(HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    // Each visitor has an address of its own: all of 127/8 is loopback.
                    .localAddress(InetAddress.getByAddress(new byte[] {127, 0, 1, (byte) (i + 1)}))
                    .executor(Runnable::run)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build());
        }
    }

    public static Load start(HttpRequest request, int perSecond) throws UnknownHostException {
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

    /** What came back so far, in the order in which it came. */
    public synchronized List<Answer> answers() {
        return List.copyOf(answers);
    }

    public long count(Predicate<Answer> which) {
        return answers().stream().filter(which).count();
    }

    /** Stops sending and waits for the answers still outstanding. */
    @Override
    public void close() {
        clock.shutdownNow();
        slots.acquireUninterruptibly(IN_FLIGHT);
        slots.release(IN_FLIGHT);
        visitors.forEach(HttpClient::shutdownNow);
    }

    private void sendOne() {
        if (!slots.tryAcquire()) {
            return;
        }
        HttpClient visitor = visitors.get(turn++ % VISITORS);
        Instant sent = Instant.now();
        long began = System.nanoTime();
        visitor.sendAsync(request, BodyHandlers.ofString()).whenComplete((response, error) -> {
            came(sent, Duration.ofNanos(System.nanoTime() - began), response, error);
            slots.release();
        });
    }

    private synchronized void came(
            Instant sent, Duration took, @Nullable HttpResponse<String> response, @Nullable Throwable error) {
        answers.add(
                response == null
                        ? new Answer(sent, took, 0, String.valueOf(error))
                        : new Answer(sent, took, response.statusCode(), response.body()));
    }
}
