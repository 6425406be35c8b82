package dev.tandem.server.platform.live;

import dev.tandem.server.platform.Live;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Hands events to the connections that watch their topic and keeps the last ones of each topic, so that a browser that
 * was away for a moment misses nothing. Everything is in memory: after a restart browsers are told to read again.
 */
public final class LiveHub implements Live {
    private static final Pattern TOPIC = Pattern.compile("[a-z]+(-[a-z]+)*/[A-Za-z0-9._/-]{1,200}");
    private static final int EVENTS_PER_TOPIC = 128;
    private static final int TOPICS_KEPT = 2000;

    private final JsonMapper json;
    private final int eventsPerTopic;
    private final String epoch = Long.toHexString(RandomGenerator.getDefault().nextLong());
    private final Object lock = new Object();
    private final Set<LiveConnection> connections = new CopyOnWriteArraySet<>();
    private final LinkedHashMap<String, TopicRing> rings;
    private long sequence;
    private long forgottenUpTo;
    private boolean closed;

    public LiveHub(JsonMapper json) {
        this(json, EVENTS_PER_TOPIC, TOPICS_KEPT);
    }

    LiveHub(JsonMapper json, int eventsPerTopic, int topicsKept) {
        this.json = json;
        this.eventsPerTopic = eventsPerTopic;
        this.rings = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, TopicRing> eldest) {
                boolean full = size() > topicsKept;
                if (full) {
                    forgottenUpTo = Math.max(forgottenUpTo, eldest.getValue().newest());
                }
                return full;
            }
        };
    }

    static boolean wellFormed(String topic) {
        return TOPIC.matcher(topic).matches();
    }

    /** @throws IllegalArgumentException when the topic is not of the form {@code kind/name} */
    @Override
    public void publish(String topic, String event, Object data) {
        if (!wellFormed(topic)) {
            throw new IllegalArgumentException("not a topic: " + topic);
        }
        String message = json.writeValueAsString(message(topic, event, data));
        synchronized (lock) {
            LiveEvent next = new LiveEvent(++sequence, topic, message);
            rings.computeIfAbsent(topic, fresh -> new TopicRing(eventsPerTopic, forgottenUpTo))
                    .add(next);
            for (LiveConnection connection : connections) {
                if (connection.topics().contains(topic)) {
                    connection.offer(next);
                }
            }
        }
    }

    /** Where the stream is now; a page carries it, and what it shows is at least that new when taken before reading. */
    public String position() {
        synchronized (lock) {
            return id(sequence);
        }
    }

    String id(long at) {
        return epoch + "-" + at;
    }

    /** A message that makes pages of {@code topic} read again. */
    String resync(String topic) {
        return json.writeValueAsString(message(topic, "resync", Map.of()));
    }

    /** What to write first, and the connection that gets everything after. */
    record Joined(LiveConnection connection, List<LiveEvent> missed, List<String> resync) {}

    /**
     * Adds a connection and works out, in the same moment, what it missed.
     *
     * @param since the last id that the browser has seen; null when it has seen none
     */
    Joined join(Set<String> topics, @Nullable String since, int capacity) {
        LiveConnection connection = new LiveConnection(topics, capacity);
        synchronized (lock) {
            if (closed) {
                connection.close();
            }
            connections.add(connection);
            long from = since == null ? sequence : sequenceOf(since);
            List<String> resync = topics.stream()
                    .filter(topic -> !complete(topic, from))
                    .sorted()
                    .toList();
            List<LiveEvent> missed = topics.stream()
                    .filter(topic -> complete(topic, from))
                    .flatMap(topic -> missed(topic, from).stream())
                    .sorted(Comparator.comparingLong(LiveEvent::sequence))
                    .toList();
            return new Joined(connection, missed, resync);
        }
    }

    void leave(LiveConnection connection) {
        connections.remove(connection);
    }

    /** How many streams are open. */
    public int connected() {
        return connections.size();
    }

    /** Ends every stream now, so that the server can stop; those that still come end at once. */
    void close() {
        synchronized (lock) {
            closed = true;
            connections.forEach(LiveConnection::close);
        }
    }

    private boolean complete(String topic, long from) {
        TopicRing ring = rings.get(topic);
        return from >= 0 && (ring == null ? from >= forgottenUpTo : ring.completeSince(from));
    }

    private List<LiveEvent> missed(String topic, long from) {
        TopicRing ring = rings.get(topic);
        return ring == null ? List.of() : ring.since(from);
    }

    /** Negative when the id is of another process or nonsense: then nothing is known of what was missed. */
    private long sequenceOf(String id) {
        int dash = id.lastIndexOf('-');
        if (dash < 0 || !id.substring(0, dash).equals(epoch)) {
            return -1;
        }
        try {
            long at = Long.parseLong(id.substring(dash + 1));
            return at > sequence ? -1 : at;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static Map<String, Object> message(String topic, String event, Object data) {
        Map<String, Object> message = new HashMap<>();
        message.put("topic", topic);
        message.put("event", event);
        message.put("data", data);
        return message;
    }
}
