package dev.tandem.server.code;

import dev.tandem.server.identity.UserId;
import java.time.Instant;
import java.util.Optional;

/**
 * A public key by which a machine reaches one project over SSH.
 *
 * @param publicKey as OpenSSH writes it, without a comment
 * @param fingerprint {@code SHA256:...}
 * @param canPush whether it pushes, in the name of {@code creator} and as far as that person may
 * @param expiresAt from then on it is refused; empty for never
 */
public record DeployKey(
        long id,
        long projectId,
        String title,
        String publicKey,
        String fingerprint,
        boolean canPush,
        UserId creator,
        Instant createdAt,
        Optional<Instant> expiresAt,
        Optional<Instant> lastUsedAt) {}
