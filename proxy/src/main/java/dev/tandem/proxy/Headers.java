package dev.tandem.proxy;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which headers go on to the other side (RFC 9110, 7.6.1) and which the proxy sets. */
final class Headers {

    private static final Set<String> HOP_BY_HOP = inAnyCase(
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
    private static final Set<String> NOT_FOR_SERVICES =
            inAnyCase("expect", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "forwarded");

    private static final int MAX_ADDRESS = 64;

    private Headers() {}

    private static Set<String> inAnyCase(String... names) {
        Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        set.addAll(Arrays.asList(names));
        return Collections.unmodifiableSet(set);
    }

    /** What a service answers, for the client. */
    static void copyAnswer(MultiMap from, MultiMap to) {
        copy(from, to, Set.of());
    }

    private static void copy(MultiMap from, MultiMap to, Set<String> replaced) {
        Set<String> named = namedByConnection(from);
        for (Map.Entry<String, String> header : from) {
            String name = header.getKey();
            if (!HOP_BY_HOP.contains(name) && !replaced.contains(name) && !named.contains(name)) {
                to.add(name, header.getValue());
            }
        }
    }

    static void copyRequest(HttpServerRequest in, MultiMap to, Set<String> trustedForwarders) {
        copy(in.headers(), to, NOT_FOR_SERVICES);
        String peer = in.remoteAddress().hostAddress();
        boolean trusted = trustedForwarders.contains(peer);
        String before = trusted ? in.getHeader("x-forwarded-for") : null;
        String proto = trusted ? in.getHeader("x-forwarded-proto") : null;
        String host = trusted ? in.getHeader("x-forwarded-host") : null;
        to.set("x-forwarded-for", before == null ? peer : before + ", " + peer);
        to.set("x-forwarded-proto", proto == null ? "http" : proto);
        String named = host == null ? in.getHeader(HttpHeaders.HOST) : host;
        if (named != null && !named.isEmpty()) {
            to.set("x-forwarded-host", named);
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
        if (!headers.contains(HttpHeaders.CONNECTION)) {
            return Set.of();
        }
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (String value : headers.getAll(HttpHeaders.CONNECTION)) {
            for (String name : value.split(",", -1)) {
                names.add(name.strip());
            }
        }
        return names;
    }
}
