package dev.tandem.cli.deploy;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings what serves in one environment into another, as it is. */
@Command(
        name = "promote",
        description = "Brings what serves in one environment into another, without building it again.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The same bundle runs there, with the configuration of the environment that it comes to. In a job, that one",
            "must be declared; elsewhere set TANDEM_URL and TANDEM_TOKEN and give --project.",
            "Ends with 0 when the new revision serves, with 1 and the reason when it does not."
        })
public final class PromoteCommand extends ServerCommand {
    @Parameters(index = "0", paramLabel = "ENVIRONMENT", description = "Where it comes to, such as production.")
    @SuppressWarnings("NullAway.Init") // set by picocli before call
    private String environmentName;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "ENVIRONMENT",
            description = "Where it serves now, such as staging.")
    @SuppressWarnings("NullAway.Init") // set by picocli before call
    private String from;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli before call
    private RolloutFlags flags;

    public PromoteCommand() {
        this(System.getenv());
    }

    PromoteCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    void run(Server server, Connection connection, PrintWriter out) throws IOException, InterruptedException, Refused {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("environment", environmentName);
        parameters.put("promote_from", from);
        flags.into(parameters);
        new RolloutLog(server, out).follow(server.rollOut(parameters));
    }
}
