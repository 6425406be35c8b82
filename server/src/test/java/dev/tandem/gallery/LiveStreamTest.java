package dev.tandem.gallery;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.platform.live.LiveHub;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** The stream of events and the static files, over HTTP. */
class LiveStreamTest {
    private static ConfigurableApplicationContext server;
    private static String origin;
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeAll
    static void start() {
        server = GalleryServer.start(0);
        origin = "http://localhost:" + server.getEnvironment().getProperty("local.server.port");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void topicThatTheGuardRefusesIsNeverSent() throws Exception {
        BlockingQueue<String> lines = stream("?topics=pipeline/secret,pipeline/1,unknown/1", null);
        hub().publish("pipeline/secret", "status", Map.of());
        hub().publish("unknown/1", "status", Map.of());
        hub().publish("pipeline/1", "status", Map.of("n", 1));
        assertThat(data(lines)).contains("\"topic\":\"pipeline/1\"");
    }

    @Test
    void reconnectContinuesBehindTheLastEvent() throws Exception {
        hub().publish("pipeline/5", "status", Map.of("n", 1));
        String seen = hub().position();
        hub().publish("pipeline/5", "status", Map.of("n", 2));
        assertThat(data(stream("?topics=pipeline/5", seen))).contains("{\"n\":2}");
        assertThat(data(stream("?topics=pipeline/5&since=" + seen, null))).contains("{\"n\":2}");
        assertThat(data(stream("?topics=pipeline/5", "another-1"))).contains("\"resync\"");
    }

    @Test
    void openStreamsDoNotDelayTheEnd() throws Exception {
        try (ConfigurableApplicationContext other = GalleryServer.start(0)) {
            String address = "http://localhost:" + other.getEnvironment().getProperty("local.server.port");
            BlockingQueue<String> lines = lines(address + "/-/events?topics=pipeline/1", null);
            assertThat(lines.poll(20, SECONDS)).isNotNull();
            long before = System.nanoTime();
            other.close();
            // The graceful stop would wait ten seconds for a request that does not end.
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(8));
        }
    }

    @Test
    void staticFilesAreKeptForEverUnderTheirHashOnly() throws Exception {
        String page = get("/gallery/live").body();
        int end = page.indexOf("app.css") + "app.css".length();
        String css = page.substring(page.lastIndexOf("/assets/", end), end);
        assertThat(get(css).headers().firstValue("Cache-Control")).hasValue("public, max-age=31536000, immutable");
        assertThat(get("/assets/0/app.css").headers().firstValue("Cache-Control"))
                .hasValue("no-cache");
        assertThat(get("/assets/0/nothing.css").statusCode()).isEqualTo(404);
        HttpResponse<String> packed = client.send(
                HttpRequest.newBuilder(URI.create(origin + css))
                        .header("Accept-Encoding", "gzip")
                        .build(),
                HttpResponse.BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
        assertThat(packed.headers().firstValue("Content-Encoding")).hasValue("gzip");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(origin + path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private BlockingQueue<String> stream(String query, String lastEventId) throws Exception {
        BlockingQueue<String> lines = lines(origin + "/-/events" + query, lastEventId);
        assertThat(lines.poll(20, SECONDS)).isEqualTo("retry: 1000");
        return lines;
    }

    /** The lines of a stream as they come. */
    private BlockingQueue<String> lines(String url, String lastEventId) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        InputStream body = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream())
                .body();
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        Thread.startVirtualThread(() -> {
            try (BufferedReader reader = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
                reader.lines().forEach(lines::add);
            } catch (IOException | UncheckedIOException ended) {
                lines.add("end");
            }
        });
        return lines;
    }

    private static String data(BlockingQueue<String> lines) throws InterruptedException {
        for (String line = lines.poll(20, SECONDS); line != null; line = lines.poll(20, SECONDS)) {
            if (line.startsWith("data: ")) {
                return line;
            }
        }
        throw new AssertionError("no event came");
    }

    private static LiveHub hub() {
        return server.getBean(LiveHub.class);
    }
}
