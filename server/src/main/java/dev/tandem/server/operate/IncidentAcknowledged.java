package dev.tandem.server.operate;

import dev.tandem.server.platform.DomainEvent;
import java.time.Instant;

/** Somebody took an incident up. */
public record IncidentAcknowledged(long incidentId, long iid, long projectId, long userId, Instant at)
        implements DomainEvent {}
