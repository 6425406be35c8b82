package dev.tandem.pipeline.state;

import java.util.Locale;
import java.util.Optional;

/** The states of a job; pipelines and stages use the same words. */
public enum JobStatus {
    CREATED,
    WAITING_FOR_RESOURCE,
    PREPARING,
    PENDING,
    RUNNING,
    CANCELING,
    SUCCESS,
    FAILED,
    CANCELED,
    SKIPPED,
    MANUAL,
    SCHEDULED;

    /** GitLab's word, for example {@code waiting_for_resource}. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<JobStatus> ofWire(String word) {
        for (JobStatus status : values()) {
            if (status.wire().equals(word)) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }

    /** Nothing more happens by itself; a manual job is not terminal, it waits for somebody. */
    public boolean isTerminal() {
        return this == SUCCESS || this == FAILED || this == CANCELED || this == SKIPPED;
    }

    /** In a runner's hands. */
    public boolean isActive() {
        return this == RUNNING || this == CANCELING;
    }
}
