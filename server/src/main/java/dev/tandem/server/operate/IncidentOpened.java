package dev.tandem.server.operate;

import dev.tandem.server.platform.DomainEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An incident was opened.
 *
 * @param environment name; null when it is not known which
 * @param deploymentId the first suspect; null when none is
 */
public record IncidentOpened(
        long incidentId,
        long iid,
        long projectId,
        @Nullable Long environmentId,
        @Nullable String environment,
        IncidentOrigin origin,
        @Nullable Long deploymentId,
        Instant at)
        implements DomainEvent {}
