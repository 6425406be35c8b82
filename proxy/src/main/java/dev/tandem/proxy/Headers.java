package dev.tandem.proxy;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Which headers go on to the other side (RFC 9110, 7.6.1) and which the proxy sets. */
final class Headers {

    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /** The proxy itself answers {@code Expect}; the others it sets to what it knows. */
    private static final Set<String> REPLACED =
            Set.of("expect", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "forwarded");

    private static final int MAX_ADDRESS = 64;

    private Headers() {}

    static void copyEndToEnd(MultiMap from, MultiMap to) {
        Set<String> named = namedByConnection(from);
        for (Map.Entry<String, String> header : from) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (!HOP_BY_HOP.contains(name) && !named.contains(name)) {
                to.add(header.getKey(), header.getValue());
            }
        }
    }

    static void copyRequest(HttpServerRequest in, MultiMap to, Set<String> trustedForwarders) {
        copyEndToEnd(in.headers(), to);
        REPLACED.forEach(to::remove);
        String peer = in.remoteAddress().hostAddress();
        MultiMap from = trustedForwarders.contains(peer) ? in.headers() : MultiMap.caseInsensitiveMultiMap();
        String before = from.get("x-forwarded-for");
        to.set("x-forwarded-for", before == null ? peer : before + ", " + peer);
        to.set("x-forwarded-proto", orElse(from.get("x-forwarded-proto"), "http"));
        String host = orElse(from.get("x-forwarded-host"), orElse(in.getHeader(HttpHeaders.HOST), ""));
        if (!host.isEmpty()) {
            to.set("x-forwarded-host", host);
        }
    }

    /** Address of who asks: the peer, or whom a trusted forwarder names as its own peer. */
    static String client(HttpServerRequest in, Set<String> trustedForwarders) {
        String peer = in.remoteAddress().hostAddress();
        String before = trustedForwarders.contains(peer) ? in.getHeader("x-forwarded-for") : null;
        if (before == null) {
            return peer;
        }
        String last = before.substring(before.lastIndexOf(',') + 1).strip();
        return last.isEmpty() || last.length() > MAX_ADDRESS ? peer : last;
    }

    private static Set<String> namedByConnection(MultiMap headers) {
        Set<String> names = new HashSet<>();
        for (String value : headers.getAll(HttpHeaders.CONNECTION)) {
            for (String name : value.split(",", -1)) {
                names.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }

    private static String orElse(@org.jspecify.annotations.Nullable String value, String otherwise) {
        return value == null ? otherwise : value;
    }
}
