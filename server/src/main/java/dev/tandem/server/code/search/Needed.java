package dev.tandem.server.code.search;

import java.util.List;

/** What a file must hold to be worth looking at; says nothing about files that do not hold it being all of no use. */
public sealed interface Needed {
    /** This text, whatever the case of its ASCII letters. */
    record Text(String text) implements Needed {}

    /** Each of these; of none, every file will do. */
    record All(List<Needed> parts) implements Needed {
        public All {
            parts = List.copyOf(parts);
        }
    }

    /** At least one of these. */
    record Any(List<Needed> parts) implements Needed {
        public Any {
            parts = List.copyOf(parts);
        }
    }

    /** Nothing: every file will do. */
    Needed NOTHING = new All(List.of());
}
