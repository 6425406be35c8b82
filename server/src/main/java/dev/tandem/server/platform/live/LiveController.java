package dev.tandem.server.platform.live;

import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * The stream of events, as server-sent events. Each stream keeps one virtual thread, which waits for events and writes
 * them; a browser that takes nothing blocks only its own.
 */
@Controller
class LiveController {
    /** After it the browser connects again and its rights are asked anew. */
    private static final Duration LIFETIME = Duration.ofMinutes(5);

    private static final int MOST_TOPICS = 200;
    private static final int MOST_CONNECTIONS = 5000;
    private static final int QUEUE = 256;

    private final LiveHub hub;
    private final TopicGuards guards;
    private final Heartbeat heartbeat;

    LiveController(LiveHub hub, TopicGuards guards, ObjectProvider<Heartbeat> heartbeat) {
        this.hub = hub;
        this.guards = guards;
        this.heartbeat = heartbeat.getIfAvailable(() -> Heartbeat.USUAL);
    }

    /**
     * @param topics comma-separated; those that the viewer may not watch are left out without a word
     * @param since where the oldest of the browser's pages stands; {@code Last-Event-ID} counts more
     */
    @Requires(Permission.ANYONE)
    @GetMapping("/-/events")
    void events(
            @RequestParam(defaultValue = "") String topics,
            @RequestParam(required = false) @Nullable String since,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        Set<String> watched = watched(topics, request);
        if (hub.connected() >= MOST_CONNECTIONS) {
            response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            return;
        }
        response.setContentType("text/event-stream;charset=UTF-8");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Accel-Buffering", "no");
        LiveHub.Joined joined = hub.join(watched, lastEventId != null ? lastEventId : since, QUEUE);
        try {
            stream(joined, response.getOutputStream());
        } finally {
            hub.leave(joined.connection());
        }
    }

    private Set<String> watched(String topics, HttpServletRequest request) {
        return Arrays.stream(topics.split(","))
                .filter(LiveHub::wellFormed)
                .distinct()
                .limit(MOST_TOPICS)
                .filter(topic -> guards.mayWatch(request, topic))
                .collect(Collectors.toUnmodifiableSet());
    }

    private void stream(LiveHub.Joined joined, OutputStream out) throws IOException {
        LiveConnection connection = joined.connection();
        write(out, "retry: 1000\n: tandem\n\n");
        for (String topic : joined.resync()) {
            write(out, frame(hub.position(), hub.resync(topic)));
        }
        for (LiveEvent event : joined.missed()) {
            write(out, frame(hub.id(event.sequence()), event.json()));
        }
        out.flush();
        long end = System.nanoTime() + LIFETIME.toNanos();
        while (!connection.closed() && System.nanoTime() < end) {
            pass(connection, out);
        }
    }

    private void pass(LiveConnection connection, OutputStream out) throws IOException {
        LiveEvent event = connection.next(heartbeat.pause());
        if (connection.closed()) {
            return;
        }
        if (connection.takeOverflow()) {
            write(out, frame(hub.position(), hub.resync("*")));
        }
        write(out, event == null ? ":\n\n" : frame(hub.id(event.sequence()), event.json()));
        out.flush();
    }

    private static String frame(String id, String json) {
        return "id: " + id + "\ndata: " + json + "\n\n";
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
