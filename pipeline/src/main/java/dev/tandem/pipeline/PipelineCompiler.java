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
import dev.tandem.pipeline.syntax.DeclaredInput;
import dev.tandem.pipeline.syntax.Diagnostic;
import dev.tandem.pipeline.syntax.DiagnosticCode;
import dev.tandem.pipeline.syntax.Diagnostics;
import dev.tandem.pipeline.syntax.Mark;
import dev.tandem.pipeline.syntax.MergedYaml;
import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.SourceFiles;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles the pipeline configuration of one commit. Stateless; safe to call from any thread. */
public final class PipelineCompiler {
    private static final Set<DiagnosticCode> MISSING =
            Set.of(DiagnosticCode.INCLUDE_NOT_FOUND, DiagnosticCode.INCLUDE_UNAVAILABLE);

    private final PipelineContext context;
    private final CompileOptions options;
    private final String rootFile;
    private final SourceFiles files;
    private final Budget budget = new Budget();
    private final Diagnostics diagnostics;
    private final Conditions conditions;
    private List<DeclaredInput> inputs = List.of();
    private @Nullable Mapping loaded;

    private PipelineCompiler(SourceFiles files, String rootFile, PipelineContext context, CompileOptions options) {
        this.context = context;
        this.options = options;
        this.rootFile = rootFile;
        this.files = new KnownFiles(files);
        this.diagnostics = new Diagnostics(rootFile, options.missingIncludesAllowed() ? MISSING : Set.of());
        this.conditions = new Conditions(this.files, options.sources(), context.changes(), diagnostics);
    }

    /**
     * Reads {@code rootFile} and what it includes, checks all of it, and evaluates it for the given pipeline. Never throws for
     * anything a file contains; ends quickly for hostile input.
     */
    public static Compilation compile(
            SourceFiles files, String rootFile, PipelineContext context, CompileOptions options) {
        return new PipelineCompiler(files, rootFile, context, options).compile();
    }

    /** The same with the repository alone. */
    public static Compilation compile(SourceFiles files, String rootFile, PipelineContext context) {
        return compile(files, rootFile, context, CompileOptions.PLAIN);
    }

    /**
     * What holds for every pipeline of this configuration: all that {@link #compile} reports before it asks workflow and rules. Only the
     * includes depend on the context.
     */
    public static List<Diagnostic> check(
            SourceFiles files, String rootFile, PipelineContext context, CompileOptions options) {
        return inspect(files, rootFile, context, options).diagnostics();
    }

    /** The same with what the configuration comes to: its jobs, and all its files as one. */
    public static Inspection inspect(
            SourceFiles files, String rootFile, PipelineContext context, CompileOptions options) {
        return new PipelineCompiler(files, rootFile, context, options).inspect();
    }

    /** {@link #inspect} and {@link #compile} in one go: each file is read once. */
    public static DryRun dryRun(SourceFiles files, String rootFile, PipelineContext context, CompileOptions options) {
        return new PipelineCompiler(files, rootFile, context, options).dryRun();
    }

    private Inspection inspect() {
        PipelineConfig config = null;
        try {
            config = read();
            if (config != null) {
                Planner.check(config, budget, diagnostics);
            }
        } catch (Budget.Exhausted exhausted) {
            reportSize();
        }
        return inspection(config);
    }

    private DryRun dryRun() {
        PipelineConfig config = null;
        Outcome outcome = new Invalid();
        try {
            config = read();
            outcome = config == null ? outcome : plan(config);
        } catch (Budget.Exhausted exhausted) {
            reportSize();
        }
        return new DryRun(inspection(config), diagnostics.hasErrors() ? new Invalid() : outcome);
    }

    private Inspection inspection(@Nullable PipelineConfig config) {
        return new Inspection(
                config == null ? List.of() : config.declared(),
                config == null ? List.of() : config.prompts(),
                inputs,
                merged(),
                diagnostics.sorted());
    }

    private Compilation compile() {
        Outcome outcome;
        try {
            PipelineConfig config = read();
            outcome = config == null ? new Invalid() : plan(config);
        } catch (Budget.Exhausted exhausted) {
            reportSize();
            outcome = new Invalid();
        }
        return new Compilation(diagnostics.hasErrors() ? new Invalid() : outcome, diagnostics.sorted());
    }

    private @Nullable String merged() {
        return loaded == null ? null : MergedYaml.of(loaded);
    }

    private @Nullable PipelineConfig read() {
        ConfigLoader.Loaded found = load();
        inputs = found.inputs();
        Mapping root = found.root();
        if (root == null) {
            return null;
        }
        loaded = root;
        return ConfigReader.read(root, options.capabilities(), diagnostics);
    }

    private ConfigLoader.Loaded load() {
        IncludeRules includes = new IncludeRules(context, files, conditions, options.sources(), diagnostics);
        return ConfigLoader.load(files, rootFile, includes, options.sources(), options.inputs(), budget, diagnostics);
    }

    private Outcome plan(PipelineConfig config) {
        return switch (Planner.plan(config, context, conditions, budget, diagnostics)) {
            case Planning.Planned planned -> new Runs(planned.plan());
            case Planning.NotWanted notWanted ->
                new Filtered(Reason.WORKFLOW_RULES, "workflow:rules want no pipeline for this " + context.source());
            case Planning.WithoutJobs none -> new Filtered(Reason.NO_JOBS, "the rules of all jobs keep them out");
            case Planning.Faulty faulty -> new Invalid();
        };
    }

    private void reportSize() {
        String message = "aliases, references, extends or variables expand this configuration beyond its limit";
        Mark start = new Mark(rootFile, 1, 1);
        diagnostics.add(DiagnosticCode.TOO_LARGE, start, "", message, "share less, or split the pipeline");
    }
}
