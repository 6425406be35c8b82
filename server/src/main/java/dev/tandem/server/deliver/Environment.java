package dev.tandem.server.deliver;

import dev.tandem.server.identity.UserId;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A place where a project's service runs.
 *
 * @param slug the name as part of a host name
 * @param externalUrl as the job says where it is; null when it says nothing
 * @param serviceKey how agents call it
 * @param host the host name under which the proxy serves it
 * @param agentId the agent that runs it; null until something is deployed to it
 * @param service which service of the project it runs, as somebody said; null where its name says it
 * @param hold set by a rollback; null when deployments are free to come
 */
public record Environment(
        long id,
        long projectId,
        String name,
        String slug,
        Tier tier,
        @Nullable String externalUrl,
        State state,
        String serviceKey,
        String host,
        @Nullable Long agentId,
        @Nullable String service,
        @Nullable Hold hold,
        Instant createdAt,
        Instant updatedAt) {

    /** The service that it runs: as somebody said, else as its name says, else the project's own, named by its path. */
    public String service(String projectPath) {
        return service != null ? service : EnvironmentNames.service(name).orElse(projectPath);
    }

    /** GitLab's words. */
    public enum State {
        AVAILABLE,
        STOPPED;

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Automatic deployments of {@code sha} and of commits before it are refused.
     *
     * @param by who rolled back
     */
    public record Hold(String sha, UserId by, Instant at) {}
}
