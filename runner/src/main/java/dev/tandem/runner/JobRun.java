package dev.tandem.runner;

import dev.tandem.host.Sandbox;
import dev.tandem.runner.JobPayload.Step;
import dev.tandem.runner.JobPayload.Variable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One job from its acknowledgement to its last report, on a thread of its own. */
final class JobRun {
    private static final Logger LOG = LoggerFactory.getLogger(JobRun.class);
    private static final Duration DEFAULT_LIMIT = Duration.ofHours(2);

    private final RunnerConfig config;
    private final Coordinator coordinator;
    private final JobPayload job;
    private final int slot;
    private final JobControl control = new JobControl();

    JobRun(RunnerConfig config, Coordinator coordinator, JobPayload job, int slot) {
        this.config = config;
        this.coordinator = coordinator;
        this.job = job;
        this.slot = slot;
    }

    static Duration limit(JobPayload job) {
        var seconds = job.runnerInfo().timeout();
        return seconds > 0 ? Duration.ofSeconds(seconds) : DEFAULT_LIMIT;
    }

    /** Ends the job from another thread. */
    void stop(JobControl.Cause cause) {
        control.stop(cause);
    }

    void run() {
        var file = config.work().resolve("logs").resolve(job.id() + ".log");
        try (var log = new JobLog(
                file, masker(), config.outputLimitBytes(), job.features().traceSections())) {
            var sender = new LogSender(coordinator, job, log, control, debug());
            if (acknowledged(sender)) {
                report(sender, log);
            }
        } catch (IOException e) {
            LOG.error("job {}: its log cannot be kept at {}", job.id(), file, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            deleteQuietly(file);
        }
    }

    /** Whether the job is still ours. A coordinator that cannot answer now does not keep us from starting. */
    private boolean acknowledged(LogSender sender) throws InterruptedException {
        try {
            var answer = coordinator.running(job, new JobLog.State(0, ""));
            if (answer.status() == 404 || answer.wish() == Answer.Wish.KILL) {
                LOG.info("job {}: taken back before it started", job.id());
                return false;
            }
            sender.heed(answer);
        } catch (IOException e) {
            LOG.warn("job {}: the acknowledgement got no answer: {}", job.id(), e.toString());
        }
        return true;
    }

    private void report(LogSender sender, JobLog log) throws IOException, InterruptedException {
        var sending = Thread.ofVirtual().name("tandem-log-" + job.id()).start(sender::run);
        var clock = Thread.ofVirtual().name("tandem-clock-" + job.id()).start(this::timeOut);
        var result = control.cause() == null ? inWorkspace(log) : stopped(JobControl.Cause.CANCELED);
        clock.interrupt();
        result = end(log, result);
        sending.join();
        if (!(result instanceof JobResult.Dropped)) {
            sender.finish(result);
        }
        LOG.info("job {}: {}", job.id(), result);
    }

    /** A log that cannot be completed, on a full disk, makes the job fail. */
    private JobResult end(JobLog log, JobResult result) {
        try {
            try {
                sayEnd(log, result);
            } finally {
                log.end();
            }
            return result;
        } catch (IOException e) {
            LOG.error("job {}: its log cannot be kept", job.id(), e);
            return result instanceof JobResult.Succeeded
                    ? new JobResult.Failed(FailureReasons.SYSTEM, 0, "the log cannot be kept: " + e)
                    : result;
        }
    }

    private void timeOut() {
        try {
            Thread.sleep(limit(job));
            control.stop(JobControl.Cause.TIMED_OUT);
        } catch (InterruptedException e) {
            // The job ended in time.
            Thread.currentThread().interrupt();
        }
    }

    private JobResult inWorkspace(JobLog log) {
        try {
            var workspace = Workspace.open(config, slot, job);
            try {
                var variables = JobEnvironment.open(config, job, workspace, slot);
                var record = config.work().resolve("processes").resolve(slot + ".group");
                var process = new StageProcess(control, record);
                var shell = new StageShell(config, workspace, process);
                try (var services = services(variables, workspace, process)) {
                    var users = users(shell, variables, workspace, process, services);
                    var started = job.services().isEmpty() ? null : services;
                    return stages(new JobContext(
                            config, coordinator, job, variables, workspace, log, control, shell, users, started));
                }
            } finally {
                workspace.close();
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("job {}: the runner failed", job.id(), e);
            return new JobResult.Failed(FailureReasons.SYSTEM, 0, "the runner failed: " + e);
        }
    }

    /** Null without containers for the job itself: nothing could reach them by name. */
    private @Nullable Services services(JobVariables variables, Workspace workspace, StageProcess process) {
        var engine = config.containers();
        return engine == null || image() == null
                ? null
                : new Services(
                        engine, Containers.label(config.work()), job, variables, control, process, workspace.scripts());
    }

    private UserShell users(
            StageShell shell,
            JobVariables variables,
            Workspace workspace,
            StageProcess process,
            @Nullable Services services) {
        var image = image();
        var engine = config.containers();
        return engine == null || image == null || services == null
                ? shell
                : new ContainerShell(
                        engine, job, image, variables, workspace, process, services, Containers.label(config.work()));
    }

    private JobPayload.@Nullable Image image() {
        var image = job.image();
        return image == null || image.name().isEmpty() ? null : image;
    }

    private JobResult stages(JobContext context) throws IOException {
        var environment = environment(context);
        var prepared = attempt(() -> prepare(context, environment));
        if (!(prepared instanceof JobResult.Succeeded)) {
            return control.cause() == null ? keep(context, prepared) : prepared;
        }
        var scripted = attempt(() -> steps(context, environment));
        if (scripted instanceof JobResult.Dropped) {
            return scripted;
        }
        var cleaned = attempt(() -> afterScript(context, environment, scripted));
        return keep(context, worse(scripted, cleaned));
    }

    private void prepare(JobContext context, Map<String, String> environment)
            throws JobStopped, StageFailed, IOException {
        sayBeginning(context);
        var services = context.services();
        if (services != null) {
            section(context.log(), "prepare_executor", "Starting services", () -> services.start(context.log()));
        }
        for (var hook : job.hooks()) {
            if (hook.name().equals("pre_get_sources_script")) {
                user(context, JobControl.Phase.PREPARING, hook.name(), hook.script(), environment);
            }
        }
        section(
                context.log(),
                "get_sources",
                "Getting source from Git repository",
                () -> new GitSources(context).get(environment));
        for (var hook : job.hooks()) {
            if (hook.name().equals("post_get_sources_script")) {
                user(context, JobControl.Phase.PREPARING, hook.name(), hook.script(), environment);
            }
        }
        if (!job.cache().isEmpty()) {
            section(context.log(), "restore_cache", "Restoring cache", () -> new JobCaches(context).restore());
        }
        if (job.dependencies().stream().anyMatch(JobPayload.Dependency::hasArtifacts)) {
            section(
                    context.log(),
                    "download_artifacts",
                    "Downloading artifacts",
                    () -> new ArtifactsDownload(context).get());
        }
    }

    private void steps(JobContext context, Map<String, String> environment)
            throws JobStopped, StageFailed, IOException {
        for (var step : job.steps()) {
            if (!step.name().equals(Step.AFTER_SCRIPT) && !step.script().isEmpty()) {
                // The classic script keeps its old name in logs.
                var name = step.name().equals("script") ? "step_script" : "step_" + plain(step.name());
                section(
                        context.log(),
                        name,
                        "Executing \"" + name + "\" stage of the job script",
                        () -> user(context, JobControl.Phase.SCRIPT, name, step.script(), environment));
                merge(environment, context);
            }
        }
    }

    /** Runs also after a failure, a time-out and a cancel; what it returns matters only where the job says so. */
    private void afterScript(JobContext context, Map<String, String> environment, JobResult scripted)
            throws JobStopped, StageFailed, IOException {
        var script = job.steps().stream()
                .filter(step -> step.name().equals(Step.AFTER_SCRIPT))
                .flatMap(step -> step.script().stream())
                .toList();
        if (script.isEmpty()) {
            return;
        }
        environment.put("CI_JOB_STATUS", status(scripted));
        try {
            section(
                    context.log(),
                    "after_script",
                    "Running after_script",
                    () -> user(context, JobControl.Phase.AFTERMATH, "after_script", script, environment));
        } catch (StageFailed e) {
            if (context.variables().value("AFTER_SCRIPT_IGNORE_ERRORS").equals("false")) {
                throw e;
            }
            context.log().warning("after_script failed, which is ignored: " + e.getMessage());
        }
    }

    private String status(JobResult result) {
        if (control.cause() == JobControl.Cause.CANCELED) {
            return "canceled";
        }
        return result instanceof JobResult.Succeeded ? "success" : "failed";
    }

    /** Keeps caches and artifacts. */
    private JobResult keep(JobContext context, JobResult result) {
        var succeeded = result instanceof JobResult.Succeeded;
        var kept = attempt(() -> {
            if (job.cache().stream().anyMatch(cache -> Conditions.holds(cache.when(), succeeded))) {
                var name = succeeded ? "archive_cache" : "archive_cache_on_failure";
                section(context.log(), name, "Saving cache", () -> new JobCaches(context).save(succeeded));
            }
            if (job.artifacts().stream().anyMatch(artifact -> Conditions.holds(artifact.when(), succeeded))) {
                var name = succeeded ? "upload_artifacts_on_success" : "upload_artifacts_on_failure";
                section(context.log(), name, "Uploading artifacts", () -> new ArtifactsUpload(context).put(succeeded));
            }
        });
        return worse(result, kept);
    }

    private void user(
            JobContext context,
            JobControl.Phase phase,
            String name,
            List<String> commands,
            Map<String, String> environment)
            throws JobStopped, StageFailed, IOException {
        var users = context.users();
        var script = users.script(context.variables().isTrue("CI_DEBUG_TRACE"))
                .shown(commands)
                .text();
        var limit = StageLimits.of(name, context.variables());
        var ended = users.run(phase, name, script, environment, context.log()::write, limit);
        switch (ended) {
            case StageShell.Ended.Exit(var code) -> {
                if (code != 0) {
                    throw StageFailed.script(code);
                }
            }
            case StageShell.Ended.OutOfTime(var time) ->
                throw new StageFailed(
                        FailureReasons.TIMEOUT, 0, name + " took longer than " + time.toSeconds() + " seconds");
        }
    }

    private Map<String, String> environment(JobContext context) {
        var environment = new LinkedHashMap<>(context.variables().environment());
        try {
            // So that a script can fetch more of its own repository.
            GitSources.credentials(job.gitInfo().repoUrl()).environment().forEach(environment::putIfAbsent);
        } catch (StageFailed e) {
            LOG.debug("job {}: no credentials for git: {}", job.id(), e.getMessage());
        }
        return environment;
    }

    private static void merge(Map<String, String> environment, JobContext context) throws IOException {
        for (Variable variable : JobEnvironment.sharedByStages(context.workspace())) {
            environment.put(variable.key(), variable.value());
        }
    }

    private void sayBeginning(JobContext context) throws IOException {
        var log = context.log();
        log.line("Running with " + RunnerInfo.NAME + " " + RunnerInfo.VERSION + " on " + config.name() + ", system ID: "
                + config.systemId());
        if (config.sandbox().strength() == Sandbox.Strength.UNSAFE) {
            log.warning("UNSAFE: this job runs with the rights of the runner itself (unsafe-shell is set).");
        }
        var image = image();
        var services = job.services().isEmpty() ? "" : "the services are";
        if (image == null || config.containers() != null) {
            if (image != null) {
                log.line("Using a container of the image " + context.variables().expand(image.name()));
            }
            if (!services.isEmpty() && context.services() == null) {
                log.warning("Services need a job that runs in a container: " + services + " ignored.");
            }
            return;
        }
        log.warning("This runner has a shell only: the image \"" + image.name()
                + (services.isEmpty() ? "\" is" : "\" and " + services) + " ignored.");
    }

    private static void sayEnd(JobLog log, JobResult result) throws IOException {
        switch (result) {
            case JobResult.Succeeded() -> log.line("\u001b[32;1mJob succeeded\u001b[0;m");
            case JobResult.Failed failed -> log.error("Job failed: " + failed.message());
            case JobResult.Dropped() -> {}
        }
    }

    /** A part of a job that may fail or be stopped. */
    private interface Part {
        void run() throws JobStopped, StageFailed, IOException;
    }

    private static void section(JobLog log, String name, String title, Part part)
            throws JobStopped, StageFailed, IOException {
        log.openSection(name, title);
        try {
            part.run();
        } finally {
            log.closeSection(name);
        }
    }

    private JobResult attempt(Part part) {
        try {
            part.run();
            return new JobResult.Succeeded();
        } catch (JobStopped e) {
            return stopped(e.why());
        } catch (StageFailed e) {
            return e.result();
        } catch (IOException e) {
            LOG.error("job {}: the runner failed", job.id(), e);
            return new JobResult.Failed(FailureReasons.SYSTEM, 0, "the runner failed: " + e);
        }
    }

    private JobResult stopped(JobControl.Cause cause) {
        return switch (cause) {
            case TIMED_OUT ->
                new JobResult.Failed(
                        FailureReasons.TIMEOUT,
                        0,
                        "it took longer than its limit of " + limit(job).toSeconds() + " seconds");
            case CANCELED -> new JobResult.Failed(FailureReasons.CANCELED, 0, "canceled");
            case INTERRUPTED -> new JobResult.Failed(FailureReasons.INTERRUPTED, 0, "the runner was stopped");
            case KILLED -> new JobResult.Dropped();
        };
    }

    /** The first thing that went wrong is the result, unless the job was taken away or the runner stopped later. */
    private static JobResult worse(JobResult first, JobResult second) {
        return first instanceof JobResult.Succeeded || second instanceof JobResult.Dropped ? second : first;
    }

    private Masker masker() {
        var secrets = new ArrayList<>(new JobVariables(List.of(job.variables())).secrets());
        secrets.add(job.token());
        try {
            secrets.add(GitSources.credentials(job.gitInfo().repoUrl()).header());
        } catch (StageFailed e) {
            LOG.debug("job {}: no credentials to mask: {}", job.id(), e.getMessage());
        }
        return new Masker(secrets, job.features().tokenMaskPrefixes());
    }

    private boolean debug() {
        var variables = new JobVariables(List.of(job.variables()));
        return variables.isTrue("CI_DEBUG_TRACE") || variables.isTrue("CI_DEBUG_SERVICES");
    }

    private static String plain(String name) {
        return name.replaceAll("[^A-Za-z0-9_]", "_");
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("the log {} cannot be deleted: {}", file, e.toString());
        }
    }
}
