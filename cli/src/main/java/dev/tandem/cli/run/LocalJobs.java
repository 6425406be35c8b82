package dev.tandem.cli.run;

import dev.tandem.pipeline.rule.JobVariables;
import dev.tandem.pipeline.rule.PipelineContext;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.runner.LocalJob;
import dev.tandem.runner.LocalResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Hands the jobs of a run to the runner with the variables, sources and artifacts that a server would give them. */
final class LocalJobs implements LocalPipeline.Jobs {
    /** A project's default. */
    private static final Duration TIMEOUT = Duration.ofHours(1);

    private static final int DEPTH = 20;

    private final RunSettings run;
    private final PipelineContext context;
    private final String pipeline;

    LocalJobs(RunSettings run, PipelineContext context) {
        this.run = run;
        this.context = context;
        this.pipeline = String.valueOf(run.pipelines().incrementAndGet());
    }

    @Override
    public LocalResult run(LocalJobState job, Collection<LocalJobState> all) throws InterruptedException {
        List<LocalJobState> earlier = earlier(job, all);
        List<Variable> variables = variables(job, all);
        Duration timeout = job.plan().timeout() == null ? TIMEOUT : job.plan().timeout();
        try {
            return run.runner()
                    .run(new LocalJob(
                            job.id(),
                            job.plan(),
                            variables,
                            sources(variables),
                            earlier.stream()
                                    .map(other -> new LocalJob.Earlier(other.id(), other.name()))
                                    .toList(),
                            timeout,
                            new LastLine(job.title())));
        } catch (IOException e) {
            run.view().word(job.title() + " cannot be run: " + e.getMessage());
            return new LocalResult("failed", "runner_system_failure", 0, Path.of(""), Map.of(), Map.of());
        }
    }

    @Override
    public void cancel(long id) {
        run.runner().cancel(id);
    }

    private static List<LocalJobState> earlier(LocalJobState job, Collection<LocalJobState> all) {
        return job.plan().artifactsFrom().stream()
                .flatMap(name -> all.stream().filter(other -> other.name().equals(name)))
                .filter(other -> other.result().isPresent())
                .toList();
    }

    /** All that a job of the pipeline sees, resolved. */
    List<Variable> variables(LocalJobState job, Collection<LocalJobState> all) {
        List<Variable> dotenv = new ArrayList<>();
        for (LocalJobState other : earlier(job, all)) {
            Optional<LocalResult> result = other.result();
            result.ifPresent(one -> one.dotenv().forEach((key, value) -> dotenv.add(Variable.raw(key, value))));
        }
        List<Variable> own = new ArrayList<>();
        own.add(Variable.raw("CI_PIPELINE_ID", pipeline));
        own.add(Variable.raw("CI_PIPELINE_IID", pipeline));
        own.add(Variable.raw(
                "CI_PIPELINE_CREATED_AT",
                run.begun().truncatedTo(ChronoUnit.SECONDS).toString()));
        own.add(Variable.raw("CI_JOB_ID", String.valueOf(job.id())));
        own.add(Variable.raw(
                "CI_JOB_STARTED_AT",
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()));
        own.add(Variable.raw("CI_REPOSITORY_URL", run.snapshot().path().toUri().toString()));
        if (job.playedByHand()) {
            own.add(Variable.raw("CI_JOB_MANUAL", "true"));
        }
        return JobVariables.resolve(List.of(
                context.predefined(),
                own,
                job.plan().predefined(),
                job.plan().variables(),
                dotenv,
                context.settings(),
                context.pipelineVariables()));
    }

    private LocalJob.Sources sources(List<Variable> variables) {
        String asked = variables.stream()
                .filter(variable -> variable.key().equals("GIT_DEPTH"))
                .map(Variable::value)
                .reduce("", (first, last) -> last);
        int depth = asked.matches("[0-9]{1,6}") ? Integer.parseInt(asked) : DEPTH;
        String mine = "+" + Snapshot.REF + ":" + Snapshot.REF;
        List<String> refspecs = depth == 0
                ? List.of(mine, "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*")
                : List.of(mine);
        return new LocalJob.Sources(
                run.snapshot().path().toUri(), context.ref(), run.snapshot().sha(), refspecs, depth);
    }

    /** Tells the view the last whole line that a job printed. */
    private final class LastLine implements LocalJob.Watcher {
        private static final int LONGEST = 500;
        private final String job;
        private String rest = "";

        LastLine(String job) {
            this.job = job;
        }

        @Override
        public void output(byte[] bytes) {
            String text = rest + new String(bytes, StandardCharsets.UTF_8);
            int end = text.lastIndexOf('\n');
            if (end >= 0) {
                String whole = text.substring(0, end);
                String line = LogText.plain(whole.substring(whole.lastIndexOf('\n') + 1));
                run.view().output(job, line.length() > LONGEST ? line.substring(0, LONGEST) : line);
            }
            String left = text.substring(end + 1);
            rest = left.substring(Math.max(0, left.length() - LONGEST));
        }
    }
}
