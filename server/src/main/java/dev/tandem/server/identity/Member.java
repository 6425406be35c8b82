package dev.tandem.server.identity;

import dev.tandem.server.platform.access.Role;
import java.time.Instant;
import java.util.Optional;

/** One person's role in one project. {@code addedBy} is empty when the project's creation added them. */
public record Member(User user, Role role, Instant createdAt, Optional<User> addedBy) {}
