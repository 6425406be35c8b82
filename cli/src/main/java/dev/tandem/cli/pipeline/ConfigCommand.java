package dev.tandem.cli.pipeline;

import dev.tandem.pipeline.CompileOptions;
import dev.tandem.pipeline.plan.Capability;
import dev.tandem.pipeline.syntax.IncludeSources;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What the commands share that read a configuration: which one, and how they end. 0 valid, 1 invalid, 2 cannot read. */
abstract class ConfigCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call
    private CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FILE",
            description = "The configuration, or its folder. Default: .gitlab-ci.yml here.")
    private Path file = Path.of(Checkout.CONFIG);

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Option(
            names = "--missing-includes",
            paramLabel = "error|warn",
            description = "What an included file is that cannot be had here. Default: error.")
    private MissingIncludes missingIncludes = MissingIncludes.ERROR;

    /** Whether the configuration is valid. */
    abstract boolean run(Checkout checkout, FolderFiles files, PrintWriter out);

    final boolean json() {
        return json;
    }

    final CompileOptions options(Map<String, String> inputs) {
        return new CompileOptions(
                IncludeSources.none(),
                missingIncludes == MissingIncludes.WARN,
                EnumSet.allOf(Capability.class),
                inputs);
    }

    @Override
    public final Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try {
            Optional<Checkout> checkout = Checkout.of(file);
            if (checkout.isEmpty()) {
                err.println("tandem: cannot read " + file + ": there is no such file");
                return 2;
            }
            FolderFiles files = new FolderFiles(checkout.get().root());
            return run(checkout.get(), files, out) ? 0 : 1;
        } catch (IOException | java.io.UncheckedIOException e) {
            err.println("tandem: cannot read " + file + ": " + e.getMessage());
            return 2;
        } finally {
            out.flush();
            err.flush();
        }
    }
}
