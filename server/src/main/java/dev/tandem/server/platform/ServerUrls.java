package dev.tandem.server.platform;

import java.net.URI;
import java.util.Optional;

/**
 * Where this server is reached; every absolute address of its own begins here. With port 0 the real port is known only
 * once the server listens. Safe for use by many threads.
 */
public final class ServerUrls {
    private final Settings settings;
    private volatile int port;
    private volatile int plainPort;

    public ServerUrls(Settings settings) {
        this.settings = settings;
        this.port = settings.port();
        this.plainPort = settings.port();
    }

    /**
     * The server listens.
     *
     * @param realPlainPort where programs on this machine reach it without TLS; the same where there is none
     */
    void listening(int realPort, int realPlainPort) {
        port = realPort;
        plainPort = realPlainPort;
    }

    /** For people and runners elsewhere; no slash at the end. */
    public URI external() {
        return configured().orElseGet(() -> URI.create((settings.tls() ? "https" : "http") + "://localhost:" + port));
    }

    /** What the administrator says it is; empty when nothing was said. */
    public Optional<URI> configured() {
        return Optional.ofNullable(settings.externalUrl());
    }

    /** Whether people come by TLS, which ends here or in front of this server. */
    public boolean isSecure() {
        return external().getScheme().equals("https");
    }

    /** For programs on this machine. */
    public URI loopback() {
        if (settings.tls()) {
            return URI.create("http://127.0.0.1:" + plainPort);
        }
        String bind = settings.bind();
        boolean anywhere = bind.equals("0.0.0.0") || bind.equals("::") || bind.isEmpty();
        String host = bind.contains(":") ? "[" + bind + "]" : bind;
        return URI.create("http://" + (anywhere ? "127.0.0.1" : host) + ":" + port);
    }
}
