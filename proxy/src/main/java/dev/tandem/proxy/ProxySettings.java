package dev.tandem.proxy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * How a proxy listens and what it bounds.
 *
 * @param host address to listen on
 * @param port TCP port, 0 for any free one
 * @param folder its own folder; made with mode 0700 when absent
 * @param controlSocket Unix socket on which it is told what to route; some 100 bytes at most
 * @param answerTimeout from the last byte of a request until the head of its answer
 * @param idleTimeout without a byte in either direction, on either side, WebSockets included
 * @param trustedForwarders addresses (of a TLS terminator in front) whose X-Forwarded headers are passed on; from
 *     everybody else they are replaced
 */
public record ProxySettings(
        String host,
        int port,
        Path folder,
        Path controlSocket,
        Duration answerTimeout,
        Duration idleTimeout,
        Set<String> trustedForwarders) {

    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    /**
     * Idle connections to a service are given up before services usually close them themselves (Node.js after 5 s):
     * a request written into a closing connection is lost.
     */
    static final Duration UPSTREAM_KEEP_ALIVE = Duration.ofSeconds(3);

    static final int MAX_HEADER_BYTES = 32 * 1024;
    static final int MAX_REQUEST_LINE_BYTES = 16 * 1024;
    static final int MAX_CONNECTIONS_PER_INSTANCE = 1024;

    public ProxySettings {
        folder = folder.toAbsolutePath().normalize();
        controlSocket = controlSocket.toAbsolutePath().normalize();
        trustedForwarders = Set.copyOf(trustedForwarders);
    }

    /** Usual bounds. */
    public ProxySettings(String host, int port, Path folder) {
        this(host, port, folder, controlSocket(folder), Duration.ofSeconds(60), Duration.ofMinutes(5), Set.of());
    }

    static Path controlSocket(Path folder) {
        return folder.resolve("control.sock");
    }
}
