package dev.tandem.server.code.web;

import dev.tandem.server.code.Branches;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.ProjectCreation;
import dev.tandem.server.code.ProjectEdit;
import dev.tandem.server.code.Projects;
import dev.tandem.server.code.ProtectedBranch;
import dev.tandem.server.code.ProtectedBranches;
import dev.tandem.server.code.ProtectedTag;
import dev.tandem.server.code.ProtectedTags;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Namespace;
import dev.tandem.server.identity.Namespaces;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.Restoration;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.access.Role;
import dev.tandem.server.platform.web.ErrorPages;
import dev.tandem.server.platform.web.Flash;
import dev.tandem.server.platform.web.Page;
import dev.tandem.server.platform.web.Problems;
import dev.tandem.server.platform.web.ProjectNav;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** What maintainers set for a project. */
@Controller
public final class SettingsPages {
    private static final int MOST_BRANCHES_OFFERED = 200;
    private static final int LONGEST_BRANCH = 255;
    private static final int MOST_NAMESPACES = 500;
    private static final ProjectCreation.Invalid NOT_THERE =
            new ProjectCreation.Invalid("namespace", "is not a namespace where you may make projects");

    private final Projects projects;
    private final Branches branches;
    private final ProtectedBranches protectedBranches;
    private final ProtectedTags protectedTags;
    private final Access access;
    private final Namespaces namespaces;

    SettingsPages(
            Projects projects,
            Branches branches,
            ProtectedBranches protectedBranches,
            ProtectedTags protectedTags,
            Access access,
            Namespaces namespaces) {
        this.projects = projects;
        this.branches = branches;
        this.protectedBranches = protectedBranches;
        this.protectedTags = protectedTags;
        this.access = access;
        this.namespaces = namespaces;
    }

    /**
     * The page.
     *
     * @param path as it stands in the form that renames
     * @param namespaces where this person may take the project to; empty for who may not
     * @param undoDays how long it can be brought back when it is deleted
     * @param problemField field that is wrong; null when nothing is
     */
    public record Model(
            Project project,
            ProjectEdit edit,
            List<String> branches,
            List<ProtectedBranch> protectedBranches,
            List<ProtectedTag> protectedTags,
            boolean mayDelete,
            String path,
            List<Namespace> namespaces,
            long undoDays,
            @Nullable String problemField,
            @Nullable String problem) {
        public ProjectNav nav() {
            return new ProjectNav(project.id(), project.fullPath(), project.name());
        }

        public Links links() {
            return new Links(project.fullPath());
        }
    }

    @GetMapping("/{project}/-/settings")
    @Requires(Permission.MANAGE_PROJECT)
    Page show(Actor actor, ProjectFacts facts) {
        return projects.find(facts.id())
                .map(project -> page(200, actor, facts, project, ProjectEdit.of(project), project.path(), null))
                .orElseGet(() -> ErrorPages.of(404, null));
    }

    @PostMapping("/{project}/-/settings")
    @Requires(Permission.MANAGE_PROJECT)
    @Nullable
    Page edit(
            Actor actor,
            ProjectFacts facts,
            @RequestParam(name = "name") String name,
            @RequestParam(name = "description", defaultValue = "") String description,
            @RequestParam(name = "visibility") String visibility,
            @RequestParam(name = "default_branch", required = false) @Nullable String branch,
            HttpServletResponse response)
            throws IOException {
        Optional<Project> found = projects.find(facts.id());
        if (found.isEmpty()) {
            return ErrorPages.of(404, null);
        }
        Project project = found.get();
        String wanted = branch == null ? project.defaultBranch() : branch;
        ProjectEdit edit = new ProjectEdit(name.strip(), description.strip(), visibility.equals("public"), wanted);
        Optional<ProjectCreation.Invalid> problem = projects.edit(actor, project, edit);
        return problem.isPresent()
                ? page(422, actor, facts, project, edit, project.path(), problem.get())
                : done(response, facts, "code.settings.saved");
    }

