package dev.tandem.server.platform.http;

import dev.tandem.server.platform.http.OutgoingException.Why;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * The one way in which this server asks addresses that users name: includes, webhooks, uptime checks. A name is resolved once
 * and that address is connected to, so it cannot change its mind in between; addresses of this machine and its network are
 * refused unless an administrator allowed them ({@code outgoing-allow}), at each redirect again; time and size are bounded.
 *
 * <p>Blocks the calling thread, which may be a virtual one. Safe for use by many threads.
 */
public final class OutgoingHttp {
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    /** Set by the client, or meant for the first host only. */
    private static final Set<String> OURS =
            Set.of("host", "connection", "content-length", "transfer-encoding", "accept-encoding", "te", "upgrade");

    private final AllowList allowed;

    /**
     * @param allowList what of the inner network may be asked; see {@code outgoing-allow}
     * @throws IllegalArgumentException with a sentence for the administrator
     */
    public OutgoingHttp(String allowList) {
        this.allowed = AllowList.of(allowList);
    }

    /** @throws OutgoingException when there is no answer that is wanted */
    public OutgoingResponse send(OutgoingRequest request) throws OutgoingException {
        Deadline deadline = new Deadline(request.within());
        URI uri = request.uri();
        int left = request.body().length > 0 ? 0 : request.redirects();
        while (true) {
            OutgoingResponse response = once(request, uri, deadline);
            String location = response.header("location").orElse("");
            if (!REDIRECTS.contains(response.status()) || location.isEmpty() || request.redirects() == 0) {
                return response;
            }
            if (left-- <= 0) {
                throw new OutgoingException(Why.REDIRECTS, "It redirects too often.");
            }
            uri = next(uri, location);
        }
    }

    /**
     * Asks once, follows no redirect, and leaves the answer to be read.
     *
     * @param mostBytes of the answer; more is an error
     * @throws OutgoingException when there is no answer
     */
    public OutgoingExchange open(OutgoingRequest request, long mostBytes) throws OutgoingException {
        Deadline deadline = new Deadline(request.within());
        String host = host(request.uri());
        int port = OutgoingRequest.port(request.uri());
        InetAddress[] addresses = addresses(host, port, request.trusted());
        CloseableHttpClient client = client(addresses, deadline);
        Deadline.Guard guard = deadline.guard(client);
        try {
            ClassicHttpResponse answer = client.executeOpen(null, asked(request, request.uri()), null);
            HttpEntity entity = answer.getEntity();
            InputStream body = entity == null ? InputStream.nullInputStream() : entity.getContent();
            return new OutgoingExchange(
                    answer.getCode(), headers(answer), new OutgoingExchange.Counted(body, mostBytes), () -> {
                        guard.close();
                        client.close(CloseMode.IMMEDIATE);
                    });
        } catch (IOException | RuntimeException e) {
            guard.close();
            client.close(CloseMode.IMMEDIATE);
            if (e instanceof OutgoingException known) {
                throw known;
            }
            deadline.check();
            throw fault(e, host, port);
        }
    }

    private static URI next(URI from, String location) throws OutgoingException {
        try {
            URI next = from.resolve(location);
            if ("https".equalsIgnoreCase(from.getScheme()) && !"https".equalsIgnoreCase(next.getScheme())) {
                throw new OutgoingException(Why.REDIRECTS, "It redirects from https to " + next.getScheme() + ".");
            }
            return next;
        } catch (IllegalArgumentException e) {
            throw new OutgoingException(Why.REDIRECTS, "It redirects to something that is no address.", e);
        }
    }

    private OutgoingResponse once(OutgoingRequest request, URI uri, Deadline deadline) throws OutgoingException {
        String host = host(uri);
        int port = OutgoingRequest.port(uri);
        InetAddress[] addresses = addresses(host, port, request.trusted());
        ClassicHttpRequest asked = asked(request, uri);
        try (CloseableHttpClient client = client(addresses, deadline);
                Deadline.Guard guard = deadline.guard(client)) {
            return client.execute(
                    asked,
                    answer -> new OutgoingResponse(
                            answer.getCode(), uri, headers(answer), body(answer.getEntity(), request)));
        } catch (OutgoingException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // A client that was closed because time is up says so in many ways.
            deadline.check();
            throw fault(e, host, port);
        }
    }

    private static OutgoingException fault(Exception e, String host, int port) {
        return switch (e) {
            case SSLException tls ->
                new OutgoingException(Why.CERTIFICATE, host + " cannot prove who it is: " + e.getMessage(), e);
            case SocketTimeoutException late -> new OutgoingException(Why.TIME, "Nobody answered in time.", e);
            case ConnectException nobody ->
                new OutgoingException(Why.CONNECTION, "Nobody listens on port " + port + ".", e);
            case ClientProtocolException strange -> noHttp(e);
            case ConnectionClosedException early -> noHttp(e);
            case NoHttpResponseException silent -> noHttp(e);
            case MalformedChunkCodingException broken -> noHttp(e);
            case IllegalArgumentException wrong ->
                new OutgoingException(Why.ADDRESS, "The address cannot be asked: " + e.getMessage(), e);
            default -> new OutgoingException(Why.CONNECTION, host + " broke the connection off.", e);
        };
    }

    private static OutgoingException noHttp(Exception e) {
        return new OutgoingException(Why.ANSWER, "The answer is no HTTP: " + e.getMessage(), e);
    }

