package dev.tandem.server.build.web;

import dev.tandem.pipeline.Outcome;
import dev.tandem.pipeline.plan.DeclaredJob;
import dev.tandem.pipeline.plan.Need;
import dev.tandem.pipeline.plan.PlannedJob;
import dev.tandem.pipeline.plan.Scripts;
import dev.tandem.pipeline.syntax.Diagnostic;
import dev.tandem.server.build.compile.IncludedFile;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Parameters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Checks configurations, in the shapes of GitLab's API. */
@RestController
class LintApi {
    private static final String LINT = "/api/v4/projects/{id}/ci/lint";

    private final Linting linting;
    private final ServerUrls urls;

    LintApi(Linting linting, ServerUrls urls) {
        this.linting = linting;
        this.urls = urls;
    }

    @PostMapping(LINT)
    @Requires(Permission.RUN_PIPELINE)
    Map<String, @Nullable Object> ofText(ProjectFacts project, Actor actor, Parameters parameters) {
        String content = parameters.text("content").orElseThrow(() -> ApiException.missing("content"));
        String ref = parameters.text("ref").filter(text -> !text.isBlank()).orElse(null);
        return answer(project, actor, parameters, new Linting.Question(content, ref, dryRun(parameters)));
    }

    @GetMapping(LINT)
    @Requires(Permission.RUN_PIPELINE)
    Map<String, @Nullable Object> ofCommit(ProjectFacts project, Actor actor, Parameters parameters) {
        // Older names of the same: sha and ref.
        String ref = parameters
                .text("content_ref")
                .or(() -> parameters.text("sha"))
                .or(() -> parameters.text("dry_run_ref"))
                .or(() -> parameters.text("ref"))
                .filter(text -> !text.isBlank())
                .orElse(null);
        return answer(project, actor, parameters, new Linting.Question(null, ref, dryRun(parameters)));
    }

    private Map<String, @Nullable Object> answer(
            ProjectFacts project, Actor actor, Parameters parameters, Linting.Question question) {
        Linting.Answer answer =
                linting.lint(project, actor, question).orElseThrow(() -> ApiException.notFound("Reference"));
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("valid", answer.valid());
        body.put("errors", texts(answer, true));
        body.put("warnings", texts(answer, false));
        body.put("merged_yaml", answer.valid() ? answer.inspection().mergedYaml() : null);
        body.put(
                "includes",
                answer.valid()
                        ? answer.includes().stream()
                                .map(file -> include(project, file))
                                .toList()
                        : null);
        if (parameters.flag("include_jobs").orElse(false)) {
            body.put("jobs", answer.valid() ? jobs(answer) : null);
        }
        return body;
    }

    private static List<Map<String, @Nullable Object>> jobs(Linting.Answer answer) {
        return switch (answer.outcome()) {
            case Outcome.Runs runs ->
                runs.plan().jobs().stream().map(LintApi::job).toList();
            case Outcome.Filtered none -> List.of();
            case null, default ->
                answer.inspection().jobs().stream().map(LintApi::job).toList();
        };
    }

    private static boolean dryRun(Parameters parameters) {
        return parameters.flag("dry_run").orElse(false);
    }

    private static List<String> texts(Linting.Answer answer, boolean errors) {
        return answer.findings().stream()
                .map(Linting.Finding::diagnostic)
                .filter(each -> each.isError() == errors)
                .map(LintApi::text)
                .toList();
    }

    private static String text(Diagnostic each) {
        String hint = each.hint().isEmpty() ? "" : " (" + each.hint() + ")";
        return each.file() + ":" + each.line() + ":" + each.column() + ": " + each.message() + hint;
    }

    private Map<String, @Nullable Object> include(ProjectFacts project, IncludedFile file) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("type", file.type());
        body.put("location", file.location());
        String address = urls.external() + "/" + file.project() + "/-/";
        String place = file.sha() + "/" + file.location();
        body.put("blob", file.project() == null ? null : address + "blob/" + place);
        body.put("raw", file.project() == null ? file.location() : address + "raw/" + place);
        body.put("extra", file.type().equals("file") ? Map.of("project", String.valueOf(file.project())) : Map.of());
        body.put("context_project", project.fullPath());
        body.put("context_sha", file.sha());
        return body;
    }

    private static Map<String, @Nullable Object> job(DeclaredJob job) {
        return job(
                job.name(),
                job.stage(),
                job.scripts(),
                job.tags(),
                job.environment(),
                job.when(),
                job.allowFailure(),
                null);
    }

    private static Map<String, @Nullable Object> job(PlannedJob job) {
        List<Need> needs = job.needs();
        return job(
                job.name(),
                job.stage(),
                job.scripts(),
                job.tags(),
                job.environment() == null ? null : job.environment().name(),
                job.when().wire(),
                job.allowFailure().always(),
                needs == null
                        ? null
                        : needs.stream()
                                .map(need -> Map.<String, Object>of(
                                        "name", need.job(), "artifacts", need.artifacts(), "optional", need.optional()))
                                .toList());
    }

    private static Map<String, @Nullable Object> job(
            String name,
            String stage,
            Scripts scripts,
            List<String> tags,
            @Nullable String environment,
            String when,
            boolean allowFailure,
            @Nullable List<Map<String, Object>> needs) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("name", name);
        body.put("stage", stage);
        body.put("before_script", scripts.before());
        body.put("script", scripts.script());
        body.put("after_script", scripts.after());
        body.put("tag_list", tags);
        body.put("only", null);
        body.put("except", null);
        body.put("environment", environment);
        body.put("when", when);
        body.put("allow_failure", allowFailure);
        body.put("needs", needs);
        return body;
    }
}
