package dev.tandem.server.build.web;

import dev.tandem.pipeline.Inspection;
import dev.tandem.pipeline.plan.PromptedVariable;
import dev.tandem.pipeline.syntax.DeclaredInput;
import dev.tandem.server.build.causes.Starting;
import dev.tandem.server.build.schedule.Given;
import dev.tandem.server.build.schedule.GivenReader;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.Projects;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.web.Page;
import dev.tandem.server.platform.web.ProjectNav;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Starting a pipeline by hand, with the variables and inputs that its configuration asks for. */
@Controller
public final class RunPages {
    private static final String VARIABLE = "variable.";
    private static final String INPUT = "input.";

    private final Linting linting;
    private final Starting starting;
    private final Projects projects;

    RunPages(Linting linting, Starting starting, Projects projects) {
        this.linting = linting;
        this.starting = starting;
        this.projects = projects;
    }

    /** A line of the form that the configuration asks for; {@code input} or {@code variable} by where it goes. */
    public record Field(String name, String label, String value, String hint, List<String> options, boolean required) {
        public Field {
            options = List.copyOf(options);
        }
    }

    /**
     * The form.
     *
     * @param more further variables as typed, {@code NAME=value} in each line
     * @param problem why no pipeline was started; null when nobody has tried
     */
    public record Model(
            ProjectNav project,
            String ref,
            List<Field> inputs,
            List<Field> variables,
            String more,
            @Nullable String problem) {}

    @GetMapping("/{project}/-/pipelines/new")
    @Requires(Permission.RUN_PIPELINE)
    Page form(ProjectFacts project, Actor actor, @RequestParam(name = "ref", required = false) Optional<String> ref) {
        String shown = ref.map(String::strip)
                .filter(text -> !text.isEmpty())
                .or(() -> projects.find(project.id()).map(Project::defaultBranch))
                .orElse("main");
        return page(project, actor, shown, Map.of(), null);
    }

    @PostMapping("/{project}/-/pipelines")
    @Requires(Permission.RUN_PIPELINE)
    @Nullable
    Page run(ProjectFacts project, Actor actor, @RequestParam Map<String, String> fields, HttpServletResponse response)
            throws IOException {
        String ref = fields.getOrDefault("ref", "").strip();
        return switch (starting.start(actor, project, ref, "web", given(fields))) {
            case Starting.Outcome.Started(PipelineRecord pipeline) -> {
                response.sendRedirect("/" + project.fullPath() + "/-/pipelines/" + pipeline.id());
                yield null;
            }
            case Starting.Outcome.NothingToRun(String why) -> page(project, actor, ref, fields, why);
            case Starting.Outcome.Forbidden() -> throw ApiException.forbidden();
        };
    }

    /** What the file asks for comes first, so that a line below may say otherwise. An input left empty has its default. */
    private static Given given(Map<String, String> fields) {
        GivenReader given = new GivenReader();
        fields.forEach((name, typed) -> {
            String value = typed.replace("\r\n", "\n");
            if (name.startsWith(VARIABLE)) {
                given.variable(name.substring(VARIABLE.length()), value, false);
            } else if (name.startsWith(INPUT) && !value.isEmpty()) {
                given.input(name.substring(INPUT.length()), value);
            }
        });
        return given.lines(fields.getOrDefault("more", "")).read();
    }

    private Page page(
            ProjectFacts project, Actor actor, String ref, Map<String, String> typed, @Nullable String problem) {
        Optional<Inspection> asks = linting.asks(project, actor, ref);
        List<Field> inputs = asks.stream()
                .flatMap(inspection -> inspection.inputs().stream())
                .map(input -> field(input, typed))
                .toList();
        List<Field> variables = asks.stream()
                .flatMap(inspection -> inspection.variables().stream())
                .map(variable -> field(variable, typed))
                .toList();
        Model model =
                new Model(PipelinePages.nav(project), ref, inputs, variables, typed.getOrDefault("more", ""), problem);
        return new Page("build/new-pipeline.jte", model, problem == null ? 200 : 422);
    }

    private static Field field(DeclaredInput input, Map<String, String> typed) {
        String name = INPUT + input.name();
        List<String> options = input.type().equals("boolean") ? List.of("true", "false") : input.options();
        String hint = input.type().equals("string") ? input.description() : join(input.description(), input.type());
        return new Field(
                name, input.name(), typed.getOrDefault(name, input.fallback()), hint, options, input.required());
    }

    private static Field field(PromptedVariable variable, Map<String, String> typed) {
        String name = VARIABLE + variable.key();
        return new Field(
                name,
                variable.key(),
                typed.getOrDefault(name, variable.value()),
                variable.description(),
                variable.options(),
                false);
    }

    private static String join(String description, String type) {
        return description.isEmpty() ? type : description + " (" + type + ")";
    }
}
