package dev.tandem.server.code.imports;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * An import and how far it is.
 *
 * @param url without user and password
 * @param withCredentials whether it was asked for with some
 * @param error a sentence for whoever asked; empty unless it failed
 */
public record ProjectImport(
        long projectId,
        String url,
        boolean withCredentials,
        Status status,
        String error,
        Instant askedAt,
        Optional<Instant> endedAt) {
    /** With GitLab's words. */
    public enum Status {
        SCHEDULED,
        STARTED,
        FINISHED,
        FAILED;

        public String wire() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        static Status of(String wire) {
            return Arrays.stream(values())
                    .filter(status -> status.wire().equals(wire))
                    .findFirst()
                    .orElse(FAILED);
        }
    }

    public boolean isOver() {
        return status == Status.FINISHED || status == Status.FAILED;
    }
}
