package dev.tandem.server.deliver;

import java.time.Instant;

/** An environment may have to stop at {@code at}, unless it was used again since. */
record AutoStop(long environmentId, Instant at) {}
