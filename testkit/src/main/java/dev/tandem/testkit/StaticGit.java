package dev.tandem.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Another git server, which only has files ({@code git update-server-info}), and which can be made to wait or to fail. */
public final class StaticGit implements AutoCloseable {
    private final Path repository;
    private final Gate gate;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** Asked before each object is given. */
    public interface Gate {
        /** @return false for a server error */
        boolean opens() throws InterruptedException;
    }

    /** @param repository a bare one, or the {@code .git} of a working copy */
    public StaticGit(Path repository, Gate gate) throws IOException {
        this.repository = repository;
        this.gate = gate;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/source.git/", this::answer);
        server.start();
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/source.git");
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Path file = repository.resolve(exchange.getRequestURI().getPath().substring("/source.git/".length()));
            if (file.startsWith(repository.resolve("objects")) && !gate.opens()) {
                exchange.sendResponseHeaders(500, -1);
            } else if (Files.isRegularFile(file)) {
                exchange.getResponseHeaders().set("Content-Type", "text/plain");
                exchange.sendResponseHeaders(200, Files.size(file));
                Files.copy(file, exchange.getResponseBody());
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
