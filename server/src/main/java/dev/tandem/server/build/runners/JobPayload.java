package dev.tandem.server.build.runners;

import dev.tandem.pipeline.plan.Artifacts;
import dev.tandem.pipeline.plan.Cache;
import dev.tandem.pipeline.plan.Image;
import dev.tandem.pipeline.plan.PlannedJob;
import dev.tandem.pipeline.plan.Release;
import dev.tandem.pipeline.plan.Service;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.server.build.artifacts.ArtifactFormat;
import dev.tandem.server.build.store.ArtifactRecord;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.RunnerRecord;
import dev.tandem.server.code.Project;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a runner is told of a job: the 201 of the runner protocol, with exactly the types it decodes. Pure. */
final class JobPayload {
    private static final List<String> FAILURE_REASONS = List.of(
            "unknown_failure",
            "script_failure",
            "runner_system_failure",
            "job_execution_timeout",
            "image_pull_failure",
            "runner_configuration_error",
            "runner_external_dependency_failure",
            "runner_interrupted",
            "job_canceled");
    private static final int DEPTH = 20;

    private JobPayload() {}

    /** Everything that goes into it. {@code dependencies}: earlier jobs whose archives this one downloads. */
    record Facts(
            Project project,
            PipelineRecord pipeline,
            JobRecord job,
            PlannedJob plan,
            RunnerRecord runner,
            String token,
            List<Variable> variables,
            List<Dependency> dependencies,
            URI server,
            long timeoutSeconds,
            double secondsInQueue) {
        Facts withVariables(List<Variable> given) {
            return new Facts(
                    project,
                    pipeline,
                    job,
                    plan,
                    runner,
                    token,
                    given,
                    dependencies,
                    server,
                    timeoutSeconds,
                    secondsInQueue);
        }
    }

    record Dependency(long jobId, String name, ArtifactRecord archive) {}

    static Map<String, Object> of(Facts facts) {
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("id", facts.job().id());
        payload.put("token", facts.token());
        payload.put("allow_git_fetch", true);
        payload.put("job_info", jobInfo(facts));
        payload.put("git_info", gitInfo(facts));
        payload.put("runner_info", Map.of("uuid", "", "timeout", facts.timeoutSeconds()));
        payload.put("inputs", List.of());
        payload.put(
                "variables",
                facts.variables().stream().map(JobPayload::variable).toList());
        payload.put("steps", steps(facts));
        Image image = facts.plan().image();
        if (image != null) {
            payload.put("image", image(image));
        }
        payload.put(
                "services",
                facts.plan().services().stream().map(JobPayload::service).toList());
        payload.put("artifacts", artifacts(facts.plan().artifacts()));
        payload.put(
                "cache",
                facts.plan().caches().stream().map(cache -> cache(facts, cache)).toList());
        payload.put("credentials", List.of());
        payload.put(
                "dependencies",
                facts.dependencies().stream().map(one -> dependency(facts, one)).toList());
        payload.put(
                "features",
                Map.of("trace_sections", true, "token_mask_prefixes", List.of(), "failure_reasons", FAILURE_REASONS));
        if (!facts.plan().scripts().preGetSources().isEmpty()) {
            payload.put(
                    "hooks",
                    List.of(Map.of(
                            "name",
                            "pre_get_sources_script",
                            "script",
                            facts.plan().scripts().preGetSources())));
        }
        return payload;
    }

    static Map<String, Object> variable(Variable variable) {
        return Map.of(
                "key",
                variable.key(),
                "value",
                variable.value(),
                "public",
                !variable.masked() && !variable.file(),
                "file",
                variable.file(),
                "masked",
                variable.masked(),
                "raw",
                variable.raw());
    }

    private static Map<String, Object> jobInfo(Facts facts) {
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("id", facts.job().id());
        info.put("name", facts.job().name());
        info.put("stage", facts.job().stage());
        info.put("pipeline_id", facts.pipeline().id());
        info.put("project_id", facts.project().id());
        info.put("project_name", facts.project().path());
        info.put("project_full_path", facts.project().fullPath());
        info.put("user_id", facts.job().userId());
        info.put("time_in_queue_seconds", facts.secondsInQueue());
        info.put("project_jobs_running_on_instance_runners_count", "0");
        return info;
    }

    private static Map<String, Object> gitInfo(Facts facts) {
        PipelineRecord pipeline = facts.pipeline();
        Map<String, Object> info = new LinkedHashMap<>();
        info.put(
                "repo_url",
                repositoryUrl(facts.server(), facts.token(), facts.project().fullPath()));
        info.put("repo_object_format", "sha1");
        info.put("ref", pipeline.ref());
        info.put("ref_type", pipeline.tag() ? "tag" : "branch");
        info.put("sha", pipeline.sha());
        info.put("before_sha", pipeline.beforeSha());
        int depth = depth(facts.variables());
        info.put("refspecs", refspecs(pipeline, depth));
        info.put("depth", depth);
        info.put("protected", pipeline.refProtected());
        return info;
    }

    static String repositoryUrl(URI server, String token, String fullPath) {
        return server.getScheme() + "://gitlab-ci-token:" + token + "@" + server.getRawAuthority() + server.getRawPath()
                + "/" + fullPath + ".git";
    }

