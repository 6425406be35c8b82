package dev.tandem.cli.host;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What the two share: a token, and how failures end. Exit code 2 for a wrong option, 1 when it cannot start. */
abstract class HostCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call
    private CommandSpec spec;

    @Mixin
    private MachineToken token = new MachineToken();

    private final Map<String, String> environment;
    private final String variable;

    HostCommand(Map<String, String> environment, String variable) {
        this.environment = Map.copyOf(environment);
        this.variable = variable;
    }

    /** Runs until the process is told to end. */
    abstract int run(String token) throws IOException, InterruptedException;

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        try {
            return run(token.read(environment, variable));
        } catch (IllegalArgumentException e) {
            err.println("tandem " + spec.name() + ": " + e.getMessage());
            err.flush();
            return 2;
        } catch (IOException e) {
            err.println("tandem " + spec.name() + " cannot start: " + e.getMessage());
            err.flush();
            return 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }
}
