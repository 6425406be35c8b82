package dev.tandem.server.operate;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The states of an incident; GitLab's words. Whether the service is well again is told apart: see {@code recoveredAt}. */
public enum IncidentStatus {
    /** Nobody has taken it up yet. */
    TRIGGERED,
    /** Somebody has seen it and looks after it. */
    ACKNOWLEDGED,
    /** Over. What happens later is another incident. */
    RESOLVED;

    /** The whole state machine: what may follow what. */
    public static final Map<IncidentStatus, Set<IncidentStatus>> NEXT = next();

    private static Map<IncidentStatus, Set<IncidentStatus>> next() {
        Map<IncidentStatus, Set<IncidentStatus>> next = new EnumMap<>(IncidentStatus.class);
        next.put(TRIGGERED, EnumSet.of(ACKNOWLEDGED, RESOLVED));
        next.put(ACKNOWLEDGED, EnumSet.of(RESOLVED));
        next.put(RESOLVED, EnumSet.noneOf(IncidentStatus.class));
        return Map.copyOf(next);
    }

    public boolean isOpen() {
        return this != RESOLVED;
    }

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<IncidentStatus> ofWire(String word) {
        for (IncidentStatus status : values()) {
            if (status.wire().equals(word)) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }
}