    @PostMapping("/{project}/-/settings/rename")
    @Requires(Permission.MANAGE_PROJECT)
    @Nullable
    Page rename(
            Actor actor,
            ProjectFacts facts,
            @RequestParam(name = "path", defaultValue = "") String path,
            HttpServletResponse response)
            throws IOException {
        Project project = projects.find(facts.id()).orElse(null);
        Namespace here = namespaces.holding(facts.id()).orElse(null);
        return project == null || here == null
                ? ErrorPages.of(404, null)
                : move(actor, facts, project, here, path.strip(), response);
    }

    @PostMapping("/{project}/-/settings/transfer")
    @Requires(Permission.TRANSFER_PROJECT)
    @Nullable
    Page transfer(
            Actor actor,
            ProjectFacts facts,
            @RequestParam(name = "namespace", defaultValue = "") String namespace,
            HttpServletResponse response)
            throws IOException {
        Project project = projects.find(facts.id()).orElse(null);
        if (project == null) {
            return ErrorPages.of(404, null);
        }
        Optional<Namespace> to = namespaces.findByPath(namespace).filter(found -> access.mayFill(actor, found));
        return to.isEmpty()
                ? page(422, actor, facts, project, ProjectEdit.of(project), project.path(), NOT_THERE)
                : move(actor, facts, project, to.get(), project.path(), response);
    }

    private @Nullable Page move(
            Actor actor, ProjectFacts facts, Project project, Namespace to, String path, HttpServletResponse response)
            throws IOException {
        Optional<ProjectCreation.Invalid> problem = projects.move(actor, project, to, path);
        if (problem.isPresent()) {
            String field = problem.get().field().equals("visibility")
                    ? "namespace"
                    : problem.get().field();
            return page(
                    422,
                    actor,
                    facts,
                    project,
                    ProjectEdit.of(project),
                    path,
                    new ProjectCreation.Invalid(field, problem.get().problem()));
        }
        Flash.leave(response, "code.move.done", to.fullPath() + "/" + path);
        response.sendRedirect(new Links(to.fullPath() + "/" + path).settings());
        return null;
    }

    @PostMapping("/{project}/-/settings/protected-branches")
    @Requires(Permission.MANAGE_PROJECT)
    @Nullable
    Page protect(
            Actor actor,
            ProjectFacts facts,
            @RequestParam(name = "name") String name,
            @RequestParam(name = "push") int push,
            @RequestParam(name = "force", defaultValue = "false") boolean force,
            HttpServletResponse response)
            throws IOException {
        if (!isName(name)) {
            return done(response, facts, "code.protect.invalid");
        }
        Optional<Role> role = role(push);
        boolean made = protectedBranches
                .protect(
                        actor,
                        facts,
                        new ProtectedBranches.Rule(name.strip(), role, Optional.of(Role.MAINTAINER), force))
                .isPresent();
        return done(response, facts, made ? "code.protect.done" : "code.protect.exists");
    }

    @PostMapping("/{project}/-/settings/unprotect")
    @Requires(Permission.MANAGE_PROJECT)
    @Nullable
    Page unprotect(
            Actor actor, ProjectFacts facts, @RequestParam(name = "name") String name, HttpServletResponse response)
            throws IOException {
        boolean gone = protectedBranches.unprotect(actor, facts, name);
        return done(response, facts, gone ? "code.unprotect.done" : "code.unprotect.none");
    }

    @PostMapping("/{project}/-/settings/protected-tags")
    @Requires(Permission.MANAGE_PROJECT)
    @Nullable
    Page protectTag(
            Actor actor,
            ProjectFacts facts,
            @RequestParam(name = "name") String name,
            @RequestParam(name = "create") int create,
            HttpServletResponse response)
            throws IOException {
        if (!isName(name)) {
            return done(response, facts, "code.protect-tag.invalid");
        }
        boolean made =
                protectedTags.protect(actor, facts, name.strip(), role(create)).isPresent();
        return done(response, facts, made ? "code.protect-tag.done" : "code.protect-tag.exists");
    }

