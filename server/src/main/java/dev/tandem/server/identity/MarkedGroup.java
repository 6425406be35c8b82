package dev.tandem.server.identity;

import java.time.Instant;

/** Data of the durable task that deletes a marked group for good; one that was restored meanwhile has another mark or none. */
public record MarkedGroup(long groupId, Instant markedAt) {}
