package dev.tandem.server.code.lfs;

import dev.tandem.server.identity.UserId;
import java.time.Instant;

/**
 * A file that somebody works on alone.
 *
 * @param path from the root of the repository
 * @param owner the username behind {@code ownerId}
 */
public record LfsLock(long id, String path, UserId ownerId, String owner, Instant lockedAt) {
    public boolean isOf(UserId user) {
        return ownerId.equals(user);
    }
}