    @PostMapping("/{project}/-/settings/unprotect-tag")
    @Requires(Permission.MANAGE_PROJECT)
    @Nullable
    Page unprotectTag(
            Actor actor, ProjectFacts facts, @RequestParam(name = "name") String name, HttpServletResponse response)
            throws IOException {
        boolean gone = protectedTags.unprotect(actor, facts, name);
        return done(response, facts, gone ? "code.unprotect-tag.done" : "code.unprotect-tag.none");
    }

    private static boolean isName(String name) {
        return !name.isBlank()
                && name.length() <= LONGEST_BRANCH
                && name.chars().noneMatch(Character::isISOControl);
    }

    /** Empty: nobody. */
    private static Optional<Role> role(int level) {
        return Role.of(level).filter(role -> role == Role.DEVELOPER || role == Role.MAINTAINER);
    }

    @PostMapping("/{project}/-/settings/delete")
    @Requires(Permission.DELETE_PROJECT)
    @Nullable
    Page delete(Actor actor, ProjectFacts facts, HttpServletResponse response) throws IOException {
        Optional<Project> project = projects.find(facts.id());
        if (project.isPresent()) {
            projects.mark(actor, project.get());
            Flash.leave(response, "code.delete.done", facts.fullPath());
        }
        response.sendRedirect(namespaces.undo().isZero() ? "/" : "/" + facts.fullPath());
        return null;
    }

    /** Of a project that is marked for deletion already. */
    @PostMapping("/{project}/-/settings/delete-now")
    @Requires(Permission.DELETE_PROJECT)
    @Nullable
    Page deleteNow(Actor actor, ProjectFacts facts, HttpServletResponse response) throws IOException {
        Optional<Project> project =
                projects.find(facts.id()).filter(found -> found.mark().isPresent());
        if (project.isEmpty()) {
            return ErrorPages.of(404, null);
        }
        projects.delete(actor, project.get());
        Flash.leave(response, "code.delete.done", facts.fullPath());
        response.sendRedirect("/");
        return null;
    }

    @PostMapping("/{project}/-/settings/restore")
    @Requires(Permission.DELETE_PROJECT)
    void restore(Actor actor, ProjectFacts facts, HttpServletResponse response) throws IOException {
        boolean done = projects.find(facts.id())
                .filter(project -> projects.restore(actor, project) instanceof Restoration.Done)
                .isPresent();
        Flash.leave(response, done ? "code.marked.restored" : "code.marked.not-restored", facts.fullPath());
        response.sendRedirect("/" + facts.fullPath());
    }

    private @Nullable Page done(HttpServletResponse response, ProjectFacts facts, String message) throws IOException {
        Flash.leave(response, message);
        response.sendRedirect(new Links(facts.fullPath()).settings());
        return null;
    }

    private Page page(
            int status,
            Actor actor,
            ProjectFacts facts,
            Project project,
            ProjectEdit edit,
            String path,
            ProjectCreation.@Nullable Invalid problem) {
        Model model = new Model(
                project,
                edit,
                branches.names(project.id(), MOST_BRANCHES_OFFERED),
                protectedBranches.list(project.id()),
                protectedTags.list(project.id()),
                access.decide(actor, Permission.DELETE_PROJECT, facts).isAllowed(),
                path,
                access.decide(actor, Permission.TRANSFER_PROJECT, facts).isAllowed() ? offered(actor) : List.of(),
                namespaces.undo().toDays(),
                problem == null ? null : problem.field(),
                problem == null ? null : Problems.key(problem.problem()));
        return new Page("code/settings.jte", model, status);
    }

    private List<Namespace> offered(Actor actor) {
        Namespaces.Filter filter = new Namespaces.Filter(
                "", new Namespaces.In.Anywhere(), Optional.of(Permission.FILL_GROUP.from()), true);
        return namespaces.list(actor, filter, 0, MOST_NAMESPACES);
    }
}
