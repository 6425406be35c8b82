package dev.tandem.cli.deploy;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings back what served before. */
@Command(
        name = "rollback",
        description = "Takes an environment back to its last good deployment, and waits for the end.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Ends a rollout that is under way. Automatic deployments of what is rolled back are refused until a newer",
            "commit comes, or a person runs tandem deploy --override."
        })
public final class RollbackCommand extends ServerCommand {
    @Parameters(index = "0", paramLabel = "ENVIRONMENT", description = "Such as production.")
    @SuppressWarnings("NullAway.Init") // set by picocli before call
    private String environmentName;

    @Option(
            names = "--to",
            paramLabel = "DEPLOYMENT",
            description = "Number of an earlier successful deployment. Default: the one before.")
    private @Nullable Long to;

    public RollbackCommand() {
        this(System.getenv());
    }

    RollbackCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    void run(Server server, Connection connection, PrintWriter out) throws IOException, InterruptedException, Refused {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("environment", environmentName);
        if (to != null) {
            parameters.put("to", to);
        }
        new RolloutLog(server, out).follow(server.rollBack(parameters));
    }
}
