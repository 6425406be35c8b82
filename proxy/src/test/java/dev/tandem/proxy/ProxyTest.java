package dev.tandem.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.proxy.Raw.Answer;
import dev.tandem.proxy.RoutingTable.Instance;
import dev.tandem.proxy.RoutingTable.Revision;
import dev.tandem.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProxyTest {
    /** Under load, before and after each change of the routes; {@code ./tandem prove} asks for more. */
    private static final int REQUESTS = Integer.getInteger("tandem.requests", 300);

    @TempDir
    Path temporary;

    private final List<AutoCloseable> open = new ArrayList<>();
    private Path folder = Path.of("");
    private ProxySettings settings = new ProxySettings("127.0.0.1", 0, folder);
    private Proxy proxy = null;
    private long version;

    @BeforeEach
    void start() throws IOException {
        folder = temporary.resolve("p");
        settings = new ProxySettings(
                "127.0.0.1",
                0,
                folder,
                ProxySettings.controlSocket(folder),
                Duration.ofSeconds(2),
                Duration.ofSeconds(30),
                Set.of("127.0.0.9"));
        proxy = Proxy.start(settings);
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
    }

    @Test
    void routesByHostWhateverItsCaseAndPort() throws Exception {
        route(revision("r1", 1, service("one")));

        assertThat(Raw.get(proxy.port(), "APP.test:8080", "/x?y=1").body()).isEqualTo("one");
    }

    @Test
    void answers404WithoutRouteAnd503WithoutRunningRevision() throws Exception {
        route(new Revision("r1", 1, List.of()));

        assertThat(Raw.get(proxy.port(), "other.test", "/").status()).isEqualTo(404);
        Answer answer = Raw.get(proxy.port(), "app.test", "/");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.head()).containsIgnoringCase("retry-after: 5");
    }

    @Test
    void refusesWhatCouldBeReadInTwoWays() throws Exception {
        route(revision("r1", 1, Service.saying(exchange -> body(exchange.getRequestBody()))));

        for (String request : List.of(
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: app.test\r\nHost: other.test\r\n\r\n",
                "GET http://other.test/ HTTP/1.1\r\nHost: app.test\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                "POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: +3\r\n\r\nabc",
                "POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 4\r\nTransfer-Encoding: chunked"
                        + "\r\n\r\n6\r\nabcdef\r\n0\r\n\r\n")) {
            assertThat(Raw.once(proxy.port(), request).status()).as(request).isEqualTo(400);
        }
        assertThat(Raw.once(proxy.port(), "CONNECT app.test:80 HTTP/1.1\r\nHost: app.test\r\n\r\n")
                        .status())
                .isEqualTo(405);
    }

    @Test
    void boundsTheHeadOfARequest() throws Exception {
        route(revision("r1", 1, service("one")));
        String huge = "x".repeat(ProxySettings.MAX_HEADER_BYTES);

        assertThat(Raw.once(proxy.port(), "GET / HTTP/1.1\r\nHost: app.test\r\nX-Huge: " + huge + "\r\n\r\n")
                        .status())
                .isEqualTo(431);
        assertThat(Raw.get(proxy.port(), "app.test", "/" + huge).status()).isEqualTo(414);
        assertThat(Raw.get(proxy.port(), "app.test", "/").status()).isEqualTo(200);
    }

    @Test
    void tellsTheServiceWhoAskedAndKeepsHopHeadersToItself() throws Exception {
        route(revision("r1", 1, Service.saying(exchange -> {
            exchange.getResponseHeaders().set("Keep-Alive", "timeout=9");
            exchange.getResponseHeaders().set("X-Kept", "yes");
            return exchange.getRequestHeaders().toString();
        })));

        Answer answer = Raw.once(
                proxy.port(),
                "GET / HTTP/1.1\r\nHost: App.test:81\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\n"
                        + "Connection: keep-alive, X-Secret\r\nX-Secret: 1\r\nTE: trailers\r\nX-Mine: 2\r\n\r\n");

        assertThat(answer.body())
                .contains("X-forwarded-for=[127.0.0.1]", "X-forwarded-proto=[http]", "X-forwarded-host=[App.test:81]")
                .contains("Host=[App.test:81]", "X-mine=[2]")
                .doesNotContain("X-secret", "Te=", "6.6.6.6");
        assertThat(answer.head()).containsIgnoringCase("X-Kept").doesNotContainIgnoringCase("keep-alive: timeout=9");
    }

    @Test
    void streamsBodiesBothWays() throws Exception {
        route(revision("r1", 1, new Service(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getRequestBody().transferTo(exchange.getResponseBody());
            exchange.close();
        })));
        byte[] large = new byte[8 * 1024 * 1024];
        new java.util.Random(1).nextBytes(large);
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            for (var publisher : List.of(
                    HttpRequest.BodyPublishers.ofByteArray(large),
                    HttpRequest.BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(large)))) {
                HttpResponse<byte[]> answer = client.send(
                        HttpRequest.newBuilder(uri("http", "/")).POST(publisher).build(),
                        HttpResponse.BodyHandlers.ofByteArray());
                assertThat(answer.body()).isEqualTo(large);
            }
        }
        assertThat(counters("r1").getLong("requests")).isEqualTo(2);
    }

    @Test
    void passesOnTheFirstBytesOfAnAnswerThatGoesOn() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        route(revision("r1", 1, new Service(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("first".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            awaitQuietly(end);
            exchange.close();
        })));
        try (Raw raw = new Raw(proxy.port())) {
            raw.write("GET / HTTP/1.1\r\nHost: app.test\r\n\r\n");
            StringBuilder seen = new StringBuilder();
            while (!seen.toString().endsWith("first")) {
                seen.append((char) raw.in().read());
            }
            assertThat(counters("r1").getInteger("inFlight")).isEqualTo(1);
            end.countDown();
            Await.until("nothing in flight", () -> counters("r1").getInteger("inFlight") == 0);
        }
    }

    @Test
    void findsAnotherInstanceWhenOneRefuses() throws Exception {
        route(
                new Revision("dead", 1_000_000, List.of(new Instance("127.0.0.1", freePort()))),
                revision("alive", 1, service("alive")));

        assertThat(Raw.once(proxy.port(), "POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 2\r\n\r\nhi")
                        .body())
                .isEqualTo("alive");
        assertThat(counters("dead").getLong("failed")).isEqualTo(1);
        assertThat(counters("alive").getLong("requests")).isEqualTo(1);
    }

    @Test
    void asksAgainOnlyForHarmlessRequestsWhenTheServiceHangsUp() throws Exception {
        AtomicInteger connections = new AtomicInteger();
        ServerSocket rude = rude(socket -> connections.incrementAndGet());
        route(new Revision("rude", 1, List.of(new Instance("127.0.0.1", rude.getLocalPort()))));

        assertThat(Raw.get(proxy.port(), "app.test", "/").status()).isEqualTo(502);
        assertThat(connections).hasValue(2);
        assertThat(Raw.once(proxy.port(), "POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 2\r\n\r\nhi")
                        .status())
                .isEqualTo(502);
        assertThat(connections).hasValue(3);
        assertThat(counters("rude").getLong("failed")).isEqualTo(3);
        assertThat(counters("rude").getInteger("inFlight")).isZero();
    }

    @Test
    void givesUpOnAServiceThatNeverAnswers() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        route(revision("slow", 1, new Service(exchange -> awaitQuietly(end))));

        assertThat(Raw.get(proxy.port(), "app.test", "/").status()).isEqualTo(504);
        end.countDown();
        assertThat(counters("slow").getLong("failed")).isEqualTo(1);
    }

    @Test
    void aClientThatLeavesIsNoFailureOfTheService() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        route(revision("slow", 1, new Service(exchange -> {
            asked.countDown();
            awaitQuietly(end);
        })));
        try (Raw raw = new Raw(proxy.port())) {
            raw.write("GET / HTTP/1.1\r\nHost: app.test\r\n\r\n");
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
        }

        Await.until("nothing in flight", () -> counters("slow").getInteger("inFlight") == 0);
        end.countDown();
        assertThat(counters("slow").getLong("requests")).isEqualTo(1);
        assertThat(counters("slow").getLong("failed")).isZero();
    }

    @Test
    void countsBadAnswersAndLatency() throws Exception {
        route(revision(
                "r1",
                1,
                new Service(exchange -> Service.answer(
                        exchange,
                        Integer.parseInt(exchange.getRequestURI().getPath().substring(1)),
                        "said"))));
        try (Raw raw = new Raw(proxy.port())) {
            for (int status : new int[] {200, 500, 404, 503, 200}) {
                assertThat(raw.send("GET /" + status + " HTTP/1.1\r\nHost: app.test\r\n\r\n")
                                .status())
                        .isEqualTo(status);
            }
        }
        JsonObject counters = counters("r1");
        assertThat(counters.getLong("requests")).isEqualTo(5);
        assertThat(counters.getLong("answered5xx")).isEqualTo(2);
        assertThat(counters.getLong("failed")).isZero();
        assertThat(counters.getJsonArray("latencyBuckets").stream()
                        .mapToLong(count -> ((Number) count).longValue())
                        .sum())
                .isEqualTo(5);
    }

    @Test
    void noRequestFailsWhileTrafficMovesAndTheOldRevisionStops() throws Exception {
        Service old = service("old");
        route(revision("old", 1, old));
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger good = new AtomicInteger();
        List<String> bad = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            clients.add(Thread.ofVirtual().start(() -> load(stop, good, bad)));
        }
        Await.until("more good answers", () -> good.get() > REQUESTS);
        Service next = service("new");
        route(revision("old", 1, old), revision("new", 1, next));
        int before = good.get();
        Await.until("more good answers", () -> good.get() > before + REQUESTS);
        route(revision("old", 0, old), revision("new", 1, next));
        Await.until("nothing in flight", () -> counters("old").getInteger("inFlight") == 0);
        old.close();
        int after = good.get();
        Await.until("more good answers", () -> good.get() > after + REQUESTS);
        stop.set(true);
        for (Thread client : clients) {
            client.join();
        }

        assertThat(bad).isEmpty();
        assertThat(counters("new").getLong("requests") + counters("old").getLong("requests"))
                .isEqualTo(good.get());
    }

    @Test
    void passesWebSocketsThroughAndCountsThemInFlight() throws Exception {
        ServerSocket echo = WebSocketEcho.start();
        open.add(echo);
        route(new Revision("ws", 1, List.of(new Instance("127.0.0.1", echo.getLocalPort()))));
        try (WebSocketEcho.Client client = WebSocketEcho.Client.connect(uri("ws", "/chat"), "app.test")) {
            assertThat(client.ask("hello")).isEqualTo("hello");
            assertThat(client.ask("x".repeat(100))).isEqualTo("x".repeat(100));
            assertThat(counters("ws").getInteger("inFlight")).isEqualTo(1);
        }
        Await.until("nothing in flight", () -> counters("ws").getInteger("inFlight") == 0);
        assertThat(counters("ws").getLong("requests")).isEqualTo(1);
        assertThat(counters("ws").getLong("failed")).isZero();
    }

    @Test
    void routesTheSameAfterItsDeath() throws Exception {
        route(revision("r1", 1, service("one")));
        JsonObject before = status();
        proxy.close();
        proxy = Proxy.start(settings);

        assertThat(Raw.get(proxy.port(), "app.test", "/").body()).isEqualTo("one");
        assertThat(status().getLong("version")).isEqualTo(before.getLong("version"));
        assertThat(status().getString("epoch")).isNotEqualTo(before.getString("epoch"));
    }

    @Test
    void startsWithoutRoutesWhenTheTableOnDiskIsDamaged() throws Exception {
        proxy.close();
        Files.writeString(folder.resolve("routes.json"), "{\"version\":");
        proxy = Proxy.start(settings);

        assertThat(status().getLong("version")).isZero();
        assertThat(folder.resolve("routes.json.unreadable")).exists();
    }

    @Test
    void refusesAnOlderTableAndOneThatIsNone() throws Exception {
        version = 5;
        route(revision("r1", 1, service("one")));

        assertThat(control("PUT", "/routes", "{\"version\":5,\"services\":[]}").status())
                .isEqualTo(409);
        assertThat(control("PUT", "/routes", "nonsense").status()).isEqualTo(400);
        assertThat(Raw.get(proxy.port(), "app.test", "/").body()).isEqualTo("one");
    }

    @Test
    void isAloneInItsFolderAndOnItsPort() throws IOException {
        assertThatThrownBy(() -> Proxy.start(settings)).hasMessageContaining("lock");
        ProxySettings samePort = new ProxySettings("127.0.0.1", proxy.port(), temporary.resolve("q"));
        assertThatThrownBy(() -> Proxy.start(samePort))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cannot listen on 127.0.0.1:" + proxy.port());
    }

    @Test
    void onlyItsOwnerMayControlIt() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("control.sock"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
    }

    private void load(AtomicBoolean stop, AtomicInteger good, List<String> bad) {
        try (Raw raw = new Raw(proxy.port())) {
            while (!stop.get()) {
                Answer answer = raw.send("POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 2\r\n\r\nhi");
                if (answer.status() == 200) {
                    good.incrementAndGet();
                } else {
                    bad.add(answer.head() + answer.body());
                }
            }
        } catch (IOException e) {
            bad.add(e.toString());
        }
    }

    private Service service(String name) throws IOException {
        return Service.named(name);
    }

    private Revision revision(String id, int weight, Service service) {
        open.add(service);
        return new Revision(id, weight, List.of(new Instance("127.0.0.1", service.port())));
    }

    private void route(Revision... revisions) throws IOException {
        RoutingTable table = new RoutingTable(
                ++version, List.of(new RoutingTable.Service("app", List.of("app.test"), List.of(revisions))));
        assertThat(control("PUT", "/routes", RoutingTableJson.write(table).encode())
                        .status())
                .isEqualTo(204);
    }

    private JsonObject counters(String revision) {
        return status().getJsonArray("revisions").stream()
                .map(JsonObject.class::cast)
                .filter(json -> json.getString("revision").equals(revision))
                .findFirst()
                .orElseThrow();
    }

    private JsonObject status() {
        try {
            return new JsonObject(control("GET", "/status", "").body());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Answer control(String method, String path, String body) throws IOException {
        return Raw.control(folder.resolve("control.sock"), method, path, body);
    }

    private URI uri(String scheme, String path) throws IOException {
        // java.net.http does not let a test choose the Host header, so the loopback address is the service's host.
        routeLoopbackToo();
        return URI.create(scheme + "://127.0.0.1:" + proxy.port() + path);
    }

    private void routeLoopbackToo() throws IOException {
        JsonObject table = new JsonObject(Files.readString(folder.resolve("routes.json"))).put("version", ++version);
        var hosts = table.getJsonArray("services").getJsonObject(0).getJsonArray("hosts");
        if (!hosts.contains("127.0.0.1")) {
            hosts.add("127.0.0.1");
        }
        assertThat(control("PUT", "/routes", table.encode()).status()).isEqualTo(204);
    }

    /** Reads the head of each request, then closes without a word. */
    private ServerSocket rude(java.util.function.Consumer<Socket> seen) throws IOException {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        open.add(server);
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    seen.accept(socket);
                    byte[] some = new byte[1024];
                    int read = socket.getInputStream().read(some);
                    assertThat(read).isPositive();
                } catch (IOException e) {
                    return;
                }
            }
        });
        return server;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String body(java.io.InputStream in) {
        try {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
