package dev.tandem.server.identity;

import java.util.Optional;

/** Knows the tokens of running jobs; implemented by {@code build}. */
public interface JobTokens {
    /** The job that holds this token and is still running; empty for any other text. */
    Optional<Actor.Job> verify(String token);
}
