package dev.tandem.runner;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tandem.testkit.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A coordinator in memory that follows the protocol, and errs when told to. Serves a git repository as well. */
final class FakeCoordinator implements AutoCloseable {
    static final String TOKEN = "glrt-test-runner";
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Pattern JOB = Pattern.compile("/api/v4/jobs/([0-9]+)(/trace|/artifacts)?");

    private final HttpServer server;
    private final LinkedBlockingQueue<Map<String, Object>> queue = new LinkedBlockingQueue<>();
    private final Map<Long, SeenJob> jobs = new ConcurrentHashMap<>();
    private final Map<Long, byte[]> downloads = new ConcurrentHashMap<>();
    volatile Path repositories = Path.of("/nonexistent");
    final AtomicInteger held = new AtomicInteger();

    /** What the coordinator knows of a job. Guarded by itself. */
    static final class SeenJob {
        final List<JsonNode> updates = new ArrayList<>();
        final List<Long> patchTimes = new ArrayList<>();
        final Map<String, byte[]> uploads = new ConcurrentHashMap<>();
        byte[] log = new byte[0];
        String status = "running";
        /** Chunks to be stored although their sender never hears of it. */
        int answersToLose;
        /** Once, all but this many bytes are forgotten. */
        int forgetDownTo = -1;

        int finalAnswersToRefuse;
        boolean checksumMismatchOnce;

        synchronized String text() {
            return new String(log, StandardCharsets.UTF_8);
        }

        synchronized String state() {
            return updates.isEmpty() ? "" : updates.getLast().path("state").asString("");
        }

        synchronized JsonNode last() {
            return updates.getLast();
        }

        synchronized boolean finished() {
            return state().equals("success") || state().equals("failed");
        }
    }

    FakeCoordinator() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    SeenJob give(Map<String, Object> payload) {
        return give(payload, "running");
    }

    SeenJob give(Map<String, Object> payload, String status) {
        var seen = new SeenJob();
        seen.status = status;
        jobs.put(((Number) payload.get("id")).longValue(), seen);
        queue.add(payload);
        return seen;
    }

    void serveArtifacts(long job, byte[] zip) {
        downloads.put(job, zip);
    }

