package dev.tandem.server.code.api;

import dev.tandem.server.code.InitialCommit;
import dev.tandem.server.code.NewProject;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.ProjectCreation;
import dev.tandem.server.code.ProjectEdit;
import dev.tandem.server.code.Projects;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.code.Trees;
import dev.tandem.server.code.imports.ImportUrl;
import dev.tandem.server.code.imports.Imports;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.MemberSource;
import dev.tandem.server.identity.Members;
import dev.tandem.server.identity.Namespace;
import dev.tandem.server.identity.Namespaces;
import dev.tandem.server.identity.PathSegment;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.Restoration;
import dev.tandem.server.identity.TokenScope;
import dev.tandem.server.identity.User;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.access.Role;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.api.Parameters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** {@code /api/v4/projects}, and those of a group. */
@RestController
class ProjectsApi {
    private final Projects projects;
    private final InitialCommit initialCommit;
    private final Repositories repositories;
    private final Trees trees;
    private final Access access;
    private final Imports imports;
    private final Namespaces namespaces;
    private final Members members;
    private final Json json;

    ProjectsApi(
            Projects projects,
            InitialCommit initialCommit,
            Repositories repositories,
            Trees trees,
            Access access,
            Imports imports,
            Namespaces namespaces,
            Members members,
            Json json) {
        this.projects = projects;
        this.initialCommit = initialCommit;
        this.repositories = repositories;
        this.trees = trees;
        this.access = access;
        this.imports = imports;
        this.namespaces = namespaces;
        this.members = members;
        this.json = json;
    }

    @GetMapping("/api/v4/projects")
    @Requires(Permission.ANYONE)
    Listing<Map<String, @Nullable Object>> list(Actor actor, Parameters parameters) {
        return list(actor, parameters, Optional.empty());
    }

    @GetMapping("/api/v4/groups/{id}/projects")
    @Requires(Permission.READ_GROUP)
    Listing<Map<String, @Nullable Object>> ofGroup(Actor actor, Namespace group, Parameters parameters) {
        boolean deep = parameters.flag("include_subgroups").orElse(false);
        return list(actor, parameters, Optional.of(new Projects.In(group.id(), deep)));
    }

    private Listing<Map<String, @Nullable Object>> list(Actor actor, Parameters parameters, Optional<Projects.In> in) {
        Paging paging = parameters.paging();
        Projects.Filter filter = filter(parameters, in);
        List<Project> page = projects.list(actor, filter, paging.offset(), paging.limit());
        boolean simple = parameters.flag("simple").orElse(false);
        return new Listing<>(page, projects.count(actor, filter), paging)
                .map(project -> simple ? json.simple(project) : describe(actor, project));
    }

    @GetMapping("/api/v4/projects/{id}")
    @Requires(Permission.READ_PROJECT)
    Map<String, @Nullable Object> get(Actor actor, ProjectFacts project) {
        return describe(actor, find(project));
    }

    @PostMapping("/api/v4/projects")
    @Requires(Permission.SIGNED_IN)
    @ResponseStatus(HttpStatus.CREATED)
    Map<String, @Nullable Object> create(Actor actor, Parameters parameters) {
        User user = writer(actor);
        Optional<ImportUrl> from = importUrl(parameters);
        NewProject wanted = wanted(namespace(actor, user, parameters), parameters);
        ProjectCreation outcome = from.isPresent()
                ? imports.create(actor, user, wanted, from.get())
                : projects.create(actor, user, wanted);
        Project created = switch (outcome) {
            case ProjectCreation.Created(Project project) -> project;
            case ProjectCreation.PathTaken taken -> throw ApiException.invalid("path", "has already been taken");
            case ProjectCreation.Invalid(String field, String problem) -> throw ApiException.invalid(field, problem);
        };
        if (from.isEmpty() && parameters.flag("initialize_with_readme").orElse(false)) {
            initialCommit.write(created, user);
        }
        return describe(actor, projects.find(created.id()).orElse(created));
    }