    /** One for each request: it knows one name, and nothing that one host said is told the next. */
    private static CloseableHttpClient client(InetAddress[] addresses, Deadline deadline) throws OutgoingException {
        Timeout left = Timeout.ofMilliseconds(deadline.leftMillis());
        HttpClientConnectionManager connections = PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(new Resolved(addresses))
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(left)
                        .setSocketTimeout(left)
                        .build())
                .build();
        return HttpClients.custom()
                .setConnectionManager(connections)
                .setDefaultRequestConfig(
                        RequestConfig.custom().setResponseTimeout(left).build())
                .setUserAgent("Tandem")
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableContentCompression()
                .disableCookieManagement()
                .disableAuthCaching()
                .build();
    }

    /** What was resolved and checked before, whatever the name would lead to now. */
    private record Resolved(InetAddress[] addresses) implements DnsResolver {
        @Override
        public InetAddress[] resolve(String host) {
            return addresses;
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }

    private static ClassicHttpRequest asked(OutgoingRequest request, URI uri) {
        ClassicRequestBuilder asked =
                ClassicRequestBuilder.create(request.method()).setUri(uri);
        boolean first = uri.equals(request.uri());
        request.headers().forEach((name, value) -> {
            // What was meant for one host (tokens, signatures) is not told another.
            boolean ours = OURS.contains(name.toLowerCase(Locale.ROOT));
            if (!ours && (first || sameOrigin(uri, request.uri()))) {
                asked.setHeader(clean(name), clean(value));
            }
        });
        asked.setHeader("Accept-Encoding", "identity").setHeader("Connection", "close");
        if (request.body().length > 0 || request.method().equals("POST")) {
            asked.setEntity(request.body(), null);
        }
        return asked.build();
    }

    private static Map<String, List<String>> headers(ClassicHttpResponse answer) {
        Map<String, List<String>> headers = new HashMap<>();
        for (Header header : answer.getHeaders()) {
            headers.computeIfAbsent(header.getName().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(header.getValue());
        }
        return headers;
    }

    private static byte[] body(@Nullable HttpEntity entity, OutgoingRequest request) throws IOException {
        if (entity == null) {
            return new byte[0];
        }
        InputStream in = entity.getContent();
        byte[] bytes = in.readNBytes(request.most() + 1);
        if (bytes.length <= request.most()) {
            return bytes;
        }
        if (!request.cut()) {
            throw new OutgoingException(Why.SIZE, "It answered with more than " + request.most() + " bytes.");
        }
        return Arrays.copyOf(bytes, request.most());
    }

    private static String host(URI uri) throws OutgoingException {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        String host = uri.getHost();
        int port = uri.getPort();
        if (!Set.of("http", "https").contains(scheme)
                || host == null
                || host.isEmpty()
                || uri.getUserInfo() != null
                || port == 0
                || port > 65_535) {
            throw new OutgoingException(Why.ADDRESS, "An address begins with http:// or https:// and a host name.");
        }
        return host.toLowerCase(Locale.ROOT);
    }

    private InetAddress[] addresses(String host, int port, String trusted) throws OutgoingException {
        List<InetAddress> found = List.of(resolve(host));
        List<InetAddress> open = found.stream()
                .filter(address -> !InnerAddresses.holds(address)
                        || trusted.equalsIgnoreCase(host + ":" + port)
                        || allowed.allows(host, address, port))
                .toList();
        if (open.isEmpty()) {
            throw new OutgoingException(
                    Why.FORBIDDEN,
                    host + " is an address inside of this server's own network. An administrator can allow it with the"
                            + " setting outgoing-allow.");
        }
        return open.toArray(InetAddress[]::new);
    }

    private static InetAddress[] resolve(String host) throws OutgoingException {
        // RFC 6761; not every resolver knows it.
        boolean local = host.equals("localhost") || host.endsWith(".localhost");
        try {
            return local ? new InetAddress[] {InetAddress.getLoopbackAddress()} : InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            throw new OutgoingException(Why.NAME, "The name " + host + " is not known.", e);
        }
    }

    private static boolean sameOrigin(URI one, URI other) {
        return one.getScheme().equalsIgnoreCase(other.getScheme())
                && one.getHost().equalsIgnoreCase(other.getHost())
                && OutgoingRequest.port(one) == OutgoingRequest.port(other);
    }

    private static String clean(String text) {
        return text.replaceAll("[\\r\\n\\x00]", " ");
    }

    /** How long there is still time. */
    private static final class Deadline {
        private final long end;

        Deadline(Duration within) {
            this.end = System.nanoTime() + within.toNanos();
        }

        int leftMillis() throws OutgoingException {
            check();
            return (int) Math.clamp((end - System.nanoTime()) / 1_000_000 + 1, 1, Integer.MAX_VALUE);
        }

        void check() throws OutgoingException {
            if (System.nanoTime() >= end) {
                throw new OutgoingException(Why.TIME, "It did not answer in time.");
            }
        }

        /** Ends the conversation when time is up: an answer that comes drop by drop never times out by itself. */
        Guard guard(CloseableHttpClient client) {
            Thread watch = Thread.ofVirtual().start(() -> {
                try {
                    Thread.sleep(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
                    client.close(CloseMode.IMMEDIATE);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            return watch::interrupt;
        }

        private interface Guard extends AutoCloseable {
            @Override
            void close();
        }
    }
}
