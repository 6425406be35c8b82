package dev.tandem.server.code.web;

import dev.tandem.server.code.InitialCommit;
import dev.tandem.server.code.NewProject;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.ProjectCreation;
import dev.tandem.server.code.Projects;
import dev.tandem.server.code.imports.ImportUrl;
import dev.tandem.server.code.imports.Imports;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Namespace;
import dev.tandem.server.identity.Namespaces;
import dev.tandem.server.identity.PathSegment;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.Page;
import dev.tandem.server.platform.web.Problems;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The list of projects, and making a new one. */
@Controller
public final class ProjectListPages {
    private static final int PER_PAGE = 50;
    private static final int MOST_NAMESPACES = 500;

    private final Projects projects;
    private final InitialCommit initialCommit;
    private final Imports imports;
    private final Namespaces namespaces;

    ProjectListPages(Projects projects, InitialCommit initialCommit, Imports imports, Namespaces namespaces) {
        this.projects = projects;
        this.initialCommit = initialCommit;
        this.imports = imports;
        this.namespaces = namespaces;
    }

    /**
     * The list.
     *
     * @param previous address of the page before; null on the first
     * @param next address of the page after; null on the last
     */
    public record ListModel(
            List<Project> projects,
            String search,
            boolean mayCreate,
            @Nullable String previous,
            @Nullable String next) {}

    /**
     * The form for a new project.
     *
     * @param namespaces where this person may make projects
     * @param namespace full path of the chosen one
     * @param importUrl from where its repository comes, without credentials when it is shown again
     * @param problemField field that is wrong; null when the form is fresh
     */
    public record NewModel(
            List<Namespace> namespaces,
            String namespace,
            String name,
            String path,
            String description,
            boolean isPublic,
            boolean readme,
            String importUrl,
            @Nullable String problemField,
            @Nullable String problem) {}

    @GetMapping("/-/projects")
    @Requires(Permission.ANYONE)
    Page list(
            Actor actor,
            @RequestParam(name = "search", defaultValue = "") String search,
            @RequestParam(name = "page", defaultValue = "1") int asked) {
        int page = Math.clamp(asked, 1, 100_000);
        Projects.Filter filter = Projects.Filter.matching(search);
        List<Project> found = projects.list(actor, filter, (page - 1) * PER_PAGE, PER_PAGE + 1);
        String rest = search.isEmpty() ? "" : "&search=" + Links.encoded(search);
        ListModel model = new ListModel(
                found.subList(0, Math.min(PER_PAGE, found.size())),
                search,
                actor instanceof Actor.Person,
                page > 1 ? "/-/projects?page=" + (page - 1) + rest : null,
                found.size() > PER_PAGE ? "/-/projects?page=" + (page + 1) + rest : null);
        return new Page("code/projects.jte", model);
    }

    @GetMapping("/-/projects/new")
    @Requires(Permission.SIGNED_IN)
    Page form(Actor.Person actor, @RequestParam(name = "namespace", defaultValue = "") String namespace) {
        String chosen = namespace.isEmpty() ? actor.user().username() : namespace;
        return new Page("code/new.jte", new NewModel(offered(actor), chosen, "", "", "", false, false, "", null, null));
    }

    @PostMapping("/-/projects/new")
    @Requires(Permission.SIGNED_IN)
    @Nullable
    Page create(
            Actor.Person actor,
            @RequestParam(name = "namespace", defaultValue = "") String namespace,
            @RequestParam(name = "name", defaultValue = "") String name,
            @RequestParam(name = "path", defaultValue = "") String path,
            @RequestParam(name = "description", defaultValue = "") String description,
            @RequestParam(name = "visibility", defaultValue = "private") String visibility,
            @RequestParam(name = "readme", defaultValue = "false") boolean readme,
            @RequestParam(name = "import_url", defaultValue = "") String importUrl,
            HttpServletResponse response)
            throws IOException {
        boolean isPublic = visibility.equals("public");
        NewProject wanted = new NewProject(
                namespace.isEmpty() ? actor.user().username() : namespace,
                path.isBlank() ? PathSegment.from(name) : path.strip(),
                name.strip(),
                description.strip(),
                isPublic,
                "main");
        Optional<ImportUrl> from = importUrl.isBlank() ? Optional.empty() : ImportUrl.of(importUrl);
        if (!importUrl.isBlank() && from.isEmpty()) {
            return again(actor, wanted, readme, importUrl, "import_url", "is not an address that can be imported");
        }
        String shown = from.map(ImportUrl::toString).orElse("");
        ProjectCreation outcome = from.isPresent()
                ? imports.create(actor, actor.user(), wanted, from.get())
                : projects.create(actor, actor.user(), wanted);
        return switch (outcome) {
            case ProjectCreation.Created(Project project) -> {
                if (from.isEmpty() && readme) {
                    initialCommit.write(project, actor.user());
                }
                response.sendRedirect("/" + project.fullPath());
                yield null;
            }
            case ProjectCreation.PathTaken taken ->
                again(actor, wanted, readme, shown, "path", "has already been taken");
            case ProjectCreation.Invalid(String field, String problem) ->
                again(actor, wanted, readme, shown, field, problem);
        };
    }

    private Page again(
            Actor.Person actor, NewProject wanted, boolean readme, String importUrl, String field, String problem) {
        NewModel model = new NewModel(
                offered(actor),
                wanted.namespace(),
                wanted.name(),
                wanted.path(),
                wanted.description(),
                wanted.isPublic(),
                readme,
                importUrl,
                field,
                Problems.key(problem));
        return new Page("code/new.jte", model, 422);
    }

    private List<Namespace> offered(Actor.Person actor) {
        Namespaces.Filter filter = new Namespaces.Filter(
                "", new Namespaces.In.Anywhere(), Optional.of(Permission.FILL_GROUP.from()), true);
        return namespaces.list(actor, filter, 0, MOST_NAMESPACES);
    }
}
