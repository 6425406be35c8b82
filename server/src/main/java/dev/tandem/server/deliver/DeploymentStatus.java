package dev.tandem.server.deliver;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The states of a deployment; GitLab's words. */
public enum DeploymentStatus {
    /** Recorded; nothing happens yet. */
    CREATED,
    RUNNING,
    SUCCESS,
    FAILED,
    CANCELED,
    /** Waits for an approval. */
    BLOCKED;

    /** The whole state machine: what may follow what. */
    public static final Map<DeploymentStatus, Set<DeploymentStatus>> NEXT = next();

    private static Map<DeploymentStatus, Set<DeploymentStatus>> next() {
        Map<DeploymentStatus, Set<DeploymentStatus>> next = new EnumMap<>(DeploymentStatus.class);
        next.put(CREATED, EnumSet.of(RUNNING, SUCCESS, FAILED, CANCELED, BLOCKED));
        next.put(BLOCKED, EnumSet.of(CREATED, CANCELED));
        next.put(RUNNING, EnumSet.of(SUCCESS, FAILED, CANCELED));
        next.put(SUCCESS, EnumSet.noneOf(DeploymentStatus.class));
        next.put(FAILED, EnumSet.noneOf(DeploymentStatus.class));
        next.put(CANCELED, EnumSet.noneOf(DeploymentStatus.class));
        return Map.copyOf(next);
    }

    public boolean isTerminal() {
        return this == SUCCESS || this == FAILED || this == CANCELED;
    }

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What people read: one that succeeded is deployed. */
    public String word() {
        return this == SUCCESS ? "deployed" : wire();
    }

    public static Optional<DeploymentStatus> ofWire(String word) {
        for (DeploymentStatus status : values()) {
            if (status.wire().equals(word)) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }
}
