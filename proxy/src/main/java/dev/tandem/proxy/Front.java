package dev.tandem.proxy;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.PoolOptions;

/** The side towards clients on one event loop, with its own pool of connections to services. */
final class Front extends VerticleBase {

    private final Routes routes;
    private final ProxySettings settings;
    private final int port;

    Front(Routes routes, ProxySettings settings, int port) {
        this.routes = routes;
        this.settings = settings;
        this.port = port;
    }

    @Override
    public Future<?> start() {
        HttpClient client = vertx.createHttpClient(clientOptions(), poolOptions());
        return vertx.createHttpServer(serverOptions())
                .requestHandler(request -> new Exchange(routes, client, settings, request).begin())
                .listen(port, settings.host());
    }

    private HttpServerOptions serverOptions() {
        return new HttpServerOptions()
                .setHttp2ClearTextEnabled(false)
                // WebSockets pass through as they are: what client and service agree on is theirs.
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setMaxHeaderSize(ProxySettings.MAX_HEADER_BYTES)
                .setMaxInitialLineLength(ProxySettings.MAX_REQUEST_LINE_BYTES)
                .setHandle100ContinueAutomatically(true)
                .setIdleTimeout((int) settings.idleTimeout().toSeconds());
    }

    private HttpClientOptions clientOptions() {
        return new HttpClientOptions()
                .setHttp2ClearTextUpgrade(false)
                .setMaxHeaderSize(ProxySettings.MAX_HEADER_BYTES)
                .setMaxInitialLineLength(ProxySettings.MAX_REQUEST_LINE_BYTES)
                .setConnectTimeout((int) ProxySettings.CONNECT_TIMEOUT.toMillis())
                .setKeepAliveTimeout((int) ProxySettings.UPSTREAM_KEEP_ALIVE.toSeconds())
                .setIdleTimeout((int) settings.idleTimeout().toSeconds());
    }

    private static PoolOptions poolOptions() {
        return new PoolOptions()
                .setHttp1MaxSize(ProxySettings.MAX_CONNECTIONS_PER_INSTANCE)
                .setMaxWaitQueueSize(ProxySettings.MAX_CONNECTIONS_PER_INSTANCE);
    }
}
