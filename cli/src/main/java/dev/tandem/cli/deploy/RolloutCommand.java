package dev.tandem.cli.deploy;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** What a person decides about a rollout that is under way. */
@Command(
        name = "rollout",
        description = "Pauses, resumes, promotes or aborts the rollout that is under way in an environment.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "pause    holds the traffic where it is; what fails or is judged worse is taken back nevertheless",
            "resume   goes on as before; the time of the step begins anew",
            "promote  goes on to the next step without more evidence; with --full to the end",
            "abort    gives all requests back to the old revision"
        })
public final class RolloutCommand extends ServerCommand {
    /** What can be done. */
    enum Act {
        pause,
        resume,
        promote,
        abort
    }

    @Parameters(index = "0", paramLabel = "pause|resume|promote|abort", description = "What to do.")
    @SuppressWarnings("NullAway.Init") // set by picocli before call
    private Act act;

    @Parameters(index = "1", paramLabel = "ENVIRONMENT", description = "Such as production.")
    @SuppressWarnings("NullAway.Init") // set by picocli before call
    private String environmentName;

    @Option(names = "--full", description = "With promote: to the end.")
    private boolean full;

    public RolloutCommand() {
        this(System.getenv());
    }

    RolloutCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    void run(Server server, Connection connection, PrintWriter out) throws IOException, InterruptedException, Refused {
        long rollout = server.activeRollout(environmentName).path("id").asLong();
        JsonNode now = server.act(rollout, act.name(), Map.of("full", full));
        out.printf(
                "%s of %s: %s, %d %% of new requests go to the new revision%n",
                act.name(),
                environmentName,
                now.path("phase").asString(),
                now.path("percent").asInt());
        out.println("  " + now.path("web_url").asString());
        out.flush();
    }
}
