package dev.tandem.server.build.web;

import dev.tandem.server.build.runners.BuiltInRunner;
import dev.tandem.server.build.runners.InstanceRunners;
import dev.tandem.server.build.runners.InstanceRunners.Made;
import dev.tandem.server.build.runners.InstanceRunners.Removal;
import dev.tandem.server.build.runners.InstanceRunners.Seen;
import dev.tandem.server.build.schedule.JobLimits;
import dev.tandem.server.build.store.RunnerRecord;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.Projects;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.web.Flash;
import dev.tandem.server.platform.web.Page;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The runners of the installation, for administrators: who is there, since when, and a new one. */
@Controller
public final class RunnerPages {
    static final String PATH = "/-/admin/runners";
    private static final String ONE = PATH + "/{runner}";
    private static final int LONGEST_DESCRIPTION = 255;

    private final InstanceRunners runners;
    private final BuiltInRunner builtIn;
    private final JobLimits limits;
    private final Projects projects;
    private final ServerUrls urls;
    private final Clock clock;

    RunnerPages(
            InstanceRunners runners,
            BuiltInRunner builtIn,
            JobLimits limits,
            Projects projects,
            ServerUrls urls,
            Clock clock) {
        this.runners = runners;
        this.builtIn = builtIn;
        this.limits = limits;
        this.projects = projects;
        this.urls = urls;
        this.clock = clock;
    }

    /** The command that starts the runner just made; shown once, since it holds the token. */
    public record Start(String token, String command) {}

    /** What stands in the form. */
    public record Form(String description, String tags, boolean untagged, boolean protectedOnly) {
        static final Form EMPTY = new Form("", "", true, false);
    }

    /**
     * The page.
     *
     * @param builtInProblem why the built-in runner takes no jobs; null when all is well
     * @param problem key of what is wrong with the form
     */
    public record Model(
            List<Seen> runners,
            Form form,
            @Nullable Start start,
            @Nullable String builtInProblem,
            @Nullable String problem,
            int jobsPerProject,
            List<Limit> limits) {}

    /** A project that has a limit of its own. */
    public record Limit(String project, int jobs) {}

    @GetMapping(PATH)
    @Requires(Permission.ADMINISTER)
    Page list() {
        return page(200, Form.EMPTY, null, null);
    }

    @PostMapping(PATH)
    @Requires(Permission.ADMINISTER)
    Page create(
            Actor actor,
            @RequestParam(defaultValue = "") String description,
            @RequestParam(defaultValue = "") String tags,
            @RequestParam(defaultValue = "false") boolean untagged,
            @RequestParam(name = "protected", defaultValue = "false") boolean protectedOnly) {
        Form form = new Form(description.strip(), tags.strip(), untagged, protectedOnly);
        List<String> words = Arrays.stream(tags.split(",", -1))
                .map(String::strip)
                .filter(tag -> !tag.isEmpty())
                .distinct()
                .toList();
        if (form.description().isEmpty() || form.description().length() > LONGEST_DESCRIPTION) {
            return page(422, form, null, "build.runners.problem.description");
        }
        RunnerRecord wanted = new RunnerRecord(
                0, form.description(), words, untagged, false, protectedOnly, false, 0, clock.instant(), null);
        if (InstanceRunners.tagProblem(wanted).isPresent()) {
            return page(422, form, null, "build.runners.problem.tags");
        }
        return page(200, Form.EMPTY, start(runners.create(actor, wanted)), null);
    }

    @PostMapping(ONE + "/pause")
    @Requires(Permission.ADMINISTER)
    void pause(Actor actor, @PathVariable("runner") long id, HttpServletResponse response) throws IOException {
        turn(actor, id, true, "build.runners.paused", response);
    }

    @PostMapping(ONE + "/resume")
    @Requires(Permission.ADMINISTER)
    void resume(Actor actor, @PathVariable("runner") long id, HttpServletResponse response) throws IOException {
        turn(actor, id, false, "build.runners.resumed", response);
    }

    @PostMapping(ONE + "/reset-token")
    @Requires(Permission.ADMINISTER)
    Page resetToken(Actor actor, @PathVariable("runner") long id) {
        Made made = runners.resetToken(actor, id).orElseThrow(() -> ApiException.notFound("Runner"));
        return page(200, Form.EMPTY, start(made), null);
    }

    @PostMapping(ONE + "/delete")
    @Requires(Permission.ADMINISTER)
    void delete(Actor actor, @PathVariable("runner") long id, HttpServletResponse response) throws IOException {
        Removal removal = runners.delete(actor, id);
        if (removal == Removal.UNKNOWN) {
            throw ApiException.notFound("Runner");
        }
        Flash.leave(response, removal == Removal.DONE ? "build.runners.deleted" : "build.runners.built-in-stays");
        response.sendRedirect(PATH);
    }

    /** An empty {@code jobs}: what all others have. */
    @PostMapping(PATH + "/limits")
    @Requires(Permission.ADMINISTER)
    void limit(
            Actor actor,
            @RequestParam(defaultValue = "") String project,
            @RequestParam(defaultValue = "") String jobs,
            HttpServletResponse response)
            throws IOException {
        Optional<Project> found = projects.findByPath(project.strip());
        Optional<Integer> wanted = number(jobs.strip());
        if (found.isEmpty()) {
            Flash.refuse(response, "build.limits.problem.project", project.strip());
        } else if (wanted.isEmpty() && !jobs.isBlank()) {
            Flash.refuse(response, "build.limits.problem.jobs", JobLimitApi.MOST);
        } else {
            limits.set(actor, found.get().facts(), wanted.orElse(null));
            Flash.leave(response, "build.limits.done", found.get().fullPath());
        }
        response.sendRedirect(PATH);
    }

    private static Optional<Integer> number(String text) {
        return text.matches("[0-9]{1,6}")
                ? Optional.of(Integer.valueOf(text)).filter(jobs -> jobs <= JobLimitApi.MOST)
                : Optional.empty();
    }

    private List<Limit> limits() {
        return limits.own().stream()
                .flatMap(own -> projects.find(own.projectId()).stream()
                        .map(project -> new Limit(project.fullPath(), own.jobs())))
                .sorted(Comparator.comparing(Limit::project))
                .toList();
    }

    private void turn(Actor actor, long id, boolean paused, String message, HttpServletResponse response)
            throws IOException {
        RunnerRecord runner = runners.change(actor, id, old -> paused(old, paused))
                .orElseThrow(() -> ApiException.notFound("Runner"));
        Flash.leave(response, message, runner.description());
        response.sendRedirect(PATH);
    }

    private static RunnerRecord paused(RunnerRecord old, boolean paused) {
        return new RunnerRecord(
                old.id(),
                old.description(),
                old.tags(),
                old.runUntagged(),
                paused,
                old.protectedOnly(),
                old.builtIn(),
                old.maximumTimeoutSeconds(),
                old.createdAt(),
                old.contactedAt());
    }

    private Start start(Made made) {
        return new Start(
                made.token(),
                "TANDEM_RUNNER_TOKEN=" + made.token() + " tandem runner --url " + urls.external()
                        + " --work /var/lib/tandem-runner");
    }

    private Page page(int status, Form form, @Nullable Start start, @Nullable String problem) {
        Model model = new Model(
                runners.list(), form, start, builtIn.problem().orElse(null), problem, limits.usual(), limits());
        return new Page("build/runners.jte", model, status);
    }
}
