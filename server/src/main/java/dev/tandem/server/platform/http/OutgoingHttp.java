package dev.tandem.server.platform.http;

import dev.tandem.server.platform.http.OutgoingException.Why;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

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
        List<InetAddress> addresses = addresses(host, port, request.trusted());
        try (Socket plain = connect(addresses, port, deadline);
                Deadline.Guard guard = deadline.guard(plain)) {
            Socket socket = "https".equalsIgnoreCase(uri.getScheme()) ? secure(plain, host, port, deadline) : plain;
            write(socket.getOutputStream(), request, uri, host);
            return HttpAnswer.read(deadline.limit(socket), request, uri);
        } catch (OutgoingException e) {
            throw e;
        } catch (SSLException e) {
            deadline.check();
            throw new OutgoingException(Why.CERTIFICATE, host + " cannot prove who it is: " + e.getMessage(), e);
        } catch (IOException e) {
            deadline.check();
            throw new OutgoingException(Why.CONNECTION, host + " broke the connection off.", e);
        }
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

    private List<InetAddress> addresses(String host, int port, String trusted) throws OutgoingException {
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
        return open;
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

    private static Socket connect(List<InetAddress> addresses, int port, Deadline deadline) throws OutgoingException {
        List<IOException> failures = new ArrayList<>();
        for (InetAddress address : addresses.subList(0, Math.min(3, addresses.size()))) {
            Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(address, port), deadline.leftMillis());
                return socket;
            } catch (IOException e) {
                failures.add(e);
                close(socket);
            }
        }
        deadline.check();
        if (failures.getLast() instanceof SocketTimeoutException) {
            throw new OutgoingException(Why.TIME, "Nobody answered in time.", failures.getLast());
        }
        throw new OutgoingException(Why.CONNECTION, "Nobody listens on port " + port + ".", failures.getLast());
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Socket secure(Socket plain, String host, int port, Deadline deadline) throws IOException {
        plain.setSoTimeout(deadline.leftMillis());
        SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        SSLSocket secure = (SSLSocket) factory.createSocket(plain, host, port, false);
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        return secure;
    }

    private static void write(OutputStream to, OutgoingRequest request, URI uri, String host) throws IOException {
        boolean first = uri.equals(request.uri());
        StringBuilder head = new StringBuilder();
        head.append(request.method()).append(' ').append(target(uri)).append(" HTTP/1.1\r\n");
        head.append("Host: ")
                .append(uri.getPort() < 0 ? host : host + ":" + uri.getPort())
                .append("\r\n");
        head.append("Connection: close\r\nAccept-Encoding: identity\r\n");
        if (request.headers().keySet().stream().noneMatch("user-agent"::equalsIgnoreCase)) {
            head.append("User-Agent: Tandem\r\n");
        }
        request.headers().forEach((name, value) -> {
            // What was meant for one host (tokens, signatures) is not told another.
            boolean ours = OURS.contains(name.toLowerCase(Locale.ROOT));
            if (!ours && (first || sameOrigin(uri, request.uri()))) {
                head.append(clean(name)).append(": ").append(clean(value)).append("\r\n");
            }
        });
        byte[] body = request.body();
        if (body.length > 0 || request.method().equals("POST")) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        OutputStream out = new BufferedOutputStream(to);
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        out.write(body);
        out.flush();
    }

    private static boolean sameOrigin(URI one, URI other) {
        return one.getScheme().equalsIgnoreCase(other.getScheme())
                && one.getHost().equalsIgnoreCase(other.getHost())
                && OutgoingRequest.port(one) == OutgoingRequest.port(other);
    }

    private static String target(URI uri) {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String whole = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
        return URI.create(whole.startsWith("//") ? "/." + whole : whole).toASCIIString();
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

        /** Closes the socket when time is up: an answer that comes drop by drop never times out by itself. */
        Guard guard(Socket socket) {
            Thread watch = Thread.ofVirtual().start(() -> {
                try {
                    Thread.sleep(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
                    close(socket);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            return watch::interrupt;
        }

        InputStream limit(Socket socket) throws IOException {
            socket.setSoTimeout(leftMillis());
            return socket.getInputStream();
        }

        private interface Guard extends AutoCloseable {
            @Override
            void close();
        }
    }
}
