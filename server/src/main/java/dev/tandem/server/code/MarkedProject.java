package dev.tandem.server.code;

import java.time.Instant;

/** Data of the durable task that deletes a marked project for good; one that was restored meanwhile has another mark or none. */
public record MarkedProject(long projectId, Instant markedAt) {}
