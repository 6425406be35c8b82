package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.PersonalToken;
import dev.tandem.server.identity.Session;
import dev.tandem.server.platform.api.ApiException;
import java.time.Duration;
import java.util.Optional;

/** Who sent a request, as far as we could find out. */
sealed interface Caller {
    /**
     * Known, or nobody. {@code session} is there when a cookie said so, {@code token} when a personal one did; also when it
     * speaks in somebody else's name.
     */
    record Known(
            Actor actor,
            Optional<Session> session,
            Optional<PersonalToken> token,
            boolean mustSetPassword,
            boolean mustSetSecondFactor,
            Optional<String> language)
            implements Caller {
        static Known of(Actor actor) {
            return new Known(actor, Optional.empty(), Optional.empty(), false, false, Optional.empty());
        }
    }

    /** Wanted to speak in the name of somebody else and may not. */
    record NotInThatName(ApiException why) implements Caller {}

    /** Showed a token that is not good; never treated as nobody. */
    record WrongToken(boolean expired) implements Caller {}

    record Throttled(Duration retryAfter) implements Caller {}
}
