package dev.tandem.cli.deploy;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Packs a folder, uploads it, asks for a rollout and follows it to its end. */
@Command(
        name = "deploy",
        description = "Brings a folder into an environment, step by step, and waits for the end.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The folder must hold a Procfile. In a job everything else is known from the job, which must declare the",
            "environment; elsewhere set TANDEM_URL and TANDEM_TOKEN and give --project.",
            "Ends with 0 when the new revision serves, with 1 and the reason when it does not."
        })
public final class DeployCommand extends ServerCommand {
    @Parameters(index = "0", paramLabel = "ENVIRONMENT", description = "Such as production.")
    @SuppressWarnings("NullAway.Init") // set by picocli before call
    private String environmentName;

    @Option(names = "--from", paramLabel = "DIR", description = "What to bring. Default: the current folder.")
    private Path from = Path.of(".");

    @picocli.CommandLine.Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli before call
    private RolloutFlags flags;

    @Option(
            names = "--sha",
            paramLabel = "COMMIT",
            description = "Outside a job: the commit that the folder was made of. Default: what is checked out there.")
    private @Nullable String sha;

    @Option(names = "--ref", paramLabel = "REF", description = "Outside a job: its branch or tag.")
    private @Nullable String ref;

    public DeployCommand() {
        this(System.getenv());
    }

    DeployCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    void run(Server server, Connection connection, PrintWriter out) throws IOException, InterruptedException, Refused {
        try (Bundle bundle = Bundle.pack(from)) {
            out.printf(
                    "Release bundle %s, %,d entries, %,d bytes%n",
                    bundle.sha256(), bundle.entries(), bundle.sizeBytes());
            out.flush();
            if (!server.hasBundle(bundle.sha256())) {
                server.upload(bundle.file(), bundle.sha256());
            }
            new RolloutLog(server, out).follow(server.rollOut(parameters(bundle, connection)));
        }
    }

    private Map<String, Object> parameters(Bundle bundle, Connection connection)
            throws IOException, InterruptedException, Refused {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("environment", environmentName);
        parameters.put("bundle", bundle.sha256());
        flags.into(parameters);
        if (!connection.job()) {
            parameters.put("sha", sha == null ? checkedOut(from) : sha);
            if (ref != null) {
                parameters.put("ref", ref);
            }
        }
        return parameters;
    }

    private static String checkedOut(Path folder) throws IOException, InterruptedException, Refused {
        Process git = new ProcessBuilder("git", "-C", folder.toString(), "rev-parse", "HEAD")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String sha = new String(git.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        if (git.waitFor() != 0 || sha.isEmpty()) {
            throw new Refused(folder + " is no git working copy. Give --sha: the commit that it was made of.");
        }
        return sha;
    }
}
