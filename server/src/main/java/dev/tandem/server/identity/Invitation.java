package dev.tandem.server.identity;

import dev.tandem.server.platform.access.Role;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;

/**
 * A link that makes people members of a project or a group.
 *
 * @param terms what it gives to whom
 * @param usesLeft how many people may still use it
 * @param by who made it, and must still be one who may
 */
public record Invitation(
        long id, MemberSource source, Terms terms, int usesLeft, User by, Instant createdAt, Instant expiresAt) {

    /**
     * What an invitation gives to whom.
     *
     * @param email the address of the only account that may use it; empty: whoever has the link
     * @param memberUntil the day, UTC, from whose beginning on the role no longer counts; empty: for ever
     */
    public record Terms(Role role, Optional<String> email, Optional<LocalDate> memberUntil) {}

    /** Whether it may be used by somebody whose account has this address. */
    public boolean isFor(String address) {
        return terms.email().map(email -> email.equalsIgnoreCase(address)).orElse(true);
    }
}
