package dev.tandem.agent;

import dev.tandem.agent.protocol.StepTraffic;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The probes of one traffic step: each path once a second, to both revisions at the same time. Its thread ends when there
 * is nobody to ask.
 */
final class ProbedStep {

    private static final Duration ROUND = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_BODY = 1024 * 1024;

    private final HttpClient http;
    private final String service;
    private final String step;
    private final PairCounts counts;
    private final String newer;
    private final String older;
    private volatile ProbePairs.@Nullable Target target;
    private @Nullable Thread thread;

    /** What one revision made of a probe. */
    record Outcome(boolean bad, long nanos) {}

    ProbedStep(HttpClient http, ProbePairs.Target target) {
        this.http = http;
        this.service = target.service();
        this.step = target.watch().stepId();
        this.newer = target.newer().revision();
        this.older = target.older().revision();
        List<Integer> thresholds = target.watch().thresholdsMillis();
        this.counts = new PairCounts(thresholds.size() == 3 ? thresholds.get(1) : null);
        ask(target);
    }

    /** Asks there from now on; nowhere when null. */
    void ask(ProbePairs.@Nullable Target where) {
        target = where;
        if (where == null && thread != null) {
            thread.interrupt();
            thread = null;
        } else if (where != null && thread == null) {
            thread = Thread.ofVirtual().name("probes " + service).start(this::run);
        }
    }

    List<StepTraffic> counts(String epoch) {
        return List.of(
                counts.newer().told(service, step, newer, epoch), counts.older().told(service, step, older, epoch));
    }

    private void run() {
        try {
            for (ProbePairs.Target now = target; now != null; now = target) {
                round(now);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void round(ProbePairs.Target now) throws InterruptedException {
        List<String> paths =
                now.watch().probes() == null ? List.of() : now.watch().probes();
        Duration each = ROUND.dividedBy(Math.max(1, paths.size()));
        if (paths.isEmpty()) {
            Thread.sleep(each);
        }
        for (String path : paths) {
            long from = System.nanoTime();
            pair(now, path);
            Duration left = each.minusNanos(System.nanoTime() - from);
            if (left.isPositive()) {
                Thread.sleep(left);
            }
        }
    }

    /** Both at the same time, and chance says whose turn is a moment earlier. */
    private void pair(ProbePairs.Target now, String path) throws InterruptedException {
        boolean newFirst = ThreadLocalRandom.current().nextBoolean();
        ProbedSide first = newFirst ? now.newer() : now.older();
        ProbedSide second = newFirst ? now.older() : now.newer();
        FutureTask<Outcome> one = begin(() -> ask(first, path));
        FutureTask<Outcome> other = begin(() -> ask(second, path));
        try {
            Outcome ofFirst = outcome(one);
            Outcome ofSecond = outcome(other);
            Instant at = Instant.now();
            boolean warm = now.newer().warm(counts.newer().requests(), at)
                    && now.older().warm(counts.older().requests(), at);
            long inSecond = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime());
            counts.add(newFirst ? ofFirst : ofSecond, newFirst ? ofSecond : ofFirst, warm, inSecond);
        } finally {
            // A probe that was cut short says nothing about anybody.
            one.cancel(true);
            other.cancel(true);
        }
    }

    /** The HTTP client bounds the wait for the answer's head, this one its body too. */
    private static Outcome outcome(FutureTask<Outcome> task) throws InterruptedException {
        try {
            return task.get(2 * TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return new Outcome(true, TIMEOUT.toNanos());
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static FutureTask<Outcome> begin(Callable<Outcome> work) {
        FutureTask<Outcome> task = new FutureTask<>(work);
        Thread.ofVirtual().name("probe").start(task);
        return task;
    }

    private Outcome ask(ProbedSide side, String path) throws InterruptedException {
        long from = System.nanoTime();
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + side.port() + path))
                    .timeout(TIMEOUT)
                    .header("User-Agent", "tandem-agent probe");
            side.headers().getOrDefault(path, Map.of()).forEach(request::setHeader);
            HttpResponse<InputStream> answer =
                    http.send(request.GET().build(), HttpResponse.BodyHandlers.ofInputStream());
            long nanos = System.nanoTime() - from;
            try (InputStream body = answer.body()) {
                body.readNBytes(MAX_BODY);
            }
            return new Outcome(answer.statusCode() >= 500, nanos);
        } catch (IOException | IllegalArgumentException e) {
            return new Outcome(true, System.nanoTime() - from);
        }
    }
}
