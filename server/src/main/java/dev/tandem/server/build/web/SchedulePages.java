package dev.tandem.server.build.web;

import dev.tandem.pipeline.rule.Variable;
import dev.tandem.server.build.causes.ScheduleOutcome;
import dev.tandem.server.build.causes.Schedules;
import dev.tandem.server.build.causes.Schedules.Wanted;
import dev.tandem.server.build.causes.Starting;
import dev.tandem.server.build.schedule.Given;
import dev.tandem.server.build.schedule.GivenReader;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.ScheduleRecord;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.Projects;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.web.Flash;
import dev.tandem.server.platform.web.Page;
import dev.tandem.server.platform.web.ProjectNav;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Pipeline schedules: what the clock starts, when it did last, and why it did not. */
@Controller
public final class SchedulePages {
    private static final String PATH = "/{project}/-/pipeline_schedules";
    private static final String ONE = PATH + "/{schedule}";

    private final Schedules schedules;
    private final Projects projects;
    private final Lookup lookup;
    private final Access access;

    SchedulePages(Schedules schedules, Projects projects, Lookup lookup, Access access) {
        this.schedules = schedules;
        this.projects = projects;
        this.lookup = lookup;
        this.access = access;
    }

    /**
     * A line of the list.
     *
     * @param last null when it has made no pipeline
     * @param state of {@code last}
     */
    public record Row(
            ScheduleRecord schedule,
            String owner,
            boolean mine,
            @Nullable PipelineRecord last,
            @Nullable String state) {
        public boolean ownerMayNot() {
            return Schedules.OWNER_MAY_NOT.equals(schedule.lastProblem());
        }
    }

    /** What stands in the form; variables are written as {@code NAME=value}, one in each line. */
    public record Form(String description, String ref, String cron, String zone, boolean active, String variables) {
        static Form of(Map<String, String> fields) {
            return new Form(
                    fields.getOrDefault("description", "").strip(),
                    fields.getOrDefault("ref", "").strip(),
                    fields.getOrDefault("cron", "").strip(),
                    fields.getOrDefault("zone", "").strip(),
                    fields.containsKey("active"),
                    fields.getOrDefault("variables", "").replace("\r\n", "\n"));
        }

        private Wanted wanted() {
            return new Wanted(description, ref, cron, zone, active);
        }
    }

    /**
     * The page.
     *
     * @param editing number of the one in the form; null for a new one
     * @param problem last part of the key of what is wrong with the form; null when nothing is
     * @param detail what is wrong with the variables; null when nothing is
     */
    public record Model(
            ProjectNav project,
            List<Row> rows,
            Form form,
            @Nullable Long editing,
            boolean mayRun,
            boolean maintains,
            @Nullable String problem,
            @Nullable String detail) {
        /** Whether the viewer may delete it. */
        public boolean mayDelete(Row row) {
            return row.mine() || maintains;
        }
    }

    @GetMapping(PATH)
    @Requires(Permission.READ_PIPELINE)
    Page list(ProjectFacts project, Actor actor) {
        String branch = projects.find(project.id()).map(Project::defaultBranch).orElse("main");
        return page(200, project, actor, new Form("", branch, "0 4 * * *", "UTC", true, ""), null, null, null);
    }

    @PostMapping(PATH)
    @Requires(Permission.RUN_PIPELINE)
    @Nullable
    Page create(
            ProjectFacts project, Actor actor, @RequestParam Map<String, String> fields, HttpServletResponse response)
            throws IOException {
        Form form = Form.of(fields);
        Given given = new GivenReader().lines(form.variables()).read();
        if (!given.faults().isEmpty()) {
            return page(422, project, actor, form, null, "variables", String.join("; ", given.faults()));
        }
        ScheduleOutcome outcome = schedules.create(actor, project, form.wanted(), given.variables());
        return answer(outcome, project, actor, form, null, response);
    }

    @GetMapping(ONE + "/edit")
    @Requires(Permission.RUN_PIPELINE)
    Page edit(ProjectFacts project, Actor actor, @PathVariable("schedule") long id) {
        ScheduleRecord schedule = own(project, actor, id);
        String variables = schedules.variables(schedule).stream()
                .filter(variable -> !apart(variable))
                .map(variable -> variable.key() + "=" + variable.value())
                .collect(Collectors.joining("\n"));
        Form form = new Form(
                schedule.description(),
                schedule.ref(),
                schedule.cron(),
                schedule.cronTimezone(),
                schedule.active(),
                variables);
        return page(200, project, actor, form, id, null, null);
    }

