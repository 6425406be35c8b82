package dev.tandem.pipeline.syntax;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value of the configuration with the place it was written. Immutable; parts may be shared, so a tree can be far larger than the
 * file it came from: {@link #weight} and {@link #depth} tell how large.
 */
public sealed interface Node {
    Mark mark();

    /** Roughly the memory of the tree with all sharing undone, in units of 64 bytes; saturates at {@link Integer#MAX_VALUE}. */
    int weight();

    /** Levels of nesting; 1 for a scalar. */
    int depth();

    /** How a plain value was read. */
    enum Kind {
        TEXT,
        INTEGER,
        FLOAT,
        BOOLEAN,
        NULL
    }

    /**
     * A single value.
     *
     * @param value its text as GitLab would print it: octal integers are converted, {@code yes} is {@code true}
     */
    record Scalar(Mark mark, Kind kind, String value) implements Node {
        @Override
        public int weight() {
            return 1 + value.length() / 64;
        }

        @Override
        public int depth() {
            return 1;
        }

        public boolean isNull() {
            return kind == Kind.NULL;
        }
    }

    /** A list of values. */
    record Sequence(Mark mark, List<Node> items, int weight, int depth) implements Node {
        public Sequence {
            items = List.copyOf(items);
        }

        public static Sequence of(Mark mark, List<Node> items) {
            long weight = 1;
            int depth = 0;
            for (Node item : items) {
                weight += item.weight();
                depth = Math.max(depth, item.depth());
            }
            return new Sequence(mark, items, saturated(weight), depth + 1);
        }
    }

    /** Keys with values, in the order of the file. */
    record Mapping(Mark mark, Map<String, Entry> entries, int weight, int depth) implements Node {
        public Mapping {
            entries = Collections.unmodifiableMap(entries);
        }

        public static Mapping of(Mark mark, LinkedHashMap<String, Entry> entries) {
            long weight = 1;
            int depth = 0;
            for (Entry entry : entries.values()) {
                weight += entry.value().weight();
                depth = Math.max(depth, entry.value().depth());
            }
            return new Mapping(mark, entries, saturated(weight), depth + 1);
        }

        public static Mapping empty(Mark mark) {
            return of(mark, new LinkedHashMap<>());
        }

        /** The value of a key; null when the key is absent or its value is null: GitLab treats both as "not given". */
        public @Nullable Node get(String key) {
            Entry entry = entries.get(key);
            if (entry == null || (entry.value() instanceof Scalar scalar && scalar.isNull())) {
                return null;
            }
            return entry.value();
        }

        /** Where a key stands; where the mapping stands when it has no such key. */
        public Mark keyMark(String key) {
            Entry entry = entries.get(key);
            return entry == null ? mark : entry.keyMark();
        }

        public Mapping without(String key) {
            if (!entries.containsKey(key)) {
                return this;
            }
            LinkedHashMap<String, Entry> rest = new LinkedHashMap<>(entries);
            rest.remove(key);
            return of(mark, rest);
        }
    }

    /** A {@code !reference} that is not resolved yet. */
    record Reference(Mark mark, List<String> path) implements Node {
        public Reference {
            path = List.copyOf(path);
        }

        @Override
        public int weight() {
            return 1;
        }

        @Override
        public int depth() {
            return 1;
        }
    }

    /** A value and where its key stands. */
    record Entry(Mark keyMark, Node value) {}

    private static int saturated(long weight) {
        return (int) Math.min(weight, Integer.MAX_VALUE);
    }
}
