package dev.tandem.server.platform.http;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One request to an address that somebody else chose. Immutable.
 *
 * @param headers by name; those that frame the request are set by the client
 * @param within for everything: name, connection, redirects, answer
 * @param most bytes of the body that are read
 * @param cut whether a longer body is cut there; else it is an error
 * @param redirects how many are followed; what carries a body follows none
 * @param trusted {@code host:port} that need not be on the administrator's list, because the server itself chose it; empty for none
 */
public record OutgoingRequest(
        String method,
        URI uri,
        Map<String, String> headers,
        byte[] body,
        Duration within,
        int most,
        boolean cut,
        int redirects,
        String trusted) {
    private static final Duration USUAL_TIME = Duration.ofSeconds(10);
    private static final int USUAL_SIZE = 1024 * 1024;
    private static final int USUAL_REDIRECTS = 5;

    public OutgoingRequest {
        headers = Map.copyOf(headers);
        body = body.clone();
    }

    /** 10 s, 1 MiB, 5 redirects. */
    public static OutgoingRequest get(URI uri) {
        return new OutgoingRequest(
                "GET", uri, Map.of(), new byte[0], USUAL_TIME, USUAL_SIZE, false, USUAL_REDIRECTS, "");
    }

    public static OutgoingRequest post(URI uri, String contentType, byte[] body) {
        return new OutgoingRequest(
                "POST", uri, Map.of("Content-Type", contentType), body, USUAL_TIME, USUAL_SIZE, true, 0, "");
    }

    public OutgoingRequest header(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new OutgoingRequest(method, uri, more, body, within, most, cut, redirects, trusted);
    }

    public OutgoingRequest within(Duration time) {
        return new OutgoingRequest(method, uri, headers, body, time, most, cut, redirects, trusted);
    }

    /** More than this is an error. */
    public OutgoingRequest atMost(int bytes) {
        return new OutgoingRequest(method, uri, headers, body, within, bytes, false, redirects, trusted);
    }

    /** Only so much of the body is wanted. */
    public OutgoingRequest first(int bytes) {
        return new OutgoingRequest(method, uri, headers, body, within, bytes, true, redirects, trusted);
    }

    public OutgoingRequest withoutRedirects() {
        return new OutgoingRequest(method, uri, headers, body, within, most, cut, 0, trusted);
    }

    /** Its own host and port come from this server, not from a user: a service behind our own proxy. */
    public OutgoingRequest toOurOwn() {
        return new OutgoingRequest(
                method, uri, headers, body, within, most, cut, redirects, uri.getHost() + ":" + port(uri));
    }

    @Override
    public byte[] body() {
        return body.clone();
    }

    static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }
}
