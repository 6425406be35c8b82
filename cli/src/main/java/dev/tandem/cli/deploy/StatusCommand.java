package dev.tandem.cli.deploy;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

/** What runs where. */
@Command(
        name = "status",
        description = "Shows the environments of a project: revision, health, address.",
        mixinStandardHelpOptions = true)
public final class StatusCommand extends ServerCommand {
    private static final String ROW = "%-20s %-10s %-12s %s%n";

    public StatusCommand() {
        this(System.getenv());
    }

    StatusCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    void run(Server server, Connection connection, PrintWriter out) throws IOException, InterruptedException, Refused {
        JsonNode environments = server.environments();
        if (environments.isEmpty()) {
            out.println("Nothing is deployed yet. tandem deploy ENVIRONMENT --from DIR brings the first revision.");
        } else {
            out.printf(ROW, "ENVIRONMENT", "REVISION", "HEALTH", "ADDRESS");
            environments.forEach(environment -> print(environment, out));
        }
        out.flush();
    }

    private static void print(JsonNode environment, PrintWriter out) {
        String sha = environment.path("sha").asString("");
        String health = environment.path("health").asString();
        out.printf(
                ROW,
                environment.path("name").asString(),
                sha.isEmpty() ? "-" : sha.substring(0, Math.min(8, sha.length())),
                health.equals("none") ? "-" : health,
                environment.path("url").asString("-"));
        String held = environment.path("held_sha").asString("");
        if (!held.isEmpty()) {
            out.println("  rolled back from " + held.substring(0, Math.min(8, held.length()))
                    + "; only a newer commit, or --override, comes in");
        }
        newest(environment, out);
    }

    /** The latest attempt, when it is not what serves. */
    private static void newest(JsonNode environment, PrintWriter out) {
        long newest = environment.path("newest_deployment_id").asLong(0);
        if (newest != 0 && newest != environment.path("deployment_id").asLong(0)) {
            String reason = environment.path("newest_reason").asString("");
            out.println("  latest: deployment #" + newest + " "
                    + environment.path("newest_status").asString() + (reason.isEmpty() ? "" : ": " + reason));
        }
    }
}
