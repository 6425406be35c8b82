package dev.tandem.server.build.web;

import dev.tandem.pipeline.plan.DeclaredJob;
import dev.tandem.pipeline.syntax.DiagnosticCode;
import dev.tandem.server.build.compile.IncludedFile;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.Projects;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.Page;
import dev.tandem.server.platform.web.ProjectNav;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The page that checks a configuration, and the one that explains what it may find. */
@Controller
public class LintPages {
    private final Linting linting;
    private final Projects projects;

    LintPages(Linting linting, Projects projects) {
        this.linting = linting;
        this.projects = projects;
    }

    /**
     * What the page shows.
     *
     * @param refMissing there is no such branch, tag or commit
     * @param result null when there is nothing to show yet
     */
    public record Model(
            ProjectNav project,
            String ref,
            String content,
            boolean refMissing,
            @Nullable Result result) {}

    public record Result(
            boolean valid,
            List<Linting.Finding> findings,
            List<DeclaredJob> jobs,
            List<IncludedFile> includes,
            @Nullable String mergedYaml) {}

    public record Codes(List<DiagnosticCode> codes) {}

    @GetMapping("/{project}/-/ci/lint")
    @Requires(Permission.RUN_PIPELINE)
    Page ofCommit(
            ProjectFacts project, Actor actor, @RequestParam(name = "ref", required = false) Optional<String> ref) {
        return page(project, actor, null, ref(project, ref));
    }

    @PostMapping("/{project}/-/ci/lint")
    @Requires(Permission.RUN_PIPELINE)
    Page ofText(
            ProjectFacts project,
            Actor actor,
            @RequestParam(name = "content", defaultValue = "") String content,
            @RequestParam(name = "ref", required = false) Optional<String> ref) {
        return page(project, actor, content.replace("\r\n", "\n"), ref(project, ref));
    }

    /** The same list as docs/pipeline/diagnostics.md, for those who have only the server. */
    @GetMapping("/-/help/pipeline/diagnostics")
    @Requires(Permission.ANYONE)
    Page codes() {
        return new Page("build/diagnostics.jte", new Codes(List.of(DiagnosticCode.values())));
    }

    private String ref(ProjectFacts project, Optional<String> given) {
        return given.map(String::strip)
                .filter(ref -> !ref.isEmpty())
                .or(() -> projects.find(project.id()).map(Project::defaultBranch))
                .orElse("main");
    }

    private Page page(ProjectFacts project, Actor actor, @Nullable String content, String ref) {
        Optional<Linting.Answer> answer = linting.lint(project, actor, new Linting.Question(content, ref, false));
        String shown = answer.map(Linting.Answer::content).orElse(content == null ? "" : content);
        // A project without any commit has nothing to look at until somebody writes something.
        boolean empty = linting.isEmpty(project);
        Result result = answer.map(LintPages::result).orElse(null);
        Model model = new Model(PipelinePages.nav(project), ref, shown, answer.isEmpty() && !empty, result);
        return new Page("build/lint.jte", model);
    }

    private static Result result(Linting.Answer answer) {
        return new Result(
                answer.valid(),
                answer.findings(),
                answer.inspection().jobs(),
                answer.includes(),
                answer.inspection().mergedYaml());
    }
}
