package dev.tandem.cli.host;

import dev.tandem.runner.RunnerOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The runner as a process of its own. */
@Command(
        name = "runner",
        description = "Takes jobs from a server, this one's or any other that speaks GitLab's runner protocol.",
        mixinStandardHelpOptions = true)
public final class RunnerCommand extends HostCommand {
    @Option(names = "--url", required = true, paramLabel = "URL", description = "Address of the server.")
    @SuppressWarnings("NullAway.Init") // required
    private URI url;

    @Option(
            names = "--work",
            paramLabel = "DIR",
            defaultValue = "tandem-runner",
            description = "Folder for working copies and caches. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // has a default
    private Path work;

    @Option(names = "--name", paramLabel = "NAME", defaultValue = "tandem", description = "Shown in logs of jobs.")
    @SuppressWarnings("NullAway.Init") // has a default
    private String name;

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            defaultValue = "2",
            description = "Jobs at a time. Default: ${DEFAULT-VALUE}.")
    private int concurrency;

    @Option(names = "--readable", split = ":", paramLabel = "PATH", description = "More that jobs may read.")
    private List<Path> readable = List.of();

    @Option(names = "--programs", split = ":", paramLabel = "DIR", description = "Put at the head of each job's PATH.")
    private List<Path> programs = List.of();

    @Option(
            names = "--unsafe-shell",
            description =
                    "Run jobs without isolation where bubblewrap cannot be used. They can then do what this user can.")
    private boolean unsafeShell;

    public RunnerCommand() {
        this(System.getenv());
    }

    RunnerCommand(Map<String, String> environment) {
        super(environment, "TANDEM_RUNNER_TOKEN");
    }

    @Override
    int run(String token) throws IOException, InterruptedException {
        new RunnerOptions(url, token, work, name, concurrency, readable, programs, unsafeShell).runUntilStopped();
        return 0;
    }
}
