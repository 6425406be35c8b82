package dev.tandem.server.code.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.tandem.server.platform.http.OutgoingException;
import dev.tandem.server.platform.http.OutgoingHttp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GuardedConnectionsTest {
    private final List<String> authorizations = new ArrayList<>();
    private HttpServer server;
    private URI address;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            exchange.sendResponseHeaders(200, 100_000);
            exchange.getResponseBody().write(new byte[100_000]);
            exchange.close();
        });
        server.start();
        address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/x.git");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void allAnswersTogetherAreBounded() throws IOException {
        try (GuardedConnections connections = connections(address, 150_000)) {
            HttpConnection first = connections.create(address.toURL());
            assertThat(first.getInputStream().readAllBytes()).hasSize(100_000);
            HttpConnection second = connections.create(address.toURL());
            assertThatThrownBy(() -> second.getInputStream().readAllBytes())
                    .isInstanceOfSatisfying(
                            OutgoingException.class, e -> assertThat(e.why()).isEqualTo(OutgoingException.Why.SIZE));
        }
    }

    @Test
    void credentialsAreForTheFirstHostAlone() throws IOException {
        URI first = URI.create("http://127.0.0.1:1/x.git");
        for (URI asked : List.of(first, address)) {
            try (GuardedConnections connections = connections(asked, 150_000)) {
                HttpConnection connection = connections.create(address.toURL());
                connection.setRequestProperty("Authorization", "Basic c2VjcmV0");
                connection.setRequestMethod("POST");
                connection.getOutputStream().write(1);
                assertThat(connection.getResponseCode()).isEqualTo(200);
            }
        }

        assertThat(authorizations).containsExactly("null", "Basic c2VjcmV0");
    }

    @Test
    void innerAddressesAreRefused() throws IOException {
        for (String inner :
                List.of("http://10.0.0.1/x", "http://169.254.169.254/x", "http://[::1]:80/x", "http://[fd00::1]/x")) {
            URI uri = URI.create(inner);
            try (GuardedConnections connections = connections(uri, 150_000)) {
                HttpConnection connection = connections.create(uri.toURL());
                assertThatThrownBy(connection::getResponseCode)
                        .as(inner)
                        .isInstanceOfSatisfying(
                                OutgoingException.class,
                                e -> assertThat(e.why()).isEqualTo(OutgoingException.Why.FORBIDDEN));
            }
        }
    }

    private static GuardedConnections connections(URI first, long mostBytes) {
        return new GuardedConnections(new OutgoingHttp("127.0.0.1"), first, Duration.ofSeconds(20), mostBytes);
    }
}
