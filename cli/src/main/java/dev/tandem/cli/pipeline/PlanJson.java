package dev.tandem.cli.pipeline;

import dev.tandem.pipeline.Compilation;
import dev.tandem.pipeline.Outcome;
import dev.tandem.pipeline.plan.AllowFailure;
import dev.tandem.pipeline.plan.Artifacts;
import dev.tandem.pipeline.plan.Cache;
import dev.tandem.pipeline.plan.Image;
import dev.tandem.pipeline.plan.JobEnvironment;
import dev.tandem.pipeline.plan.Need;
import dev.tandem.pipeline.plan.OutsideNeed;
import dev.tandem.pipeline.plan.Plan;
import dev.tandem.pipeline.plan.PlannedJob;
import dev.tandem.pipeline.plan.Release;
import dev.tandem.pipeline.plan.Service;
import dev.tandem.pipeline.plan.Trigger;
import dev.tandem.pipeline.rule.JobVariables;
import dev.tandem.pipeline.rule.PipelineContext;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.syntax.Diagnostic;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The form of {@code tandem plan --json}; docs/pipeline/plan.md describes it. */
final class PlanJson {
    private final PipelineContext context;

    private PlanJson(PipelineContext context) {
        this.context = context;
    }

    static String of(Compilation compilation, PipelineContext context) {
        return Json.of(new PlanJson(context).plan(compilation));
    }

