package dev.tandem.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.tandem.agent.protocol.Said;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProbeTest {
    private final HttpClient http = HttpClient.newHttpClient();
    private final CountDownLatch over = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private HttpServer service;

    @BeforeEach
    void start() throws IOException {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        service.setExecutor(threads);
        service.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        service.stop(0);
        threads.close();
        http.close();
    }

    @Test
    void aBodyThatNeverEndsIsNotWaitedForForEver() throws InterruptedException {
        answersButNeverEnds("all is w");

        assertThat(look("well")).isEqualTo(new Probe.Seen.Bad(Said.of("get_late", "/health", 1)));
        assertThat(look("")).isEqualTo(new Probe.Seen.Good());
    }

    private void answersButNeverEnds(String begin) {
        service.createContext("/health", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(begin.getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
    }

    private Probe.Seen look(String content) throws InterruptedException {
        HealthCheck check = new HealthCheck(
                HealthCheck.Type.LIVENESS,
                "/health",
                content,
                Map.of(),
                Duration.ZERO,
                1,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ZERO);
        return new Probe(http, new PortOwners(false))
                .look(check, service.getAddress().getPort(), 0);
    }
}
