package dev.tandem.pipeline.state;

import java.util.Locale;
import java.util.Optional;

/** On what condition a job runs once its turn comes. */
public enum When {
    ON_SUCCESS,
    ON_FAILURE,
    ALWAYS,
    MANUAL,
    DELAYED;

    /** GitLab's word, for example {@code on_success}. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<When> ofWire(String word) {
        for (When when : values()) {
            if (when.wire().equals(word)) {
                return Optional.of(when);
            }
        }
        return Optional.empty();
    }
}
