package dev.tandem.server.deliver;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A process that runs revisions on a host. {@code reportedAt} is when its last notable report came. */
public record Agent(
        long id, String name, Instant createdAt, @Nullable Instant reportedAt) {}
