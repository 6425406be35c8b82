package dev.tandem.agent.protocol;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the agent sees of one revision.
 *
 * @param since when this state began, by the agent's clock
 * @param restarts how often its web process was started again after it ended by itself
 * @param exitCode of the last process that ended, 128 + signal for a killed one
 * @param message one sentence for people: why it is in this state ("GET /health answered 503 twelve times")
 * @param logTail last lines of its output, oldest first; at most 40 lines of 500 characters
 * @param checks paths of the health checks that its bundle declares; an agent of an earlier version does not say
 * @param proof id of the last {@link ProofSpec} of this revision that was answered; null when none was
 * @param said the same as {@code message}, to be told in other languages; an agent of an earlier version does not say
 */
public record RevisionStatus(
        String service,
        String revision,
        RevisionState state,
        Instant since,
        int restarts,
        @Nullable Integer exitCode,
        String message,
        List<String> logTail,
        @Nullable List<String> checks,
        @Nullable String proof,
        @Nullable Said said) {
    /** One whose bundle declares no paths, and of which nothing was proved. */
    public RevisionStatus(
            String service,
            String revision,
            RevisionState state,
            Instant since,
            int restarts,
            @Nullable Integer exitCode,
            String message,
            List<String> logTail) {
        this(service, revision, state, since, restarts, exitCode, message, logTail, List.of(), null, null);
    }

    public RevisionStatus {
        Objects.requireNonNull(message, "message");
        logTail = List.copyOf(logTail);
        checks = checks == null ? List.of() : List.copyOf(checks);
    }

    /** The same with what was proved. */
    public RevisionStatus proving(@Nullable String id) {
        return new RevisionStatus(
                service, revision, state, since, restarts, exitCode, message, logTail, checks, id, said);
    }
}
