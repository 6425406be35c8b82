package dev.tandem.agent;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Listens where a service should, and answers that all is well. */
record Thief(HttpServer server) implements AutoCloseable {

    Thief(int port) throws IOException {
        this(HttpServer.create(new InetSocketAddress("127.0.0.1", port), 10));
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
