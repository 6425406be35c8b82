package dev.tandem.server.platform.web;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the two-rail timeline shows, oldest first. */
public record TimelineModel(List<Entry> entries) {
    public TimelineModel {
        entries = entries.stream().sorted(Comparator.comparing(Entry::at)).toList();
    }

    /** Who did or saw it: development branches to the left, operation to the right. */
    public enum Side {
        DEVELOPMENT,
        OPERATION;

        /** CSS class and part of the message key. */
        public String css() {
            return this == DEVELOPMENT ? "development" : "operation";
        }
    }

    /**
     * One moment.
     *
     * @param state shape of its node, as {@link Ui#state(String)} takes it
     * @param link where the title leads; null for nowhere
     */
    public record Entry(
            Instant at,
            Side side,
            String state,
            Text title,
            @Nullable Text detail,
            @Nullable String link,
            List<Figure> figures) {
        public Entry(Instant at, Side side, String state, Text title, @Nullable Text detail, @Nullable String link) {
            this(at, side, state, title, detail, link, List.of());
        }
    }

    /** A number with its unit, such as errors, {@code 0.2 %}. */
    public record Figure(Text label, String value) {}
}