    @PostMapping(ONE + "/edit")
    @Requires(Permission.RUN_PIPELINE)
    @Nullable
    Page update(
            ProjectFacts project,
            Actor actor,
            @PathVariable("schedule") long id,
            @RequestParam Map<String, String> fields,
            HttpServletResponse response)
            throws IOException {
        ScheduleRecord schedule = own(project, actor, id);
        Form form = Form.of(fields);
        GivenReader reader = new GivenReader();
        schedules.variables(schedule).stream()
                .filter(SchedulePages::apart)
                .forEach(variable -> reader.variable(variable.key(), variable.value(), variable.file()));
        Given given = reader.lines(form.variables()).read();
        if (!given.faults().isEmpty()) {
            return page(422, project, actor, form, id, "variables", String.join("; ", given.faults()));
        }
        ScheduleOutcome outcome = schedules.update(actor, project, schedule, form.wanted(), given.variables());
        return answer(outcome, project, actor, form, id, response);
    }

    @PostMapping(ONE + "/play")
    @Requires(Permission.RUN_PIPELINE)
    void play(ProjectFacts project, Actor actor, @PathVariable("schedule") long id, HttpServletResponse response)
            throws IOException {
        switch (schedules.play(actor, project, existing(project, id))) {
            case Starting.Outcome.Started(PipelineRecord pipeline) ->
                response.sendRedirect("/" + project.fullPath() + "/-/pipelines/" + pipeline.id());
            case Starting.Outcome.NothingToRun(String why) -> {
                Flash.refuse(response, "build.schedules.nothing", why);
                response.sendRedirect(path(project));
            }
            case Starting.Outcome.Forbidden() -> throw ApiException.forbidden();
        }
    }

    @PostMapping(ONE + "/take_ownership")
    @Requires(Permission.MANAGE_PROJECT)
    void takeOwnership(
            ProjectFacts project, Actor actor, @PathVariable("schedule") long id, HttpServletResponse response)
            throws IOException {
        ScheduleRecord schedule = schedules.takeOwnership(actor, project, existing(project, id));
        Flash.leave(response, "build.schedules.taken", schedule.description());
        response.sendRedirect(path(project));
    }

    @PostMapping(ONE + "/delete")
    @Requires(Permission.RUN_PIPELINE)
    void delete(ProjectFacts project, Actor actor, @PathVariable("schedule") long id, HttpServletResponse response)
            throws IOException {
        ScheduleRecord schedule = existing(project, id);
        if (!ScheduleApi.owns(actor, schedule) && !maintains(actor, project)) {
            throw ApiException.forbidden();
        }
        schedules.delete(actor, project, schedule);
        Flash.leave(response, "build.schedules.deleted", schedule.description());
        response.sendRedirect(path(project));
    }

    /** What cannot be written in one line of the form; it stays as it is. */
    private static boolean apart(Variable variable) {
        return variable.file() || variable.value().lines().count() > 1;
    }

    private @Nullable Page answer(
            ScheduleOutcome outcome,
            ProjectFacts project,
            Actor actor,
            Form form,
            @Nullable Long editing,
            HttpServletResponse response)
            throws IOException {
        return switch (outcome) {
            case ScheduleOutcome.Stored(ScheduleRecord schedule) -> {
                Flash.leave(response, "build.schedules.saved", schedule.description());
                response.sendRedirect(path(project));
                yield null;
            }
            case ScheduleOutcome.Refused(String field, String problem, String code) ->
                page(422, project, actor, form, editing, code, null);
            case ScheduleOutcome.Forbidden() -> page(422, project, actor, form, editing, "forbidden", null);
        };
    }

    private Page page(
            int status,
            ProjectFacts project,
            Actor actor,
            Form form,
            @Nullable Long editing,
            @Nullable String problem,
            @Nullable String detail) {
        List<Row> rows = schedules.list(project).stream()
                .map(schedule -> row(project, actor, schedule))
                .toList();
        boolean mayRun = access.decide(actor, Permission.RUN_PIPELINE, project).isAllowed();
        Model model = new Model(
                PipelinePages.nav(project), rows, form, editing, mayRun, maintains(actor, project), problem, detail);
        return new Page(editing == null ? "build/schedules.jte" : "build/schedule.jte", model, status);
    }

    private Row row(ProjectFacts project, Actor actor, ScheduleRecord schedule) {
        Optional<PipelineRecord> last = Optional.ofNullable(schedule.lastPipelineId())
                .flatMap(lookup::anyPipeline)
                .filter(pipeline -> pipeline.projectId() == project.id());
        return new Row(
                schedule,
                lookup.username(schedule.ownerId()),
                ScheduleApi.owns(actor, schedule),
                last.orElse(null),
                last.map(PipelinePages::state).orElse(null));
    }

    private ScheduleRecord existing(ProjectFacts project, long id) {
        return schedules.find(project, id).orElseThrow(() -> ApiException.notFound("Pipeline Schedule"));
    }

    private ScheduleRecord own(ProjectFacts project, Actor actor, long id) {
        ScheduleRecord schedule = existing(project, id);
        if (!ScheduleApi.owns(actor, schedule)) {
            throw ApiException.forbidden();
        }
        return schedule;
    }

    private boolean maintains(Actor actor, ProjectFacts project) {
        return access.decide(actor, Permission.MANAGE_PROJECT, project).isAllowed();
    }

    private static String path(ProjectFacts project) {
        return "/" + project.fullPath() + "/-/pipeline_schedules";
    }
}
