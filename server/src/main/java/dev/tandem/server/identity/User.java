package dev.tandem.server.identity;

import java.time.Instant;

/**
 * A person, as of the moment of reading.
 *
 * @param username unique without regard to case; stands in addresses
 * @param admin whether this person administers the whole installation
 * @param blocked a blocked person cannot sign in, and tokens and sessions of theirs are refused
 */
public record User(
        UserId id, String username, String name, String email, boolean admin, boolean blocked, Instant createdAt) {}
