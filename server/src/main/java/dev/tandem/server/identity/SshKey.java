package dev.tandem.server.identity;

import java.time.Instant;
import java.util.Optional;

/**
 * A public key with which its owner reaches repositories over SSH.
 *
 * @param publicKey as OpenSSH writes it, without a comment
 * @param fingerprint {@code SHA256:...}, as {@code ssh-keygen -l} prints it
 * @param expiresAt from then on it is refused; empty for never
 */
public record SshKey(
        long id,
        UserId user,
        String title,
        String publicKey,
        String fingerprint,
        Instant createdAt,
        Optional<Instant> lastUsedAt,
        Optional<Instant> expiresAt) {

    public boolean activeAt(Instant now) {
        return expiresAt.map(now::isBefore).orElse(true);
    }
}
