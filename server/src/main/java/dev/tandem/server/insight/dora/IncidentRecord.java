package dev.tandem.server.insight.dora;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One incident, as the five keys see it.
 *
 * @param iid its number within the project
 * @param deploymentId the deployment that caused it; null when none did, or nobody has said which
 * @param resolvedByDeploymentId the deployment that ended it; null when it ended otherwise, or has not yet
 * @param resolvedAt null while it is open
 */
public record IncidentRecord(
        long id,
        long iid,
        long projectId,
        @Nullable Long deploymentId,
        @Nullable Long resolvedByDeploymentId,
        Instant startedAt,
        @Nullable Instant resolvedAt) {}