    private static int depth(List<Variable> variables) {
        String wanted = variables.stream()
                .filter(variable -> variable.key().equals("GIT_DEPTH"))
                .map(Variable::value)
                .reduce("", (first, last) -> last);
        return wanted.matches("[0-9]{1,6}") ? Integer.parseInt(wanted) : DEPTH;
    }

    /** Only refs that exist, or the whole fetch fails: the branch may be gone or moved, the hidden ref never. */
    private static List<String> refspecs(PipelineRecord pipeline, int depth) {
        String own = "refs/pipelines/" + pipeline.id();
        String mine = "+" + own + ":" + own;
        return depth == 0
                ? List.of(mine, "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*")
                : List.of(mine);
    }

    private static List<Map<String, Object>> steps(Facts facts) {
        List<String> script = new ArrayList<>(facts.plan().scripts().before());
        script.addAll(facts.plan().scripts().script());
        List<Map<String, Object>> steps = new ArrayList<>();
        steps.add(step("script", script, facts.timeoutSeconds(), "on_success", false));
        Release release = facts.plan().release();
        if (release != null) {
            steps.add(step("release", ReleaseScript.of(release), facts.timeoutSeconds(), "on_success", false));
        }
        if (!facts.plan().scripts().after().isEmpty()) {
            steps.add(step("after_script", facts.plan().scripts().after(), facts.timeoutSeconds(), "always", true));
        }
        return steps;
    }

    private static Map<String, Object> step(
            String name, List<String> script, long timeout, String when, boolean allowFailure) {
        Map<String, Object> step = new LinkedHashMap<>();
        step.put("name", name);
        step.put("script", script);
        step.put("timeout", timeout);
        step.put("when", when);
        step.put("allow_failure", allowFailure);
        return step;
    }

    private static Map<String, Object> image(Image image) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", image.name());
        if (!image.entrypoint().isEmpty()) {
            map.put("entrypoint", image.entrypoint());
        }
        if (!image.pullPolicies().isEmpty()) {
            map.put("pull_policy", image.pullPolicies());
        }
        Map<String, Object> docker = new LinkedHashMap<>();
        if (image.dockerPlatform() != null) {
            docker.put("platform", image.dockerPlatform());
        }
        if (image.dockerUser() != null) {
            docker.put("user", image.dockerUser());
        }
        if (!docker.isEmpty()) {
            map.put("executor_opts", Map.of("docker", docker));
        }
        return map;
    }

    private static Map<String, Object> service(Service service) {
        Map<String, Object> map = image(service.image());
        if (service.alias() != null) {
            map.put("alias", service.alias());
        }
        if (!service.command().isEmpty()) {
            map.put("command", service.command());
        }
        map.put(
                "variables",
                service.variables().stream().map(JobPayload::variable).toList());
        return map;
    }

    private static List<Map<String, Object>> artifacts(@Nullable Artifacts artifacts) {
        List<Map<String, Object>> all = new ArrayList<>();
        if (artifacts == null) {
            return all;
        }
        if (!artifacts.paths().isEmpty() || artifacts.untracked()) {
            String name = artifacts.name() == null ? "artifacts" : artifacts.name();
            Map<String, Object> archive =
                    artifact(name, artifacts.paths(), artifacts.when(), "archive", "zip", artifacts.expireIn());
            archive.put("untracked", artifacts.untracked());
            archive.put("exclude", artifacts.exclude());
            all.add(archive);
        }
        artifacts.reports().forEach((type, paths) -> {
            ArtifactFormat format = ArtifactFormat.ofReport(type);
            all.add(artifact(format.defaultName(type), paths, "always", type, format.wire(), artifacts.expireIn()));
        });
        return all;
    }

    private static Map<String, Object> artifact(
            String name, List<String> paths, String when, String type, String format, @Nullable String expireIn) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", name);
        map.put("untracked", false);
        map.put("paths", paths);
        map.put("when", when);
        map.put("artifact_type", type);
        map.put("artifact_format", format);
        if (expireIn != null) {
            map.put("expire_in", expireIn);
        }
        return map;
    }

    /** Protected and other refs don't share caches unless the job says so. */
    private static Map<String, Object> cache(Facts facts, Cache cache) {
        String suffix = cache.unprotect() ? "" : facts.pipeline().refProtected() ? "-protected" : "-non_protected";
        String key = cache.key() == null ? "default" : cache.key();
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("key", key + suffix);
        map.put("untracked", cache.untracked());
        map.put("paths", cache.paths());
        map.put("policy", cache.policy());
        map.put("when", cache.when());
        map.put(
                "fallback_keys",
                cache.fallbackKeys().stream().map(fallback -> fallback + suffix).toList());
        return map;
    }

    private static Map<String, Object> dependency(Facts facts, Dependency dependency) {
        return Map.of(
                "id",
                dependency.jobId(),
                "token",
                facts.token(),
                "name",
                dependency.name(),
                "artifacts_file",
                Map.of(
                        "filename",
                        dependency.archive().filename(),
                        "size",
                        dependency.archive().sizeBytes()));
    }
}
