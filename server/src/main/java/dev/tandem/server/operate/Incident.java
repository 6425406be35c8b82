package dev.tandem.server.operate;

import dev.tandem.server.identity.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that hurt, or could have hurt, who uses a service.
 *
 * @param iid counts per project
 * @param environmentId where it happened; null when it is not known which
 * @param environment its name
 * @param origin what opened it
 * @param title what a person or another program called it; null when the origin says enough
 * @param deploymentId the first suspect; null when none is
 * @param resolvedByDeploymentId the deployment that mended it; null when a person or time resolved it, or nobody yet
 * @param creator null when it opened by itself
 * @param externalId its name elsewhere
 * @param impactAt when users could first notice; null when they could not
 * @param recoveredAt since when the service is well again, or was never hurt; null while it is not well
 */
public record Incident(
        long id,
        long iid,
        long projectId,
        @Nullable Long environmentId,
        @Nullable String environment,
        IncidentStatus status,
        IncidentOrigin origin,
        @Nullable String title,
        @Nullable Long deploymentId,
        @Nullable Long resolvedByDeploymentId,
        @Nullable UserId creator,
        @Nullable UserId assignee,
        @Nullable UserId acknowledgedBy,
        @Nullable UserId resolvedBy,
        @Nullable String externalId,
        @Nullable String externalUrl,
        Instant openedAt,
        @Nullable Instant impactAt,
        @Nullable Instant recoveredAt,
        @Nullable Instant acknowledgedAt,
        @Nullable Instant resolvedAt) {

    /** Whether the service is well again, or was all the time. */
    public boolean recovered() {
        return recoveredAt != null;
    }
}
