package dev.tandem.cli.run;

import dev.tandem.cli.pipeline.Checkout;
import dev.tandem.cli.pipeline.Findings;
import dev.tandem.cli.pipeline.MissingIncludes;
import dev.tandem.cli.pipeline.PipelineOptions;
import dev.tandem.pipeline.Compilation;
import dev.tandem.pipeline.CompileOptions;
import dev.tandem.pipeline.Outcome;
import dev.tandem.pipeline.PipelineCompiler;
import dev.tandem.pipeline.plan.Capability;
import dev.tandem.pipeline.plan.Plan;
import dev.tandem.pipeline.plan.PlannedJob;
import dev.tandem.pipeline.rule.PipelineContext;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.state.CompositeStatus;
import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.pipeline.syntax.DiagnosticCode;
import dev.tandem.pipeline.syntax.IncludeSources;
import dev.tandem.runner.Containers;
import dev.tandem.runner.LocalRunner;
import dev.tandem.runner.RunnerConfig;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Executes the pipeline of the checkout here. 0: nothing failed, 1: something did, 2: it cannot be read or begun. */
@Command(
        name = "run",
        description = "Executes the pipeline of the checkout here, without a server, as the server would.",
        mixinStandardHelpOptions = true,
        footer = {"", "Ends with 0 when nothing failed, 1 when something did, 2 when it cannot be read or begun."})
public final class RunCommand implements Callable<Integer> {
    private static final int TAIL = 40;
    private static final int INTERRUPTED = 130;
    private static final int MOST_PARALLEL = 150;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call
    private CommandSpec spec;

    @Parameters(paramLabel = "JOB", description = "Only these jobs; manual ones among them are started. Default: all.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--needs", description = "Also what the named jobs wait for.")
    private boolean needs;

    @Option(names = "--parallel", paramLabel = "N", description = "Jobs at a time. Default: the processors here.")
    private int parallel = Math.min(MOST_PARALLEL, Runtime.getRuntime().availableProcessors());

    @Option(names = "--from-dirty-tree", description = "The files as they are now instead of the last commit.")
    private boolean asIs;

    @Option(names = "--shell", description = "No containers: jobs that name an image run on this machine.")
    private boolean shell;

    @Option(names = "--isolated", description = "Jobs run in the server's sandbox instead of as you.")
    private boolean isolated;

    @Option(names = "--json", description = "Prints the result as JSON; the progress goes to the error stream.")
    private boolean json;

    @Option(
            names = "--missing-includes",
            paramLabel = "error|warn",
            description = "What an included file is that cannot be had here. Default: error.")
    private MissingIncludes missingIncludes = MissingIncludes.ERROR;

    @Option(names = "--file", paramLabel = "FILE", description = "The configuration, below the checkout.")
    private String file = Checkout.CONFIG;

    @Option(
            names = "--work",
            paramLabel = "DIR",
            description = "Where working copies, caches, logs and artifacts lie. Default: below ~/.cache/tandem/run.")
    private @Nullable Path work;

    @Option(
            names = "--secret",
            paramLabel = "NAME",
            description = "A variable of this environment that jobs get too, hidden in their logs; repeatable.")
    private List<String> secrets = new ArrayList<>();

    @Mixin
    private PipelineOptions options = new PipelineOptions();

    /** The folder it is called in; tests have their own. */
    private final Path folder;

    public RunCommand() {
        this(Path.of(""));
    }

