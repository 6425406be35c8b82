package dev.tandem.server.insight.web;

import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.Environment;
import org.jspecify.annotations.Nullable;

/**
 * Where a change stands in one environment.
 *
 * @param serves what serves there now; null when nothing does
 * @param percent of new requests that this change gets while it is rolled out; null when it is not, or all at once
 * @param undo what a rollback would bring back; null when there is nothing, this change does not serve, or the viewer may not
 */
public record Place(
        Environment environment,
        State state,
        @Nullable Deployment serves,
        @Nullable Integer percent,
        @Nullable Deployment undo) {

    /** How far it came. */
    public enum State {
        /** Its own commit serves. */
        SERVES("deployed"),
        /** A later commit that contains it serves. */
        INCLUDED("success"),
        ROLLING("running"),
        /** It was there, or began to be, and is not any more. */
        GONE("rolled_back"),
        ABSENT("pending");

        private final String word;

        State(String word) {
            this.word = word;
        }

        /** For its shape. */
        public String word() {
            return word;
        }

        public String key() {
            return "insight.place." + name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    static State of(boolean rolling, boolean serves, boolean included, boolean wasThere) {
        if (rolling) {
            return State.ROLLING;
        }
        if (serves) {
            return State.SERVES;
        }
        if (included) {
            return State.INCLUDED;
        }
        return wasThere ? State.GONE : State.ABSENT;
    }
}
