package dev.tandem.server.identity;

import java.time.Instant;
import java.util.Optional;

/**
 * What is known of a user's visits.
 *
 * @param lastSignInAt when a session was started last
 * @param lastActiveAt when a session or token was used last, as exactly as their use is noted
 */
public record UserActivity(Optional<Instant> lastSignInAt, Optional<Instant> lastActiveAt, boolean hasPassword) {}