    static Map<String, @Nullable Object> diagnostic(Diagnostic each) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("code", each.code().id());
        members.put("severity", each.severity().name().toLowerCase(Locale.ROOT));
        members.put("message", each.message());
        members.put("file", each.file());
        members.put("line", each.line());
        members.put("column", each.column());
        members.put("path", each.path());
        members.put("hint", each.hint());
        return members;
    }

    private Map<String, @Nullable Object> plan(Compilation compilation) {
        Plan plan = compilation.outcome() instanceof Outcome.Runs runs ? runs.plan() : null;
        Map<String, @Nullable Object> workflow = new LinkedHashMap<>();
        workflow.put("name", plan == null ? null : plan.name());
        workflow.put("runs", plan != null);
        if (compilation.outcome() instanceof Outcome.Filtered filtered) {
            workflow.put("reason", filtered.message());
        }
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("valid", !(compilation.outcome() instanceof Outcome.Invalid));
        members.put("workflow", workflow);
        members.put("stages", plan == null ? List.of() : plan.stages());
        members.put(
                "jobs",
                plan == null ? List.of() : plan.jobs().stream().map(this::job).toList());
        members.put(
                "diagnostics",
                compilation.diagnostics().stream().map(PlanJson::diagnostic).toList());
        return members;
    }

    private Map<String, @Nullable Object> job(PlannedJob job) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("name", job.name());
        members.put("stage", job.stage());
        members.put("when", job.when().wire());
        members.put("allow_failure", allowFailure(job.allowFailure()));
        List<Need> needs = job.needs();
        members.put(
                "needs",
                needs == null ? null : needs.stream().map(PlanJson::need).toList());
        members.put("before_script", job.scripts().before());
        members.put("script", job.scripts().script());
        members.put("after_script", job.scripts().after());
        members.put("variables", variables(job));
        members.put("image", image(job.image()));
        members.put("services", job.services().stream().map(PlanJson::service).toList());
        members.put("tags", job.tags());
        members.put("environment", environment(job.environment()));
        members.put("artifacts", artifacts(job.artifacts()));
        members.put("cache", job.caches().stream().map(PlanJson::cache).toList());
        members.put("retry", retry(job));
        members.put(
                "timeout_seconds", job.timeout() == null ? null : job.timeout().toSeconds());
        members.put("parallel", parallel(job));
        members.put("resource_group", job.resourceGroup());
        members.put("interruptible", job.interruptible());
        members.put("trigger", trigger(job.trigger()));
        members.put("coverage", job.coverage() == null ? null : "/" + job.coverage() + "/");
        members.put("dependencies", job.dependencies());
        if (!job.outsideNeeds().isEmpty()) {
            members.put(
                    "outside_needs",
                    job.outsideNeeds().stream().map(PlanJson::outsideNeed).toList());
        }
        if (job.mirrors() != null) {
            members.put("mirrors", job.mirrors());
        }
        if (!job.idTokens().isEmpty()) {
            members.put("id_tokens", job.idTokens());
        }
        if (job.release() != null) {
            members.put("release", release(job.release()));
        }
        if (job.startIn() != null) {
            members.put("start_in_seconds", job.startIn().toSeconds());
        }
        return members;
    }

    private static Object release(Release release) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("tag_name", release.tagName());
        put(members, "tag_message", release.tagMessage());
        put(members, "name", release.name());
        members.put("description", release.description());
        put(members, "ref", release.ref());
        put(members, "released_at", release.releasedAt());
        members.put("links", release.links().stream().map(PlanJson::link).toList());
        return members;
    }

    private static Object link(Release.Link link) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("name", link.name());
        members.put("url", link.url());
        put(members, "filepath", link.filepath());
        members.put("link_type", link.linkType());
        return members;
    }

    private static Object outsideNeed(OutsideNeed need) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("pipeline", need.pipeline());
        members.put("project", need.project());
        members.put("ref", need.ref());
        members.put("job", need.job());
        members.put("artifacts", need.artifacts());
        return members;
    }

    private static Object allowFailure(AllowFailure allowFailure) {
        return allowFailure.exitCodes().isEmpty()
                ? allowFailure.always()
                : Map.of("exit_codes", allowFailure.exitCodes());
    }

    private static Object need(Need need) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("job", need.job());
        members.put("artifacts", need.artifacts());
        members.put("optional", need.optional());
        return members;
    }

    /** The variables of the file that the job sees, with the values it will see: weaker ones replaced, references expanded. */
    private Map<String, String> variables(PlannedJob job) {
        Set<String> written = job.variables().stream().map(Variable::key).collect(Collectors.toSet());
        Map<String, String> values = new LinkedHashMap<>();
        List<Variable> resolved = JobVariables.resolve(List.of(
                context.predefined(),
                job.predefined(),
                job.variables(),
                context.settings(),
                context.pipelineVariables()));
        resolved.stream()
                .filter(variable -> written.contains(variable.key()))
                .forEach(variable -> values.put(variable.key(), variable.value()));
        return values;
    }

    private static @Nullable Map<String, @Nullable Object> image(@Nullable Image image) {
        if (image == null) {
            return null;
        }
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("name", image.name());
        put(members, "entrypoint", image.entrypoint());
        put(members, "pull_policy", image.pullPolicies());
        Map<String, @Nullable Object> docker = new LinkedHashMap<>();
        put(docker, "platform", image.dockerPlatform());
        put(docker, "user", image.dockerUser());
        if (!docker.isEmpty()) {
            members.put("docker", docker);
        }
        return members;
    }

    private static Object service(Service service) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        Map<String, @Nullable Object> image = image(service.image());
        members.putAll(image == null ? Map.of() : image);
        put(members, "alias", service.alias());
        put(members, "command", service.command());
        Map<String, String> variables = new LinkedHashMap<>();
        service.variables().forEach(variable -> variables.put(variable.key(), variable.value()));
        if (!variables.isEmpty()) {
            members.put("variables", variables);
        }
        return members;
    }

    private static @Nullable Object environment(@Nullable JobEnvironment environment) {
        if (environment == null) {
            return null;
        }
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("name", environment.name());
        put(members, "url", environment.url());
        put(members, "on_stop", environment.onStop());
        members.put("action", environment.action());
        put(members, "deployment_tier", environment.tier());
        put(members, "auto_stop_in", environment.autoStopIn());
        return members;
    }

    private static @Nullable Object artifacts(@Nullable Artifacts artifacts) {
        if (artifacts == null) {
            return null;
        }
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        put(members, "name", artifacts.name());
        members.put("paths", artifacts.paths());
        put(members, "exclude", artifacts.exclude());
        members.put("untracked", artifacts.untracked());
        put(members, "expose_as", artifacts.exposeAs());
        put(members, "expire_in", artifacts.expireIn());
        members.put("when", artifacts.when());
        members.put("access", artifacts.access());
        members.put("reports", artifacts.reports());
        return members;
    }

    private static Object cache(Cache cache) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        Map<String, @Nullable Object> key = new LinkedHashMap<>();
        put(key, "files", cache.keyFiles());
        put(key, "files_commits", cache.keyFilesCommits());
        put(key, "prefix", cache.keyPrefix());
        members.put("key", key.isEmpty() ? cache.key() : key);
        members.put("paths", cache.paths());
        members.put("untracked", cache.untracked());
        members.put("unprotect", cache.unprotect());
        members.put("when", cache.when());
        members.put("policy", cache.policy());
        put(members, "fallback_keys", cache.fallbackKeys());
        return members;
    }

    private static Object retry(PlannedJob job) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("max", job.retry().max());
        members.put("when", job.retry().when());
        put(members, "exit_codes", job.retry().exitCodes());
        return members;
    }

    private static @Nullable Object parallel(PlannedJob job) {
        if (job.nodeIndex() == 0) {
            return null;
        }
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("index", job.nodeIndex());
        members.put("total", job.nodeTotal());
        members.put("of", job.group());
        return members;
    }

    private static @Nullable Object trigger(@Nullable Trigger trigger) {
        if (trigger == null) {
            return null;
        }
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        put(members, "project", trigger.project());
        put(members, "branch", trigger.branch());
        put(
                members,
                "include",
                trigger.includes().stream().map(PlanJson::include).toList());
        put(members, "strategy", trigger.strategy().equals("none") ? null : trigger.strategy());
        Map<String, @Nullable Object> forward = new LinkedHashMap<>();
        forward.put("yaml_variables", trigger.yamlVariables());
        forward.put("pipeline_variables", trigger.pipelineVariables());
        members.put("forward", forward);
        if (!trigger.inputs().isEmpty()) {
            members.put("inputs", trigger.inputs());
        }
        return members;
    }

    private static Object include(Trigger.Include include) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put(include.kind(), include.address());
        put(members, "file", include.files());
        put(members, "ref", include.ref());
        put(members, "job", include.job());
        if (!include.inputs().isEmpty()) {
            members.put("inputs", include.inputs());
        }
        return members;
    }

    /** Leaves out what is not given. */
    private static void put(Map<String, @Nullable Object> members, String key, @Nullable Object value) {
        if (value != null && !(value instanceof List<?> list && list.isEmpty())) {
            members.put(key, value);
        }
    }
}
