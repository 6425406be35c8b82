package dev.tandem.pipeline;

import dev.tandem.pipeline.Outcome.Filtered;
import dev.tandem.pipeline.Outcome.Invalid;
import dev.tandem.pipeline.Outcome.Reason;
import dev.tandem.pipeline.Outcome.Runs;
import dev.tandem.pipeline.plan.ConfigReader;
import dev.tandem.pipeline.plan.PipelineConfig;
import dev.tandem.pipeline.plan.Planner;
import dev.tandem.pipeline.plan.Planning;
import dev.tandem.pipeline.rule.Conditions;
import dev.tandem.pipeline.rule.PipelineContext;
import dev.tandem.pipeline.syntax.Budget;
import dev.tandem.pipeline.syntax.ConfigLoader;
import dev.tandem.pipeline.syntax.DiagnosticCode;
import dev.tandem.pipeline.syntax.Diagnostics;
import dev.tandem.pipeline.syntax.Mark;
import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.SourceFiles;

/** Compiles the pipeline configuration of one commit. Stateless; safe to call from any thread. */
public final class PipelineCompiler {
    private PipelineCompiler() {}

    /**
     * Reads {@code rootFile} and what it includes, checks all of it, and evaluates it for the given pipeline. Never throws for
     * anything a file contains; ends quickly for hostile input.
     */
    public static Compilation compile(SourceFiles files, String rootFile, PipelineContext context) {
        Diagnostics diagnostics = new Diagnostics(rootFile);
        Outcome outcome;
        try {
            outcome = compile(new KnownFiles(files), rootFile, context, diagnostics);
        } catch (Budget.Exhausted exhausted) {
            String message = "aliases, references, extends or variables expand this configuration beyond its limit";
            Mark start = new Mark(rootFile, 1, 1);
            diagnostics.add(DiagnosticCode.TOO_LARGE, start, "", message, "share less, or split the pipeline");
            outcome = new Invalid();
        }
        return new Compilation(diagnostics.hasErrors() ? new Invalid() : outcome, diagnostics.sorted());
    }

    private static Outcome compile(
            SourceFiles files, String rootFile, PipelineContext context, Diagnostics diagnostics) {
        Budget budget = new Budget();
        Conditions conditions = new Conditions(files, context.changes(), diagnostics);
        IncludeRules includes = new IncludeRules(context, conditions, diagnostics);
        Mapping root = ConfigLoader.load(files, rootFile, includes, budget, diagnostics);
        if (root == null) {
            return new Invalid();
        }
        PipelineConfig config = ConfigReader.read(root, diagnostics);
        return switch (Planner.plan(config, context, conditions, budget, diagnostics)) {
            case Planning.Planned planned -> new Runs(planned.plan());
            case Planning.NotWanted notWanted ->
                new Filtered(Reason.WORKFLOW_RULES, "workflow:rules want no pipeline for this " + context.source());
            case Planning.WithoutJobs none -> new Filtered(Reason.NO_JOBS, "the rules of all jobs keep them out");
            case Planning.Faulty faulty -> new Invalid();
        };
    }
}
