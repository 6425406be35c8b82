package dev.tandem.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tandem.agent.protocol.AgentReport;
import dev.tandem.agent.protocol.DesiredState;
import dev.tandem.agent.protocol.RevisionState;
import dev.tandem.agent.protocol.RevisionStatus;
import dev.tandem.agent.protocol.ServiceSpec;
import dev.tandem.agent.protocol.StepTraffic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.databind.json.JsonMapper;

/** The server as an agent knows it, in memory. */
final class FakeServer implements AutoCloseable {

    static final String TOKEN = "tagt-test";

    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpServer http;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, byte[]> bundles = new ConcurrentHashMap<>();
    private final List<AgentReport> reports = new CopyOnWriteArrayList<>();
    private DesiredState desired = new DesiredState(0, List.of());

    FakeServer() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        http.setExecutor(threads);
        http.createContext("/api/tandem/v1/agent/", this::handle);
        http.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    synchronized void desire(ServiceSpec... services) {
        desired = new DesiredState(desired.version() + 1, List.of(services));
        notifyAll();
    }

    void add(String sha256, byte[] bundle) {
        bundles.put(sha256, bundle);
    }

    synchronized long version() {
        return desired.version();
    }

    List<AgentReport> reports() {
        return List.copyOf(reports);
    }

    AgentReport last() {
        return reports.isEmpty() ? null : reports.getLast();
    }

    RevisionStatus status(String revision) {
        AgentReport report = last();
        return report == null
                ? null
                : report.revisions().stream()
                        .filter(status -> status.revision().equals(revision))
                        .findFirst()
                        .orElse(null);
    }

    boolean is(String revision, RevisionState state) {
        RevisionStatus status = status(revision);
        return status != null && status.state() == state;
    }

    boolean wasEver(String revision, RevisionState state) {
        return reports.stream()
                .flatMap(report -> report.revisions().stream())
                .anyMatch(status -> status.revision().equals(revision) && status.state() == state);
    }

    /** Whether it was told this sentence, or one that holds it, of a revision in this state. */
    boolean said(String revision, RevisionState state, String text) {
        return reports.stream()
                .flatMap(report -> report.revisions().stream())
                .anyMatch(status -> status.revision().equals(revision)
                        && status.state() == state
                        && status.message().contains(text));
    }

    StepTraffic probes(String revision) {
        return last().probes().stream()
                .filter(counted -> counted.revision().equals(revision))
                .findFirst()
                .orElse(null);
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().substring("/api/tandem/v1/agent/".length());
        if (!TOKEN.equals(exchange.getRequestHeaders().getFirst("AGENT-TOKEN"))) {
            answer(exchange, 401, new byte[0]);
        } else if (path.equals("desired")) {
            poll(exchange);
        } else if (path.equals("report")) {
            reports.add(JSON.readValue(exchange.getRequestBody().readAllBytes(), AgentReport.class));
            answer(exchange, 204, new byte[0]);
        } else {
            byte[] bundle = bundles.get(path.substring("bundles/".length()));
            answer(exchange, bundle == null ? 404 : 200, bundle == null ? new byte[0] : bundle);
        }
    }

    private void poll(HttpExchange exchange) throws IOException {
        long after = Long.parseLong(exchange.getRequestURI().getQuery().substring("after=".length()));
        DesiredState answer = await(after);
        answer(exchange, answer == null ? 204 : 200, answer == null ? new byte[0] : JSON.writeValueAsBytes(answer));
    }

    private synchronized DesiredState await(long after) {
        long deadline = System.nanoTime() + 2_000_000_000L;
        while (desired.version() <= after && System.nanoTime() < deadline) {
            try {
                wait(200);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            }
        }
        return desired.version() <= after ? null : desired;
    }

    private static void answer(HttpExchange exchange, int status, byte[] bytes) throws IOException {
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }
}
