package dev.tandem.server.deliver.rollout;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a canary does when the bake time of a step is over without enough evidence. */
public enum OnInconclusive {
    /** Goes on where health is good. */
    CONTINUE,
    /** Holds, and asks a person. */
    PAUSE;

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<OnInconclusive> ofWire(String word) {
        return Arrays.stream(values())
                .filter(value -> value.wire().equals(word))
                .findFirst();
    }
}
