package dev.tandem.server.identity;

import dev.tandem.server.platform.access.Role;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;

/**
 * One person's role in one project or group.
 *
 * @param addedBy empty when the creation of the project or group added them
 * @param expiresOn the day, UTC, from whose beginning on the role no longer counts; empty: for ever
 * @param inheritedFrom full path of the group above that the role comes from; empty when it was given right here
 */
public record Member(
        User user,
        Role role,
        Instant createdAt,
        Optional<User> addedBy,
        Optional<LocalDate> expiresOn,
        Optional<String> inheritedFrom) {}
