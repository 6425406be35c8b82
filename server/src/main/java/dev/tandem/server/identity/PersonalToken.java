package dev.tandem.server.identity;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** A personal access token, without its secret, which is shown once when it is made. */
public record PersonalToken(
        long id,
        UserId user,
        String name,
        Set<TokenScope> scopes,
        boolean revoked,
        Instant createdAt,
        Optional<Instant> lastUsedAt,
        Optional<Instant> expiresAt) {

    public boolean activeAt(Instant now) {
        return !revoked && expiresAt.map(now::isBefore).orElse(true);
    }
}
