package dev.tandem.server.code;

import dev.tandem.server.platform.DomainEvent;
import java.time.Instant;
import java.util.List;

/**
 * A ref of a project was created, moved or deleted by a user; published in the transaction that completes the push intent.
 *
 * @param pushId unique for each moved ref, also among those of one push; the same when the event is delivered again
 * @param ref full name: {@code refs/heads/main}
 * @param before sha it had; {@link #ZERO} when it was created
 * @param after sha it has got; {@link #ZERO} when it was deleted
 * @param acceptedAt when the server took the push, before the ref moved
 */
public record RefUpdated(
        String pushId,
        long projectId,
        String ref,
        String before,
        String after,
        long userId,
        Instant acceptedAt,
        List<String> pushOptions)
        implements DomainEvent {
    /** What git writes for "no commit". */
    public static final String ZERO = "0000000000000000000000000000000000000000";

    public RefUpdated {
        pushOptions = List.copyOf(pushOptions);
    }
}
