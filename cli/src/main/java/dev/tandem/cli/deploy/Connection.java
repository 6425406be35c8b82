package dev.tandem.cli.deploy;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which server and project, and in whose name.
 *
 * @param server base URL without a slash at its end
 * @param tokenHeader {@code PRIVATE-TOKEN} or {@code JOB-TOKEN}
 * @param project number or full path
 * @param job whether a job's own token is used
 */
record Connection(String server, String tokenHeader, String token, String project, boolean job) {

    /**
     * A person's token wins over the job's: who sets it in a job means it.
     *
     * @param project as given on the command line; null for the job's own
     */
    static Connection of(Map<String, String> environment, @Nullable String project) throws Refused {
        Optional<String> personal = set(environment, "TANDEM_TOKEN");
        Optional<String> job = set(environment, "CI_JOB_TOKEN");
        String token = personal.or(() -> job)
                .orElseThrow(() -> new Refused("There is no token. Run this in a job, or set TANDEM_TOKEN to a personal"
                        + " access token with scope api."));
        String server = set(environment, "TANDEM_URL")
                .or(() -> set(environment, "CI_SERVER_URL"))
                .orElseThrow(() -> new Refused("There is no server. Run this in a job, or set TANDEM_URL."));
        String named = Optional.ofNullable(project)
                .or(() -> set(environment, "CI_PROJECT_ID"))
                .orElseThrow(() -> new Refused("There is no project. Run this in a job, or give --project."));
        return new Connection(
                server.endsWith("/") ? server.substring(0, server.length() - 1) : server,
                personal.isPresent() ? "PRIVATE-TOKEN" : "JOB-TOKEN",
                token,
                named,
                personal.isEmpty());
    }

    private static Optional<String> set(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    @Override
    public String toString() {
        return server + ", project " + project;
    }
}
