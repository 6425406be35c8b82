package dev.tandem.server.identity;

import java.time.Duration;

/** Finds out who somebody is by what they show. Wrong attempts are throttled. Safe for use by many threads. */
public interface Credentials {

    /** What came of it. */
    sealed interface Outcome {
        record Accepted(Actor actor) implements Outcome {}

        /** Wrong, unknown, revoked, expired or blocked; it is not said which. */
        record Refused() implements Outcome {}

        /** Too many wrong attempts lately: not even looked at. */
        record Throttled(Duration retryAfter) implements Outcome {}
    }

    /**
     * For git over HTTP: any username with a personal access token (scopes api, read_repository or write_repository) or
     * the token of a running job as password, or a username with its password; not for those who also need a code to sign in.
     *
     * @param address of the one who asks, for throttling
     */
    Outcome basic(String username, String password, String address);
}
