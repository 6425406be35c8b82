package dev.tandem.server.deliver;

import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Somebody asks to bring something into an environment.
 *
 * @param actor must be allowed to deploy to the project; checked by who calls
 * @param progressDeadline how long the new revision may take until it is healthy
 * @param override a person says that a hold does not count
 */
public record RolloutRequest(
        ProjectFacts project,
        Actor actor,
        String environment,
        What what,
        RolloutOptions options,
        Duration progressDeadline,
        boolean override) {
    /** Longest {@code progressDeadline}. */
    public static final Duration LONGEST_DEADLINE = Duration.ofHours(1);

    public static final Duration DEFAULT_DEADLINE = Duration.ofMinutes(2);

    /** What is to be brought there. */
    public sealed interface What {

        /**
         * A bundle that was uploaded before.
         *
         * @param sha the commit, for a person; a job's own counts for a job
         * @param ref branch or tag, for a person; may be unknown
         */
        record Bundle(
                String sha256,
                @Nullable String sha,
                @Nullable String ref) implements What {}

        /**
         * What serves in another environment of the project, as it is: the same bundle, of the same commit.
         *
         * @param from name of that environment
         */
        record Promotion(String from) implements What {}
    }
}
