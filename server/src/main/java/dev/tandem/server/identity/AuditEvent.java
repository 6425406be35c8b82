package dev.tandem.server.identity;

import java.time.Instant;

/** Something somebody did that others may have to account for. */
public record AuditEvent(long id, Instant at, String actor, String action, String target, String detail) {}
