package dev.tandem.proxy;

import dev.tandem.proxy.RoutingTable.Instance;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One request on its way through the proxy and its answer on the way back. Lives on one event loop. */
final class Exchange {

    /** Tries by which a request may find an instance that takes it. */
    private static final int MAX_ATTEMPTS = 3;

    private final Routes routes;
    private final HttpClient client;
    private final ProxySettings settings;
    private final HttpServerRequest in;
    private final HttpServerResponse back;
    private final String host;
    private final List<Instance> refused = new ArrayList<>();
    private @Nullable HttpClientRequest out;
    private @Nullable Hold hold;
    private int attempts;
    private boolean clientGone;

    Exchange(Routes routes, HttpClient client, ProxySettings settings, HttpServerRequest in) {
        this.routes = routes;
        this.client = client;
        this.settings = settings;
        this.in = in;
        this.back = in.response();
        this.host = hostName(in);
    }

    void begin() {
        Page refusal = refusal();
        if (refusal != null) {
            refusal.answer(back);
            return;
        }
        in.pause();
        back.exceptionHandler(problem -> clientGone());
        back.closeHandler(closed -> clientGone());
        route(Page.NO_REVISION);
    }

    private @Nullable Page refusal() {
        if (in.method().equals(HttpMethod.CONNECT)) {
            return Page.NO_TUNNEL;
        }
        boolean oneHost = in.headers().getAll(HttpHeaders.HOST).size() == 1;
        boolean hasPath = in.uri().startsWith("/") || in.uri().equals("*");
        return oneHost && hasPath ? null : Page.MALFORMED;
    }

    private void route(Page otherwise) {
        switch (routes.choose(host, refused, ThreadLocalRandom.current())) {
            case Choice.Chosen(Hold chosen) -> connect(chosen);
            case Choice.NoRoute() -> answer(Page.NO_ROUTE);
            case Choice.NoRevision() -> answer(otherwise);
        }
    }

    private void connect(Hold chosen) {
        hold = chosen.from(Headers.client(in, settings.trustedForwarders()));
        attempts++;
        Instance instance = chosen.instance();
        client.request(new RequestOptions()
                        .setServer(SocketAddress.inetSocketAddress(instance.port(), instance.host()))
                        .setConnectTimeout(ProxySettings.CONNECT_TIMEOUT.toMillis())
                        .setMethod(in.method())
                        .setURI(in.uri()))
                .onSuccess(request -> send(request, chosen))
                .onFailure(problem -> refused(chosen));
    }

    /** Nothing was sent yet, so whatever the method, another instance may have the request. */
    private void refused(Hold chosen) {
        chosen.failed();
        refused.add(chosen.instance());
        if (clientGone) {
            return;
        }
        if (attempts < MAX_ATTEMPTS) {
            route(Page.NO_ANSWER);
        } else {
            answer(Page.NO_ANSWER);
        }
    }

    private void send(HttpClientRequest request, Hold chosen) {
        if (clientGone) {
            request.reset();
            chosen.abandoned();
            return;
        }
        out = request;
        chosen.sent();
        Headers.copyRequest(in, request.headers(), settings.trustedForwarders());
        if (in.canUpgradeToWebSocket()) {
            upgrade(request, chosen);
            return;
        }
        request.response()
                .onSuccess(answer -> passBack(answer, chosen))
                .onFailure(problem -> unanswered(problem, chosen));
        sendBody(request, chosen);
    }

    private void sendBody(HttpClientRequest request, Hold chosen) {
        if (!hasBody()) {
            in.resume();
            request.end();
            request.idleTimeout(settings.answerTimeout().toMillis());
            return;
        }
        request.setChunked(in.getHeader(HttpHeaders.CONTENT_LENGTH) == null);
        in.pipe().endOnFailure(false).to(request).onComplete(sent -> {
            if (sent.failed()) {
                request.reset();
            } else {
                chosen.sent();
                request.idleTimeout(settings.answerTimeout().toMillis());
            }
        });
    }

    private boolean hasBody() {
        String length = in.getHeader(HttpHeaders.CONTENT_LENGTH);
        return in.headers().contains(HttpHeaders.TRANSFER_ENCODING)
                || (length != null && !length.strip().equals("0"));
    }

