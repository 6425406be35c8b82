package dev.tandem.server.code;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * That a push was about to move one ref. Written before the ref moves, so that after a crash the server knows what may have
 * happened.
 *
 * @param pushId unique
 */
record PushIntent(
        String pushId,
        long projectId,
        String ref,
        String before,
        String after,
        long userId,
        List<String> pushOptions,
        Instant acceptedAt) {

    PushIntent {
        pushOptions = List.copyOf(pushOptions);
    }

    /** State of an intent; only an open one changes. */
    enum Status {
        OPEN,
        /** The ref moved and its event was published. */
        COMPLETED,
        /** The ref did not move. */
        DROPPED;

        static final Map<Status, Set<Status>> NEXT =
                Map.of(OPEN, Set.of(COMPLETED, DROPPED), COMPLETED, Set.of(), DROPPED, Set.of());

        boolean canBecome(Status next) {
            return NEXT.getOrDefault(this, Set.of()).contains(next);
        }

        String stored() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    RefUpdated event() {
        return new RefUpdated(pushId, projectId, ref, before, after, userId, acceptedAt, pushOptions);
    }
}
