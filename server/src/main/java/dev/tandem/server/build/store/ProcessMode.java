package dev.tandem.server.build.store;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Which of the jobs of a resource group is next when the group is free. GitLab's modes. */
public enum ProcessMode {
    /** Whichever waits longest. */
    UNORDERED,
    /** The one of the oldest pipeline; the group stays free until that is ready. */
    OLDEST_FIRST,
    /** The one of the newest pipeline; the group stays free until that is ready. */
    NEWEST_FIRST,
    /** The one of the newest pipeline among those that wait already. */
    NEWEST_READY_FIRST;

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<ProcessMode> ofWire(String word) {
        return Arrays.stream(values()).filter(mode -> mode.wire().equals(word)).findFirst();
    }

    /** Whether a job that is not ready yet holds its place before others that are. */
    public boolean waitsForTheUnready() {
        return this == OLDEST_FIRST || this == NEWEST_FIRST;
    }

    /** All words, for messages. */
    public static List<String> words() {
        return Arrays.stream(values()).map(ProcessMode::wire).toList();
    }
}
