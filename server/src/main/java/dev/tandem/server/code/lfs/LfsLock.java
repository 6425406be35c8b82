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

    /** Why somebody else may not change it; English, one sentence. */
    public String refusal() {
        return "'" + path + "' is locked by " + owner
                + " with git lfs; ask for it to be unlocked, or leave it as it is";
    }
}
