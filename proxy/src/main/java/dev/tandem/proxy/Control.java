package dev.tandem.proxy;

import dev.tandem.proxy.Routes.RevisionKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * What the owner of the proxy says to it, over a Unix domain socket that only the owner may open.
 *
 * <ul>
 *   <li>{@code PUT /routes}: the whole table. 204 once it is on disk and in use; 409 when a newer one is in use; 400
 *       when it is not valid.
 *   <li>{@code GET /status}: process, version of the table, counters.
 * </ul>
 */
final class Control {

    private static final int MAX_TABLE_BYTES = 8 * 1024 * 1024;

    private final Vertx vertx;
    private final ProxySettings settings;
    private final Routes routes;
    private final RouteFile file;
    private final String epoch;
    private final HttpServer server;
    private int port;

    Control(Vertx vertx, ProxySettings settings, Routes routes, RouteFile file, String epoch) {
        this.vertx = vertx;
        this.settings = settings;
        this.routes = routes;
        this.file = file;
        this.epoch = epoch;
        this.server = vertx.createHttpServer(
                new HttpServerOptions().setHttp2ClearTextEnabled(false).setIdleTimeout(30));
    }

    /** Listens; {@code port} is what the status names as the port of the proxy. */
    Future<Void> listen(int port) {
        this.port = port;
        server.requestHandler(this::handle);
        return blocking(() -> Files.deleteIfExists(settings.controlSocket()))
                .compose(gone -> server.listen(SocketAddress.domainSocketAddress(
                        settings.controlSocket().toString())))
                .compose(listening -> blocking(this::protect))
                .mapEmpty();
    }

    private boolean protect() throws IOException {
        Files.setPosixFilePermissions(settings.controlSocket(), PosixFilePermissions.fromString("rw-------"));
        return true;
    }

    private void handle(HttpServerRequest request) {
        String what = request.method() + " " + request.path();
        switch (what) {
            case "GET /status" -> request.response().end(status().toBuffer());
            case "PUT /routes" -> putRoutes(request);
            default -> answer(request, 404, "no " + what + " here; there are PUT /routes and GET /status");
        }
    }

    private void putRoutes(HttpServerRequest request) {
        Buffer body = Buffer.buffer();
        request.handler(chunk -> {
            if (body.length() + chunk.length() > MAX_TABLE_BYTES) {
                request.connection().close();
            } else {
                body.appendBuffer(chunk);
            }
        });
        request.endHandler(end -> blocking(() -> replace(body))
                .onSuccess(applied -> {
                    if (Boolean.TRUE.equals(applied)) {
                        answer(request, 204, "");
                    } else {
                        answer(request, 409, "table " + routes.table().version() + " is newer");
                    }
                })
                .onFailure(problem -> answer(
                        request, problem instanceof IllegalArgumentException ? 400 : 500, String.valueOf(problem))));
    }

    /** On disk first: a proxy that starts again must not fall back behind what it has said to be in use. */
    private boolean replace(Buffer body) throws IOException {
        RoutingTable table = RoutingTableJson.read(body);
        synchronized (this) {
            if (table.version() < routes.table().version()) {
                return false;
            }
            file.save(table);
            routes.apply(table);
            return true;
        }
    }

    private JsonObject status() {
        JsonArray revisions = new JsonArray();
        routes.counters().forEach((key, counters) -> revisions.add(revision(key, counters)));
        JsonArray steps = new JsonArray();
        routes.steps()
                .forEach((key, step) -> step.sides()
                        .forEach(side ->
                                steps.add(step(key.service(), step.watch().stepId(), side))));
        return new JsonObject()
                .put("pid", ProcessHandle.current().pid())
                .put("epoch", epoch)
                .put("host", settings.host())
                .put("port", port)
                .put("version", routes.table().version())
                .put("bucketMillis", new JsonArray(RevisionCounters.BUCKET_MILLIS))
                .put("revisions", revisions)
                .put("steps", steps);
    }

    private static JsonObject step(String service, String stepId, StepCounters.Side side) {
        return new JsonObject()
                .put("service", service)
                .put("stepId", stepId)
                .put("revision", side.revision())
                .put("requests", side.requests())
                .put("errors", side.errors())
                .put("judgedForLatency", side.judgedForLatency())
                .put("overLimit", side.overLimit())
                .put("errorEvents", side.errorEvents())
                .put("slowEvents", new JsonArray(side.slowEvents()));
    }

    private static JsonObject revision(RevisionKey key, RevisionCounters counters) {
        return new JsonObject()
                .put("service", key.service())
                .put("revision", key.revision())
                .put("inFlight", counters.inFlight())
                .put("requests", counters.requests())
                .put("answered5xx", counters.answered5xx())
                .put("failed", counters.failed())
                .put("latencyBuckets", new JsonArray(counters.latencyBuckets()));
    }

    private static void answer(HttpServerRequest request, int status, String text) {
        if (!request.response().closed()) {
            request.response().setStatusCode(status).end(text);
        }
    }

    private Future<@Nullable Boolean> blocking(Callable<@Nullable Boolean> work) {
        return vertx.executeBlocking(work);
    }
}
