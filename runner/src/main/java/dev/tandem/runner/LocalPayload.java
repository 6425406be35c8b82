package dev.tandem.runner;

import dev.tandem.pipeline.plan.Artifacts;
import dev.tandem.pipeline.plan.Cache;
import dev.tandem.pipeline.plan.Image;
import dev.tandem.pipeline.plan.Scripts;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.runner.JobPayload.Step;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts a local job into the words of the protocol, as a server would. */
final class LocalPayload {
    private static final long PROJECT = 1;
    private static final List<String> REASONS = List.of(
            "image_pull_failure", FailureReasons.CONFIGURATION, FailureReasons.INTERRUPTED, FailureReasons.CANCELED);

    private LocalPayload() {}

    /** @param earlier those of the job's {@code artifactsOf} that left an archive */
    static JobPayload of(LocalJob job, List<LocalJob.Earlier> earlier) {
        var plan = job.plan();
        var project = job.variables().stream()
                .filter(variable -> variable.key().equals("CI_PROJECT_PATH"))
                .map(Variable::value)
                .findFirst()
                .orElse("");
        return new JobPayload(
                job.id(),
                "",
                true,
                new JobPayload.JobInfo(plan.name(), plan.stage(), PROJECT, project),
                sources(job.sources()),
                new JobPayload.RunnerInfo((int) Math.min(job.timeout().toSeconds(), Integer.MAX_VALUE)),
                job.variables().stream().map(LocalPayload::variable).toList(),
                steps(plan.scripts()),
                artifacts(plan.artifacts()),
                plan.caches().stream().map(LocalPayload::cache).toList(),
                earlier.stream().map(LocalPayload::dependency).toList(),
                new JobPayload.Features(false, List.of(), REASONS),
                hooks(plan.scripts()),
                plan.image() == null ? null : container(plan.image(), "", List.of(), List.of()),
                plan.services().stream()
                        .map(service -> container(
                                service.image(),
                                service.alias() == null ? "" : service.alias(),
                                service.command(),
                                service.variables()))
                        .toList());
    }

    private static JobPayload.GitInfo sources(LocalJob.@Nullable Sources sources) {
        return sources == null
                ? new JobPayload.GitInfo("", "", "", List.of(), 0)
                : new JobPayload.GitInfo(
                        sources.repository().toString(),
                        sources.ref(),
                        sources.sha(),
                        sources.refspecs(),
                        sources.depth());
    }

    private static JobPayload.Variable variable(Variable variable) {
        return new JobPayload.Variable(
                variable.key(), variable.value(), variable.file(), variable.masked(), variable.raw());
    }

    private static List<Step> steps(Scripts scripts) {
        var script = new ArrayList<>(scripts.before());
        script.addAll(scripts.script());
        return List.of(new Step("script", script), new Step(Step.AFTER_SCRIPT, scripts.after()));
    }

    private static List<JobPayload.Hook> hooks(Scripts scripts) {
        return scripts.preGetSources().isEmpty()
                ? List.of()
                : List.of(new JobPayload.Hook("pre_get_sources_script", scripts.preGetSources()));
    }

    private static JobPayload.Image container(
            Image image, String alias, List<String> command, List<Variable> variables) {
        var platform = image.dockerPlatform() == null ? "" : image.dockerPlatform();
        var user = image.dockerUser() == null ? "" : image.dockerUser();
        var options = new JobPayload.ExecutorOpts(new JobPayload.Docker(platform, user));
        return new JobPayload.Image(
                image.name(),
                image.entrypoint(),
                image.pullPolicies(),
                options,
                alias,
                command,
                variables.stream().map(LocalPayload::variable).toList());
    }

    private static List<JobPayload.Artifact> artifacts(@Nullable Artifacts artifacts) {
        var all = new ArrayList<JobPayload.Artifact>();
        if (artifacts == null) {
            return all;
        }
        if (!artifacts.paths().isEmpty() || artifacts.untracked()) {
            all.add(new JobPayload.Artifact(
                    artifacts.name() == null ? "artifacts" : artifacts.name(),
                    artifacts.untracked(),
                    artifacts.paths(),
                    artifacts.exclude(),
                    artifacts.when(),
                    LocalCoordinator.ARCHIVE,
                    "zip",
                    ""));
        }
        artifacts
                .reports()
                .forEach((type, paths) ->
                        all.add(new JobPayload.Artifact(type, false, paths, List.of(), "always", type, "gzip", "")));
        return all;
    }

    /** One person's machine has no protected caches. */
    private static JobPayload.Cache cache(Cache cache) {
        return new JobPayload.Cache(
                cache.key() == null ? "default" : cache.key(),
                cache.untracked(),
                cache.paths(),
                cache.policy(),
                cache.when(),
                cache.fallbackKeys());
    }

    private static JobPayload.Dependency dependency(LocalJob.Earlier earlier) {
        return new JobPayload.Dependency(
                earlier.id(), "", earlier.name(), new JobPayload.ArtifactsFile("artifacts.zip", 0));
    }
}
