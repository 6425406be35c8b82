package dev.tandem.server.insight.dora;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One deployment that ended, as the five keys see it.
 *
 * @param kind whether it brought a change or brought back what was there before
 * @param succeeded whether it serves, or did until the next one
 * @param rolledOut whether a rollout carried it out, so that {@code reachedAt} is known to be right
 * @param takenBackId of a rollback, the deployment that served when it began; null when unknown, and for changes
 * @param createdAt when somebody or something asked for it
 * @param reachedAt when it first got requests of users; null when it never did or nobody can know
 */
public record DeploymentRecord(
        long id,
        long projectId,
        long environmentId,
        String environment,
        Kind kind,
        boolean succeeded,
        boolean rolledOut,
        String sha,
        @Nullable Long takenBackId,
        Instant createdAt,
        @Nullable Instant reachedAt,
        Instant finishedAt) {

    /** What a deployment is for. */
    public enum Kind {
        CHANGE,
        ROLLBACK
    }

    public boolean isChange() {
        return kind == Kind.CHANGE;
    }
}
