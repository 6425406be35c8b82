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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the pipeline that a push, merge request, schedule or tag would get. */
@Command(
        name = "plan",
        description = "Shows the jobs of the pipeline that a configuration makes, without a server.",
        mixinStandardHelpOptions = true,
        footer = {"", "Ends with 0 when the configuration is valid, 1 when it is not, 2 when it cannot be read."})
public final class PlanCommand extends ConfigCommand {
    @Option(
            names = "--source",
            paramLabel = "SOURCE",
            description = "What starts the pipeline: push, merge_request_event, schedule, web, ... Default: push.")
    private String source = "push";

    @Option(names = "--ref", paramLabel = "BRANCH", description = "The branch. Default: what is checked out.")
    private @Nullable String ref;

    @Option(names = "--tag", paramLabel = "TAG", description = "A tag instead of a branch.")
    private @Nullable String tag;

    @Option(names = "--default-branch", paramLabel = "BRANCH", description = "Default: main.")
    private String defaultBranch = "main";

    @Option(names = "--var", paramLabel = "KEY=VALUE", description = "A variable of this pipeline; repeatable.")
    private Map<String, String> variables = new LinkedHashMap<>();

    @Option(
            names = "--changed",
            paramLabel = "PATH",
            description = "A changed file; repeatable. Without any, every rule with changes matches.")
    private @Nullable List<String> changed;

    @Option(names = "--inputs", paramLabel = "KEY=VALUE", description = "An input of the file; repeatable.")
    private Map<String, String> inputs = new LinkedHashMap<>();

    @Override
    boolean run(Checkout checkout, FolderFiles files, PrintWriter out) {
        PipelineContext context = Situation.of(checkout, source, ref, tag, defaultBranch, variables, changed);
        Compilation compilation = PipelineCompiler.compile(files, checkout.config(), context, options(inputs));
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
