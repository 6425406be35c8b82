package dev.tandem.server.identity;

import java.time.Instant;
import java.util.Optional;

/** A key that a device of somebody keeps, without the key. */
public record Passkey(long id, UserId user, String name, Instant createdAt, Optional<Instant> lastUsedAt) {}