    static SeenJob awaitEnd(SeenJob job) {
        try {
            Await.until("the job's end", job::finished);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; its log:\n" + job.text(), e);
        }
        return job;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            var match = JOB.matcher(path);
            if (path.equals("/api/v4/jobs/request")) {
                request(exchange);
            } else if (path.contains(".git/")) {
                GitHttp.serve(exchange, repositories);
            } else if (match.matches()) {
                var id = Long.parseLong(match.group(1));
                var part = match.group(2) == null ? "" : match.group(2);
                switch (exchange.getRequestMethod() + part) {
                    case "PUT" -> update(exchange, id);
                    case "PATCH/trace" -> trace(exchange, id);
                    case "POST/artifacts" -> upload(exchange, id);
                    case "GET/artifacts" -> download(exchange, id);
                    default -> answer(exchange, 404);
                }
            } else {
                answer(exchange, 404);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void request(HttpExchange exchange) throws IOException, InterruptedException {
        var body = JSON.readTree(exchange.getRequestBody().readAllBytes());
        if (!body.path("token").asString("").equals(TOKEN)) {
            answer(exchange, 403);
            return;
        }
        // Held like a real one, and only when the runner knows where the queue stands.
        var limit = body.path("last_update").asString("").isEmpty() ? 0 : 2_000;
        held.incrementAndGet();
        var job = queue.poll(limit, TimeUnit.MILLISECONDS);
        held.decrementAndGet();
        if (job == null) {
            exchange.getResponseHeaders().set("X-GitLab-Last-Update", "q-1");
            answer(exchange, 204);
            return;
        }
        var json = JSON.writeValueAsBytes(job);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(201, json.length);
        exchange.getResponseBody().write(json);
    }

    private void update(HttpExchange exchange, long id) throws IOException {
        var body = JSON.readTree(exchange.getRequestBody().readAllBytes());
        var job = jobs.get(id);
        synchronized (job) {
            if (forbidden(exchange, job)) {
                return;
            }
            var end = !body.path("state").asString("").equals("running");
            if (end && job.finalAnswersToRefuse > 0) {
                job.finalAnswersToRefuse--;
                answer(exchange, 501);
                return;
            }
            if (end && (job.checksumMismatchOnce || !matches(body, job.log))) {
                job.checksumMismatchOnce = false;
                answer(exchange, 412);
                return;
            }
            job.updates.add(body);
            exchange.getResponseHeaders().set("Job-Status", job.status);
            answer(exchange, 200);
        }
    }

    private static boolean matches(JsonNode body, byte[] log) {
        var crc = new CRC32();
        crc.update(log);
        return body.path("output").path("bytesize").asLong(0) == log.length
                && (log.length == 0
                        || body.path("output")
                                .path("checksum")
                                .asString("")
                                .equals("crc32:%08x".formatted(crc.getValue())));
    }

    private void trace(HttpExchange exchange, long id) throws IOException {
        var bytes = exchange.getRequestBody().readAllBytes();
        var range = exchange.getRequestHeaders().getFirst("Content-Range").split("-", 2);
        var first = Integer.parseInt(range[0]);
        var job = jobs.get(id);
        synchronized (job) {
            if (forbidden(exchange, job)) {
                return;
            }
            if (Integer.parseInt(range[1]) != first + bytes.length - 1) {
                answer(exchange, 400);
                return;
            }
            job.patchTimes.add(System.nanoTime());
            if (job.forgetDownTo >= 0 && job.log.length > job.forgetDownTo) {
                job.log = Arrays.copyOf(job.log, job.forgetDownTo);
                job.forgetDownTo = -1;
            }
            if (first > job.log.length) {
                exchange.getResponseHeaders().set("Range", "0-" + job.log.length);
                answer(exchange, 416);
                return;
            }
            var log = Arrays.copyOf(job.log, first + bytes.length);
            System.arraycopy(bytes, 0, log, first, bytes.length);
            job.log = log;
            if (job.answersToLose > 0) {
                job.answersToLose--;
                throw new UncheckedIOException(new IOException("told to lose this answer"));
            }
            exchange.getResponseHeaders().set("Job-Status", job.status);
            answer(exchange, 202);
        }
    }

    private void upload(HttpExchange exchange, long id) throws IOException {
        var body = exchange.getRequestBody().readAllBytes();
        var job = jobs.get(id);
        var text = new String(body, StandardCharsets.ISO_8859_1);
        var start = text.indexOf("\r\n\r\n") + 4;
        var end = text.lastIndexOf("\r\n--");
        var name = text.substring(text.indexOf("filename=\"") + 10, text.indexOf("\"\r\n"));
        job.uploads.put(name + "?" + exchange.getRequestURI().getQuery(), Arrays.copyOfRange(body, start, end));
        answer(exchange, 201);
    }

    private void download(HttpExchange exchange, long id) throws IOException {
        var zip = downloads.get(id);
        if (zip == null) {
            answer(exchange, 404);
            return;
        }
        exchange.sendResponseHeaders(200, zip.length);
        exchange.getResponseBody().write(zip);
    }

    private static boolean forbidden(HttpExchange exchange, SeenJob job) throws IOException {
        if (job.status.equals("canceled")) {
            exchange.getResponseHeaders().set("Job-Status", job.status);
            answer(exchange, 403);
            return true;
        }
        return false;
    }

    static void answer(HttpExchange exchange, int status) throws IOException {
        exchange.getRequestBody().readAllBytes();
        exchange.sendResponseHeaders(status, -1);
    }

    /** The bytes of a zip with these names and contents. */
    static byte[] zip(String... namesAndContents) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new java.util.zip.ZipOutputStream(bytes)) {
            for (var at = 0; at < namesAndContents.length; at += 2) {
                zip.putNextEntry(new java.util.zip.ZipEntry(namesAndContents[at]));
                zip.write(namesAndContents[at + 1].getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }
}
