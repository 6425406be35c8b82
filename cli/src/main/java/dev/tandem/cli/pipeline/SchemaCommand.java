package dev.tandem.cli.pipeline;

import dev.tandem.pipeline.plan.LanguageSchema;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** For editors. */
@Command(
        name = "schema",
        description = "Prints a JSON Schema of .gitlab-ci.yml as Tandem reads it, for editors.",
        mixinStandardHelpOptions = true)
public final class SchemaCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before run
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        out.print(Json.of(LanguageSchema.schema()));
        out.flush();
    }
}