    private static Optional<ImportUrl> importUrl(Parameters parameters) {
        Optional<String> asked = parameters.text("import_url").filter(text -> !text.isBlank());
        Optional<ImportUrl> url = asked.flatMap(ImportUrl::of);
        if (asked.isPresent() && url.isEmpty()) {
            throw ApiException.invalid("import_url", "is not an address that can be imported: https://host/path");
        }
        return url;
    }

    @GetMapping("/api/v4/projects/{id}/import")
    @Requires(Permission.READ_PROJECT)
    Map<String, @Nullable Object> importStatus(ProjectFacts facts) {
        Map<String, @Nullable Object> described = json.simple(find(facts));
        describeImport(facts.id(), described);
        return described;
    }

    private void describeImport(long project, Map<String, @Nullable Object> described) {
        imports.find(project)
                .ifPresentOrElse(
                        imported -> {
                            described.put("import_status", imported.status().wire());
                            described.put("import_error", imported.error().isEmpty() ? null : imported.error());
                        },
                        () -> described.put("import_status", "none"));
    }

    @PutMapping("/api/v4/projects/{id}")
    @Requires(Permission.MANAGE_PROJECT)
    Map<String, @Nullable Object> edit(Actor actor, ProjectFacts facts, Parameters parameters) {
        Project project = find(facts);
        ProjectEdit edit = new ProjectEdit(
                parameters.text("name").orElse(project.name()),
                parameters.text("description").orElse(project.description()),
                visibility(parameters).orElse(project.isPublic()),
                parameters.text("default_branch").orElse(project.defaultBranch()));
        parameters.text("path").ifPresent(path -> {
            Namespace here = namespaces.holding(project.id()).orElseThrow();
            projects.move(actor, project, here, path).ifPresent(ProjectsApi::refuse);
        });
        projects.edit(actor, find(facts), edit).ifPresent(ProjectsApi::refuse);
        return describe(actor, find(facts));
    }

    /** @param parameters {@code namespace}: its number or full path */
    @PutMapping("/api/v4/projects/{id}/transfer")
    @Requires(Permission.TRANSFER_PROJECT)
    Map<String, @Nullable Object> transfer(Actor actor, ProjectFacts facts, Parameters parameters) {
        Project project = find(facts);
        Namespace to = namespaces
                .find(parameters.requiredText("namespace"))
                .filter(found -> access.mayFill(actor, found))
                .orElseThrow(() -> ApiException.notFound("Namespace"));
        projects.move(actor, project, to, project.path()).ifPresent(ProjectsApi::refuse);
        return describe(actor, find(facts));
    }

    private static void refuse(ProjectCreation.Invalid invalid) {
        throw ApiException.invalid(invalid.field(), invalid.problem());
    }

    @DeleteMapping("/api/v4/projects/{id}")
    @Requires(Permission.DELETE_PROJECT)
    @ResponseStatus(HttpStatus.ACCEPTED)
    Map<String, String> delete(Actor actor, ProjectFacts facts, Parameters parameters) {
        Project project = find(facts);
        if (!parameters.flag("permanently_remove").orElse(false)) {
            projects.mark(actor, project);
        } else if (project.mark().isEmpty()) {
            throw new ApiException(400, "Project must be marked for deletion first.");
        } else if (!parameters
                .text("full_path")
                .filter(project.fullPath()::equals)
                .isPresent()) {
            throw new ApiException(400, "`full_path` is incorrect. You must enter the complete path for the project.");
        } else {
            projects.delete(actor, project);
        }
        return Map.of("message", "202 Accepted");
    }

    @PostMapping("/api/v4/projects/{id}/restore")
    @Requires(Permission.DELETE_PROJECT)
    @ResponseStatus(HttpStatus.CREATED)
    Map<String, @Nullable Object> restore(Actor actor, ProjectFacts facts) {
        return switch (projects.restore(actor, find(facts))) {
            case Restoration.Done() -> describe(actor, find(facts));
            case Restoration.NotMarked() -> throw new ApiException(400, "Project has not been marked for deletion");
            case Restoration.WithGroup(long group) ->
                throw new ApiException(400, "Project is marked for deletion with group " + group + "; restore that");
        };
    }

