package dev.tandem.cli.deploy;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the commands share that talk to a server: whom they ask, and how failures end. Exit code 0 or 1. */
abstract class ServerCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call
    private CommandSpec spec;

    @Option(
            names = "--project",
            paramLabel = "ID_OR_PATH",
            description = "Number or full path of the project. Default: the job's own.")
    private @Nullable String project;

    private final Map<String, String> environment;

    ServerCommand(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /** @throws Refused when it did not succeed */
    abstract void run(Server server, Connection connection, PrintWriter out)
            throws IOException, InterruptedException, Refused;

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        try {
            Connection connection = Connection.of(environment, project);
            run(new Server(connection), connection, spec.commandLine().getOut());
            return 0;
        } catch (Refused e) {
            err.println("tandem: " + e.getMessage());
        } catch (IOException e) {
            err.println("tandem: the server cannot be asked: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            err.println("tandem: interrupted");
        }
        err.flush();
        return 1;
    }
}
