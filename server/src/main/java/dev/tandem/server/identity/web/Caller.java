package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Session;
import java.time.Duration;
import java.util.Optional;

/** Who sent a request, as far as we could find out. */
sealed interface Caller {
    /** Known, or nobody. {@code session} is there when a cookie said so. */
    record Known(Actor actor, Optional<Session> session, boolean mustSetPassword, Optional<String> language)
            implements Caller {
        static Known of(Actor actor) {
            return new Known(actor, Optional.empty(), false, Optional.empty());
        }
    }

    /** Showed a token that is not good; never treated as nobody. */
    record WrongToken(boolean expired) implements Caller {}

    record Throttled(Duration retryAfter) implements Caller {}
}
