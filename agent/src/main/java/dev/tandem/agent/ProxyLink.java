package dev.tandem.agent;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Talks to the proxy over its Unix domain socket, which java.net.http cannot do. */
final class ProxyLink {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_BYTES = 64 * 1024 * 1024;

    private final ControlSocket socket;
    private final ScheduledExecutorService timer;

    ProxyLink(ControlSocket socket, ScheduledExecutorService timer) {
        this.socket = socket;
        this.timer = timer;
    }

    record Status(
            long pid,
            String epoch,
            String host,
            int port,
            long version,
            List<Integer> bucketMillis,
            List<Counters> revisions,
            @Nullable List<StepCounters> steps) {
        /** A running proxy of an earlier version counts no steps. */
        Status {
            steps = steps == null ? List.of() : List.copyOf(steps);
        }
    }

    record StepCounters(
            String service,
            String stepId,
            String revision,
            long requests,
            long errors,
            long judgedForLatency,
            long overLimit,
            long errorEvents,
            List<Long> slowEvents) {}

    record Counters(
            String service,
            String revision,
            int inFlight,
            long requests,
            long answered5xx,
            long failed,
            List<Long> latencyBuckets) {}

    private record Answer(int status, byte[] body) {}

    Status status() throws IOException {
        Answer answer = call("GET", "/status", new byte[0]);
        if (answer.status() != 200) {
            throw new IOException("the proxy answered " + answer.status() + " to GET /status");
        }
        try {
            return JSON.readValue(answer.body(), Status.class);
        } catch (JacksonException e) {
            throw new IOException("the proxy's status cannot be read: " + e.getOriginalMessage(), e);
        }
    }

    void put(RouteTable table) throws IOException {
        Answer answer = call("PUT", "/routes", JSON.writeValueAsBytes(table));
        if (answer.status() != 204) {
            throw new IOException("the proxy answered " + answer.status() + " to PUT /routes: "
                    + new String(answer.body(), StandardCharsets.UTF_8));
        }
    }

    private Answer call(String method, String path, byte[] body) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            // A proxy that hangs must not take the agent with it: closing the channel ends the call.
            ScheduledFuture<?> limit =
                    timer.schedule(() -> closeQuietly(channel), TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            try {
                channel.connect(UnixDomainSocketAddress.of(socket.path()));
                write(
                        channel,
                        method + " " + path + " HTTP/1.1\r\nHost: proxy\r\nConnection: close\r\nContent-Length: "
                                + body.length + "\r\n\r\n",
                        body);
                return read(new BufferedInputStream(Channels.newInputStream(channel)));
            } finally {
                limit.cancel(false);
            }
        }
    }

    private static void write(SocketChannel channel, String head, byte[] body) throws IOException {
        for (ByteBuffer bytes :
                List.of(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)), ByteBuffer.wrap(body))) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    private static Answer read(InputStream in) throws IOException {
        String first = line(in);
        if (!first.startsWith("HTTP/1.1 ") || first.length() < 12) {
            throw new IOException("the proxy's answer is no HTTP: " + first);
        }
        int length = 0;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(15).strip());
            }
        }
        byte[] body = in.readNBytes(Math.min(length, MAX_BYTES));
        if (body.length < length) {
            throw new IOException("the proxy's answer broke off");
        }
        return new Answer(Integer.parseInt(first.substring(9, 12)), body);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0 || line.length() > 8192) {
                throw new IOException("the proxy's answer broke off");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // The call fails anyway.
        }
    }
}
