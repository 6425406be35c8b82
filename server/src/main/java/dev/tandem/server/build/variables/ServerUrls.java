package dev.tandem.server.build.variables;

import dev.tandem.server.platform.Settings;
import java.net.URI;

/**
 * Where this server is reached. With port 0 the real port is known only once the server listens. Safe for use by many
 * threads.
 */
public final class ServerUrls {
    private final Settings settings;
    private volatile int port;

    public ServerUrls(Settings settings) {
        this.settings = settings;
        this.port = settings.port();
    }

    /** The server listens. */
    public void listening(int realPort) {
        port = realPort;
    }

    /** For people and runners elsewhere; no slash at the end. */
    public URI external() {
        URI url = settings.externalUrl();
        if (url.getPort() != 0) {
            return url;
        }
        return URI.create(url.getScheme() + "://" + url.getHost() + ":" + port + url.getRawPath());
    }

    /** For programs on this machine. */
    public URI loopback() {
        String bind = settings.bind();
        boolean anywhere = bind.equals("0.0.0.0") || bind.equals("::") || bind.isEmpty();
        return URI.create("http://" + (anywhere ? "127.0.0.1" : bind) + ":" + port);
    }
}