    private Map<String, @Nullable Object> describe(Actor actor, Project project) {
        Map<String, @Nullable Object> described = json.project(project, roles(actor, project));
        describeImport(project.id(), described);
        if (!project.isEmpty()
                && repositories
                        .resolve(project.id(), project.defaultBranch())
                        .flatMap(sha -> trees.file(project.id(), sha, "README.md"))
                        .isPresent()) {
            described.put("readme_url", json.web(project) + "/-/blob/" + project.defaultBranch() + "/README.md");
        }
        return described;
    }

    /** Where nobody gave one, what counts otherwise: an administrator's. */
    private Json.Roles roles(Actor actor, Project project) {
        Optional<Role> counts = access.effectiveRole(actor, project.id());
        if (counts.isEmpty() || !(actor instanceof Actor.Person person)) {
            return new Json.Roles(counts, Optional.empty());
        }
        Optional<Role> direct = members.directRole(
                new MemberSource.OfProject(project.id()), person.user().id());
        Optional<Role> inherited = namespaces
                .holding(project.id())
                .filter(Namespace::isGroup)
                .flatMap(group ->
                        members.role(MemberSource.of(group), person.user().id()));
        return direct.isEmpty() && inherited.isEmpty()
                ? new Json.Roles(counts, Optional.empty())
                : new Json.Roles(direct, inherited);
    }

    private Project find(ProjectFacts facts) {
        return projects.find(facts.id()).orElseThrow(() -> ApiException.notFound("Project"));
    }

    private static User writer(Actor actor) {
        if (!(actor instanceof Actor.Person person)) {
            throw ApiException.forbidden();
        }
        if (!person.holds(TokenScope.API)) {
            throw ApiException.insufficientScope("api");
        }
        return person.user();
    }

    /** Where the project shall lie; the caller's own namespace unless said otherwise. */
    private String namespace(Actor actor, User user, Parameters parameters) {
        return parameters
                .text("namespace_id")
                .filter(id -> !id.isBlank())
                .map(id -> namespaces
                        .find(id)
                        .filter(found -> access.mayFill(actor, found))
                        .orElseThrow(() -> ApiException.invalid("namespace", "is not valid")))
                .map(Namespace::fullPath)
                .orElse(user.username());
    }

    private static NewProject wanted(String namespace, Parameters parameters) {
        Optional<String> path = parameters.text("path").filter(text -> !text.isBlank());
        Optional<String> name = parameters.text("name").filter(text -> !text.isBlank());
        if (path.isEmpty() && name.isEmpty()) {
            throw new ApiException(400, "name, path are missing, at least one parameter must be provided");
        }
        return new NewProject(
                namespace,
                path.orElseGet(() -> PathSegment.from(name.orElseThrow())),
                name.or(() -> path).orElseThrow(),
                parameters.text("description").orElse(""),
                visibility(parameters).orElse(false),
                parameters
                        .text("default_branch")
                        .filter(text -> !text.isBlank())
                        .orElse("main"));
    }

    /** Whether it is public; GitLab's third one, internal, does not exist here. */
    private static Optional<Boolean> visibility(Parameters parameters) {
        return parameters.text("visibility").map(word -> switch (word) {
            case "public" -> true;
            case "private" -> false;
            default -> throw ApiException.malformed("visibility");
        });
    }

    private static Projects.Filter filter(Parameters parameters, Optional<Projects.In> in) {
        Optional<Role> role = Optional.empty();
        if (parameters.flag("membership").orElse(false)) {
            role = Optional.of(Role.GUEST);
        }
        role = parameters
                .number("min_access_level")
                .flatMap(level -> Role.of(Math.toIntExact(Math.clamp(level, 0L, 100L))))
                .or(same(role));
        if (parameters.flag("owned").orElse(false)) {
            role = Optional.of(Role.OWNER);
        }
        return new Projects.Filter(parameters.text("search").orElse(""), in, role, visibility(parameters));
    }

    private static java.util.function.Supplier<Optional<Role>> same(Optional<Role> role) {
        return () -> role;
    }
}
