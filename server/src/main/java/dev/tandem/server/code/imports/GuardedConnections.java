package dev.tandem.server.code.imports;

import dev.tandem.server.platform.http.OutgoingException;
import dev.tandem.server.platform.http.OutgoingExchange;
import dev.tandem.server.platform.http.OutgoingHttp;
import dev.tandem.server.platform.http.OutgoingRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory;
import org.jspecify.annotations.Nullable;

/**
 * JGit's way to the other server for one import: each request, also after a redirect, through the one client that refuses inner
 * addresses; all together within one time and one size; credentials to the first host alone. For one thread.
 */
final class GuardedConnections implements HttpConnectionFactory, AutoCloseable {
    private static final int LARGEST_REQUEST = 64 * 1024 * 1024;
    private static final Set<String> SECRET = Set.of("authorization", "cookie");

    private final OutgoingHttp http;
    private final URI first;
    private final long end;
    private final long mostBytes;
    private final List<OutgoingExchange> open = new ArrayList<>();
    private long read;

    GuardedConnections(OutgoingHttp http, URI first, Duration within, long mostBytes) {
        this.http = http;
        this.first = first;
        this.end = System.nanoTime() + within.toNanos();
        this.mostBytes = mostBytes;
    }

    @Override
    public HttpConnection create(URL url) {
        return new Connection(url);
    }

    /** The proxy of the Java process is not asked: what it can reach, users must not. */
    @Override
    public HttpConnection create(URL url, Proxy proxy) {
        return new Connection(url);
    }

    @Override
    public void close() throws IOException {
        for (OutgoingExchange exchange : open) {
            exchange.close();
        }
    }

    private OutgoingExchange send(String method, URI uri, Map<String, String> headers, byte[] body)
            throws OutgoingException {
        OutgoingRequest request = method.equals("POST")
                ? OutgoingRequest.post(uri, headers.getOrDefault("Content-Type", "application/octet-stream"), body)
                : OutgoingRequest.get(uri);
        for (Map.Entry<String, String> header : headers.entrySet()) {
            boolean isSecret = SECRET.contains(header.getKey().toLowerCase(Locale.ROOT));
            if (!isSecret || isFirst(uri)) {
                request = request.header(header.getKey(), header.getValue());
            }
        }
        Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
        OutgoingExchange exchange = http.open(request.withoutRedirects().within(left), Math.max(0, mostBytes - read));
        open.add(exchange);
        return exchange;
    }

    private boolean isFirst(URI uri) {
        return first.getScheme().equalsIgnoreCase(uri.getScheme())
                && first.getHost().equalsIgnoreCase(uri.getHost())
                && first.getPort() == uri.getPort();
    }

    /** One request, sent when somebody looks at its answer. */
    private final class Connection implements HttpConnection {
        private final URL url;
        private final Map<String, String> asked = new LinkedHashMap<>();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private String method = "GET";
        private @Nullable OutgoingExchange exchange;

        Connection(URL url) {
            this.url = url;
        }

        private OutgoingExchange exchange() throws IOException {
            if (exchange == null) {
                exchange = send(method, URI.create(url.toString()), asked, body.toByteArray());
            }
            return exchange;
        }

        private Map<String, List<String>> answered() {
            return exchange == null ? Map.of() : exchange.headers();
        }

        @Override
        public int getResponseCode() throws IOException {
            return exchange().status();
        }

        @Override
        public URL getURL() {
            return url;
        }

        @Override
        public String getResponseMessage() throws IOException {
            return "status " + exchange().status();
        }

        @Override
        public Map<String, List<String>> getHeaderFields() {
            return new HashMap<>(answered());
        }

        @Override
        public void setRequestProperty(String key, @Nullable String value) {
            if (value == null) {
                asked.remove(key);
            } else {
                asked.put(key, value);
            }
        }

        @Override
        public void setRequestMethod(String wanted) {
            method = wanted;
        }

        @Override
        public @Nullable String getContentType() {
            return getHeaderField("Content-Type");
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new java.io.FilterInputStream(exchange().body()) {
                @Override
                public int read() throws IOException {
                    int one = super.read();
                    read += one < 0 ? 0 : 1;
                    return one;
                }

                @Override
                public int read(byte[] into, int from, int length) throws IOException {
                    int some = super.read(into, from, length);
                    read += Math.max(0, some);
                    return some;
                }
            };
        }

        @Override
        public @Nullable String getHeaderField(String name) {
            return getHeaderFields(name).stream().findFirst().orElse(null);
        }

        @Override
        public List<String> getHeaderFields(String name) {
            return Optional.ofNullable(answered().get(name.toLowerCase(Locale.ROOT)))
                    .orElse(List.of());
        }

        @Override
        public int getContentLength() {
            String length = getHeaderField("Content-Length");
            return length != null && length.matches("[0-9]{1,9}") ? Integer.parseInt(length) : -1;
        }

        @Override
        public OutputStream getOutputStream() {
            return new OutputStream() {
                @Override
                public void write(int one) throws IOException {
                    require(1);
                    body.write(one);
                }

                @Override
                public void write(byte[] from, int at, int length) throws IOException {
                    require(length);
                    body.write(from, at, length);
                }

                private void require(int more) throws IOException {
                    if (body.size() + more > LARGEST_REQUEST) {
                        throw new IOException("the question has become too long");
                    }
                }
            };
        }

        @Override
        public String getRequestMethod() {
            return method;
        }

        @Override
        public boolean usingProxy() {
            return false;
        }

        @Override
        public void connect() throws IOException {
            exchange();
        }

        // What the one client decides by itself.

        @Override
        public void setUseCaches(boolean usecaches) {}

        @Override
        public void setConnectTimeout(int timeout) {}

        @Override
        public void setReadTimeout(int timeout) {}

        @Override
        public void setInstanceFollowRedirects(boolean redirect) {}

        @Override
        public void setDoOutput(boolean dooutput) {}

        @Override
        public void setFixedLengthStreamingMode(int contentLength) {}

        @Override
        public void setChunkedStreamingMode(int chunklen) {}

        @Override
        public void configure(
                KeyManager @Nullable [] managers,
                TrustManager @Nullable [] trust,
                java.security.@Nullable SecureRandom random) {}

        @Override
        public void setHostnameVerifier(HostnameVerifier verifier) {}
    }
}