    RunCommand(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    /** It cannot begin; the message says why. */
    private static final class Unable extends Exception {
        private static final long serialVersionUID = 1;

        Unable(@Nullable String why) {
            super(why);
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try {
            return run(out, json ? err : out);
        } catch (IOException | Unable | Selection.Unknown e) {
            err.println("tandem: " + e.getMessage());
            return 2;
        } finally {
            out.flush();
            err.flush();
        }
    }

    private int run(PrintWriter out, PrintWriter progress)
            throws IOException, InterruptedException, Unable, Selection.Unknown {
        Optional<Path> checkout = Snapshot.root(folder);
        Path root = checkout.orElse(folder);
        if (parallel < 1 || parallel > MOST_PARALLEL) {
            throw new Unable("--parallel must be from 1 to " + MOST_PARALLEL + ", not " + parallel);
        }
        RunnerConfig config = RunnerSetup.of(root, work, parallel, isolated);
        try (LocalRunner runner = LocalRunner.open(config)) {
            Snapshot snapshot = Snapshot.take(root, checkout.isPresent(), config.work(), asIs, isolated);
            if (snapshot.changed()) {
                progress.println("Uncommitted changes are not part of this run; --from-dirty-tree takes them.");
            }
            PipelineContext context = context(root, snapshot);
            GitFiles files = new GitFiles(snapshot.repository(), snapshot.sha());
            Compilation compilation = compile(files, context);
            new Findings(files, progress).print(compilation.diagnostics());
            return switch (compilation.outcome()) {
                case Outcome.Runs(Plan plan) -> run(plan, runner, context, snapshot, files, out, progress);
                case Outcome.Filtered filtered -> {
                    progress.println("No pipeline: " + filtered.message());
                    yield 0;
                }
                case Outcome.Invalid invalid -> {
                    progress.println(file + " is not valid: " + Findings.count(compilation.diagnostics()));
                    yield 1;
                }
            };
        }
    }

    private int run(
            Plan plan,
            LocalRunner runner,
            PipelineContext context,
            Snapshot snapshot,
            GitFiles files,
            PrintWriter out,
            PrintWriter progress)
            throws IOException, InterruptedException, Selection.Unknown {
        Selection selection = Selection.of(plan, names, needs);
        if (!shell && selection.jobs().stream().anyMatch(RunCommand::mayNeedContainers)) {
            Optional<Containers> engine = RunnerSetup.engine();
            if (engine.isPresent()) {
                runner.useContainers(engine.get());
            }
        }
        Instant begun = Instant.now();
        long started = System.nanoTime();
        Console terminal = json ? null : terminal();
        try (RunView view = view(progress, terminal, selection)) {
            RunSettings run = new RunSettings(
                    runner,
                    snapshot,
                    files,
                    how(),
                    view,
                    manual(terminal, view),
                    begun,
                    parallel,
                    new AtomicLong(),
                    new AtomicLong());
            LocalJobs jobs = new LocalJobs(run, context);
            LocalPipeline pipeline =
                    new LocalPipeline(plan, selection, jobs, new ChildPipelines(run, jobs, context, 0), run, "");
            Thread atEnd = new Thread(() -> stop(runner, view), "tandem-run-stop");
            Runtime.getRuntime().addShutdownHook(atEnd);
            CompositeStatus status = pipeline.run();
            if (isEnding(atEnd)) {
                return INTERRUPTED;
            }
            view.close();
            Duration took = Duration.ofNanos(System.nanoTime() - started);
            new RunSummary(progress, terminal != null).print(pipeline.allJobs(), status, took, TAIL);
            if (json) {
                out.print(RunJson.of(plan.name(), status, took, snapshot.sha(), pipeline.jobs()));
            }
            return exitCode(status.status(), pipeline, selection);
        }
    }

    /** A child pipeline's jobs are not known before it begins. */
    private static boolean mayNeedContainers(PlannedJob job) {
        return job.image() != null || (job.trigger() != null && job.trigger().project() == null);
    }

    /** Ctrl-C: nothing that a job started stays behind. */
    private static void stop(LocalRunner runner, RunView view) {
        view.close();
        runner.close();
    }

    /** Whether somebody ended this process; else it needs the hook no more. */
    private static boolean isEnding(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
            return false;
        } catch (IllegalStateException shuttingDown) {
            return true;
        }
    }

    private static int exitCode(JobStatus status, LocalPipeline pipeline, Selection selection) {
        boolean failed = status == JobStatus.FAILED || status == JobStatus.CANCELED;
        // Who asks for a job by its name wants it to have run.
        boolean missing =
                pipeline.jobs().stream().anyMatch(job -> selection.named().contains(job.name()) && job.attempts() == 0);
        return failed || missing ? 1 : 0;
    }

    private PipelineContext context(Path root, Snapshot snapshot) throws Unable {
        PipelineContext told = options.context(
                new Checkout(root, file), snapshot.defaultBranch().orElse("main"));
        List<Variable> predefined = new ArrayList<>(told.predefined());
        predefined.addAll(snapshot.facts());
        List<Variable> given = new ArrayList<>(told.pipelineVariables());
        for (String name : secrets) {
            String value = System.getenv(name);
            if (value == null) {
                throw new Unable("--secret " + name + ": this environment has no such variable");
            }
            given.add(new Variable(name, value, true, false, true, "*"));
        }
        return new PipelineContext(
                told.source(),
                told.ref(),
                told.tag(),
                told.defaultBranch(),
                told.projectPath(),
                predefined,
                told.settings(),
                given,
                told.changes());
    }

    private Compilation compile(GitFiles files, PipelineContext context) throws Unable {
        Compilation compilation = PipelineCompiler.compile(files, file, context, how());
        boolean missing =
                compilation.diagnostics().stream().anyMatch(each -> each.code() == DiagnosticCode.FILE_NOT_FOUND);
        if (missing) {
            throw new Unable("cannot read " + file + ": the commit has no such file");
        }
        return compilation;
    }

    private CompileOptions how() {
        return new CompileOptions(
                IncludeSources.none(),
                missingIncludes == MissingIncludes.WARN,
                Set.of(Capability.DOWNSTREAM_PIPELINES),
                options.inputs());
    }

    private static @Nullable Console terminal() {
        Console console = System.console();
        boolean dumb = "dumb".equals(System.getenv("TERM"));
        return console != null && console.isTerminal() && !dumb ? console : null;
    }

    private static RunView view(PrintWriter progress, @Nullable Console terminal, Selection selection) {
        return terminal == null
                ? new PlainView(progress)
                : new LiveView(progress, selection.jobs().size());
    }

    private static LocalPipeline.Manual manual(@Nullable Console terminal, RunView view) {
        return terminal != null && view instanceof LiveView live
                ? new AskOnTerminal(terminal, live)
                : held -> Optional.empty();
    }
}
