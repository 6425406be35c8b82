package dev.tandem.server.operate;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Something that people are told of, in the language that they are told it in.
 *
 * @param key names it for ever: told again, it is told once
 * @param project full path
 * @param title one line
 * @param lines what else matters, one sentence each
 * @param url where to look
 * @param facts ids and words for programs
 */
public record Notice(
        Event event,
        String key,
        String project,
        String title,
        List<String> lines,
        String url,
        Instant at,
        Map<String, String> facts) {
    public Notice {
        lines = List.copyOf(lines);
        facts = Map.copyOf(facts);
    }

    /** What a channel can be told of. */
    public enum Event {
        INCIDENT_OPENED,
        INCIDENT_ACKNOWLEDGED,
        INCIDENT_RESOLVED,
        ROLLOUT_NEEDS_PERSON,
        ROLLED_BACK,
        /** Somebody tries the channel out. */
        TEST;

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<Event> ofWire(String word) {
            for (Event event : values()) {
                if (event.wire().equals(word)) {
                    return Optional.of(event);
                }
            }
            return Optional.empty();
        }
    }
}
