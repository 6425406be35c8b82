package dev.tandem.server.insight;

import dev.tandem.server.identity.UserId;
import java.time.Instant;

/**
 * Somebody moved a ref.
 *
 * @param ref full name
 * @param before sha it had; {@link dev.tandem.server.code.RefUpdated#ZERO} when it was created
 * @param after sha it got
 */
public record Push(
        String pushId, long projectId, String ref, String before, String after, UserId user, Instant acceptedAt) {

    /** {@code main} of {@code refs/heads/main}. */
    public String shortRef() {
        return ref.replaceFirst("^refs/(heads|tags)/", "");
    }
}
