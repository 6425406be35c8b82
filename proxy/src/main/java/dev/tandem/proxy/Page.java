package dev.tandem.proxy;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** What the proxy itself says when no service answers. Never repeats what the client sent. */
enum Page {
    MALFORMED(400, "This request cannot be passed on: one Host header and a path are needed."),
    NO_ROUTE(404, "No service is routed under this host name here."),
    NO_TUNNEL(405, "This proxy opens no tunnels."),
    NO_ANSWER(502, "The service did not answer this request."),
    NO_REVISION(503, "The service has no healthy revision at this moment. Try again shortly."),
    TOO_LATE(504, "The service took too long to answer this request.");

    private final int status;
    private final String text;

    Page(int status, String text) {
        this.status = status;
        this.text = text;
    }

    void answer(HttpServerResponse response) {
        if (response.closed() || response.ended()) {
            return;
        }
        if (response.headWritten()) {
            response.reset();
            return;
        }
        response.headers().clear();
        response.setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("x-content-type-options", "nosniff");
        if (this == NO_REVISION) {
            response.putHeader(HttpHeaders.RETRY_AFTER, "5");
        }
        response.end(status + " " + text + "\n");
    }
}
