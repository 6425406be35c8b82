package dev.tandem.cli.pipeline;

import dev.tandem.pipeline.Compilation;
import dev.tandem.pipeline.Outcome;
import dev.tandem.pipeline.PipelineCompiler;
import dev.tandem.pipeline.plan.Need;
import dev.tandem.pipeline.plan.Plan;
import dev.tandem.pipeline.plan.PlannedJob;
import dev.tandem.pipeline.rule.PipelineContext;
import dev.tandem.pipeline.state.When;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows the pipeline that a push, merge request, schedule or tag would get. */
@Command(
        name = "plan",
        description = "Shows the jobs of the pipeline that a configuration makes, without a server.",
        mixinStandardHelpOptions = true,
        footer = {"", "Ends with 0 when the configuration is valid, 1 when it is not, 2 when it cannot be read."})
public final class PlanCommand extends ConfigCommand {
    @Mixin
    private PipelineOptions options = new PipelineOptions();

    @Override
    boolean run(Checkout checkout, FolderFiles files, PrintWriter out) {
        PipelineContext context = options.context(checkout, "main");
        Compilation compilation =
                PipelineCompiler.compile(files, checkout.config(), context, options(options.inputs()));
        if (json()) {
            out.print(PlanJson.of(compilation, context));
        } else {
            new Findings(files, out).print(compilation.diagnostics());
            print(compilation, checkout, out);
        }
        return !(compilation.outcome() instanceof Outcome.Invalid);
    }

    private static void print(Compilation compilation, Checkout checkout, PrintWriter out) {
        switch (compilation.outcome()) {
            case Outcome.Invalid invalid ->
                out.println(checkout.config() + " is not valid: " + Findings.count(compilation.diagnostics()));
            case Outcome.Filtered filtered -> out.println("No pipeline: " + filtered.message());
            case Outcome.Runs(Plan plan) -> print(plan, out);
        }
    }

    private static void print(Plan plan, PrintWriter out) {
        if (plan.name() != null) {
            out.println(plan.name());
        }
        String stage = "";
        for (PlannedJob job : plan.jobs()) {
            if (!job.stage().equals(stage)) {
                stage = job.stage();
                out.println(stage);
            }
            out.println("  " + job.name() + details(job));
        }
        out.println(plan.jobs().size() + (plan.jobs().size() == 1 ? " job" : " jobs"));
    }

    private static String details(PlannedJob job) {
        StringBuilder details = new StringBuilder();
        if (job.when() != When.ON_SUCCESS) {
            details.append("  [").append(job.when().wire()).append(']');
        }
        if (job.allowFailure().always()) {
            details.append("  [may fail]");
        }
        if (job.trigger() != null) {
            details.append("  [trigger]");
        }
        List<Need> needs = job.needs();
        if (needs != null) {
            String names = needs.stream().map(Need::job).collect(Collectors.joining(", "));
            details.append("  needs ").append(names.isEmpty() ? "nothing" : names);
        }
        return details.toString();
    }
}
