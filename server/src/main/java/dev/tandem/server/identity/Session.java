package dev.tandem.server.identity;

import java.time.Instant;

/** Somebody signed in with one browser. */
public record Session(
        long id,
        UserId user,
        String address,
        String userAgent,
        Instant createdAt,
        Instant lastUsedAt,
        Instant expiresAt) {

    public Device device() {
        return Device.of(userAgent);
    }
}
