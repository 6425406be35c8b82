package dev.tandem.server.deliver;

import dev.tandem.server.identity.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One commit brought to one environment, or the attempt.
 *
 * @param iid counts per project
 * @param ref branch or tag; null when unknown
 * @param rollbackOfId the deployment whose bundle is brought back; null when this is no rollback
 * @param reason why it did not succeed, in English; null while it may yet, and when it did
 * @param reasonCode the same as the name of a message, {@code deliver.reason.CODE}; null without one
 */
public record Deployment(
        long id,
        long iid,
        long projectId,
        long environmentId,
        Kind kind,
        DeploymentStatus status,
        @Nullable String ref,
        String sha,
        @Nullable Long pipelineId,
        @Nullable Long jobId,
        UserId user,
        @Nullable Long rollbackOfId,
        @Nullable String reason,
        @Nullable String reasonCode,
        List<String> reasonArguments,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant finishedAt) {
    public Deployment {
        reasonArguments = List.copyOf(reasonArguments);
    }

    /** Where it came from. */
    public enum Kind {
        /** A job with {@code environment:}. */
        JOB,
        /** Somebody's own {@code tandem deploy}. */
        PERSON,
        /** Told of by another system that carried it out. */
        REPORTED,
        ROLLBACK,
        /** What serves, with another configuration. */
        CONFIGURATION;

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Kind ofWire(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    public String shortSha() {
        return sha.length() > 8 ? sha.substring(0, 8) : sha;
    }
}