    private void unanswered(Throwable problem, Hold chosen) {
        if (clientGone) {
            chosen.abandoned();
            return;
        }
        chosen.failed();
        boolean late = problem instanceof TimeoutException;
        if (!late && attempts == 1 && repeatable()) {
            route(Page.NO_ANSWER);
        } else {
            answer(late ? Page.TOO_LATE : Page.NO_ANSWER);
        }
    }

    /** The service may have closed an idle connection just as the request was written: harmless ones go once more. */
    private boolean repeatable() {
        boolean safe = in.method().equals(HttpMethod.GET)
                || in.method().equals(HttpMethod.HEAD)
                || in.method().equals(HttpMethod.OPTIONS);
        return safe && !hasBody() && !back.headWritten();
    }

    private void passBack(HttpClientResponse answer, Hold chosen) {
        chosen.answered(answer.statusCode());
        back.setStatusCode(answer.statusCode()).setStatusMessage(answer.statusMessage());
        Headers.copyAnswer(answer.headers(), back.headers());
        boolean lengthKnown = answer.getHeader(HttpHeaders.CONTENT_LENGTH) != null;
        if (!lengthKnown && mayHaveBody(answer.statusCode())) {
            // HTTP/1.0 knows no chunks: there the end of the connection is the end of the answer.
            back.setChunked(in.version() != HttpVersion.HTTP_1_0);
        }
        answer.pipe().endOnFailure(false).to(back).onComplete(passed -> {
            if (passed.succeeded()) {
                chosen.release();
                closeUnlessRead();
            } else if (clientGone) {
                chosen.release();
            } else {
                chosen.failed();
                back.reset();
            }
        });
    }

    private boolean mayHaveBody(int status) {
        return !in.method().equals(HttpMethod.HEAD) && status != 204 && status != 304;
    }

    /** A service may answer before it has read everything; the rest must not be taken for the next request. */
    private void closeUnlessRead() {
        if ((hasBody() && !in.isEnded()) || in.version() == HttpVersion.HTTP_1_0) {
            in.connection().close();
        }
    }

    private void upgrade(HttpClientRequest request, Hold chosen) {
        request.putHeader(HttpHeaders.CONNECTION, "Upgrade").putHeader(HttpHeaders.UPGRADE, "websocket");
        request.idleTimeout(settings.answerTimeout().toMillis());
        request.connect()
                .onSuccess(answer -> upgraded(answer, chosen))
                .onFailure(problem -> unanswered(problem, chosen));
    }

    private void upgraded(HttpClientResponse answer, Hold chosen) {
        if (answer.statusCode() != 101) {
            in.resume();
            passBack(answer, chosen);
            return;
        }
        chosen.answered(101);
        NetSocket service = answer.netSocket();
        service.pause();
        back.setStatusCode(101);
        Headers.copyAnswer(answer.headers(), back.headers());
        back.putHeader(HttpHeaders.CONNECTION, "Upgrade").putHeader(HttpHeaders.UPGRADE, "websocket");
        in.toNetSocket().onSuccess(socket -> join(socket, service, chosen)).onFailure(problem -> {
            service.close();
            chosen.release();
        });
    }

    private static void join(NetSocket socket, NetSocket service, Hold chosen) {
        socket.pipeTo(service).onComplete(ended -> service.close());
        service.pipeTo(socket).onComplete(ended -> {
            socket.close();
            chosen.release();
        });
    }

    private void clientGone() {
        if (clientGone || back.ended()) {
            return;
        }
        clientGone = true;
        if (hold != null) {
            hold.abandoned();
        }
        if (out != null) {
            out.reset();
        }
    }

    private void answer(Page page) {
        if (clientGone) {
            return;
        }
        // What is left of the request is read and thrown away, or the connection could serve no other.
        if (!in.isEnded()) {
            in.handler(rest -> {});
            in.resume();
        }
        page.answer(back);
        closeUnlessRead();
    }

    private static String hostName(HttpServerRequest in) {
        String value = in.getHeader(HttpHeaders.HOST);
        if (value == null) {
            return "";
        }
        int colon = value.lastIndexOf(':');
        boolean port = colon > 0 && colon > value.lastIndexOf(']');
        return (port ? value.substring(0, colon) : value).toLowerCase(Locale.ROOT);
    }
}
