package dev.tandem.agent;

import dev.tandem.agent.protocol.Said;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Looks once at a web process. */
final class Probe {

    private static final int MAX_CONTENT_BYTES = 1024 * 1024;

    private final HttpClient http;
    private final PortOwners owners;

    Probe(HttpClient http, PortOwners owners) {
        this.http = http;
        this.owners = owners;
    }

    /** What was seen. */
    sealed interface Seen {
        record Good() implements Seen {}

        /** Nothing listens: it may just be starting. */
        record Silent(Said what) implements Seen {}

        record Bad(Said what) implements Seen {}
    }

    /** @param uid of the revision: an answer of somebody else's process says nothing about it */
    Seen look(HealthCheck check, int port, int uid) throws InterruptedException {
        String path = check.path();
        Seen seen = path == null ? listens(check, port) : answers(check, port, path);
        return seen instanceof Seen.Good
                ? owners.stranger(port, uid).<Seen>map(Seen.Bad::new).orElse(seen)
                : seen;
    }

    private static Seen listens(HealthCheck check, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), (int)
                    check.timeout().toMillis());
            return new Seen.Good();
        } catch (IOException e) {
            return new Seen.Silent(Said.of("silent"));
        }
    }

    private Seen answers(HealthCheck check, int port, String path) throws InterruptedException {
        long end = System.nanoTime() + check.timeout().toNanos();
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .timeout(check.timeout())
                    .header("User-Agent", "tandem-agent");
            check.headers().forEach(request::setHeader);
            HttpResponse<InputStream> response =
                    http.send(request.GET().build(), HttpResponse.BodyHandlers.ofInputStream());
            Said wrong = wrong(check, path, response, end);
            return wrong == null ? new Seen.Good() : new Seen.Bad(wrong);
        } catch (ConnectException e) {
            return new Seen.Silent(Said.of("get_silent", path));
        } catch (HttpTimeoutException e) {
            return new Seen.Bad(Said.of("get_late", path, check.timeout().toSeconds()));
        } catch (IOException | IllegalArgumentException e) {
            return new Seen.Bad(Said.of("get_failed", path, e.getMessage()));
        }
    }

    private static @Nullable Said wrong(HealthCheck check, String path, HttpResponse<InputStream> response, long end)
            throws IOException, InterruptedException {
        try (InputStream body = response.body()) {
            if (response.statusCode() < 200 || response.statusCode() >= 400) {
                return Said.of("get_status", path, response.statusCode());
            }
            if (check.content().isEmpty()) {
                return null;
            }
            String text = text(body, end);
            return text.contains(check.content()) ? null : Said.of("get_lacked", path, check.content());
        }
    }

    /** The client's time limit ends with the head of the answer: a body that never ends would be waited for, for ever. */
    private static String text(InputStream body, long end) throws IOException, InterruptedException {
        FutureTask<byte[]> reading = new FutureTask<>(() -> body.readNBytes(MAX_CONTENT_BYTES));
        Thread.ofVirtual().start(reading);
        try {
            return new String(reading.get(end - System.nanoTime(), TimeUnit.NANOSECONDS), StandardCharsets.UTF_8);
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("its body did not end");
        } catch (ExecutionException e) {
            throw new IOException(
                    e.getCause() == null ? e.getMessage() : e.getCause().getMessage(), e);
        }
    }
}
