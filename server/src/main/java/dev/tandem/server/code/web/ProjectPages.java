package dev.tandem.server.code.web;

import dev.tandem.server.code.Glance;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.code.imports.Imports;
import dev.tandem.server.code.imports.ProjectImport;
import dev.tandem.server.code.ssh.SshGit;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Namespaces;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.ErrorPages;
import dev.tandem.server.platform.web.Page;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** A project's own page. */
@Controller
public final class ProjectPages {
    private final Places places;
    private final Repositories repositories;
    private final Folders folders;
    private final Overview overview;
    private final Access access;
    private final ServerUrls urls;
    private final SshGit ssh;
    private final Imports imports;
    private final Namespaces namespaces;

    ProjectPages(
            Places places,
            Repositories repositories,
            Folders folders,
            Overview overview,
            Access access,
            ServerUrls urls,
            SshGit ssh,
            Imports imports,
            Namespaces namespaces) {
        this.places = places;
        this.repositories = repositories;
        this.folders = folders;
        this.overview = overview;
        this.access = access;
        this.urls = urls;
        this.ssh = ssh;
        this.imports = imports;
        this.namespaces = namespaces;
    }

    /**
     * The page.
     *
     * @param place the default branch's root; null when it is empty or this person may not read code
     * @param answers to what everybody asks of a project first
     * @param readme null when there is none to show
     * @param sshUrl null where git over SSH is switched off
     * @param firstPush commands that fill an empty project
     * @param imported null when it does not come from elsewhere
     * @param progress what the import is at just now; may be empty
     * @param marked null while it is not marked for deletion
     */
    public record Model(
            Project project,
            @Nullable Place place,
            Folders.@Nullable Model folder,
            Map<Glance.Question, List<Glance>> answers,
            Folders.@Nullable Readme readme,
            String cloneUrl,
            @Nullable String sshUrl,
            boolean mayRead,
            boolean mayPush,
            String firstPush,
            @Nullable ProjectImport imported,
            String progress,
            @Nullable Marked marked) {
        public Links links() {
            return new Links(project.fullPath());
        }

        public dev.tandem.server.platform.web.ProjectNav nav() {
            return new dev.tandem.server.platform.web.ProjectNav(project.id(), project.fullPath(), project.name());
        }
    }

    @GetMapping("/{project}")
    @Requires(Permission.READ_PROJECT)
    Page overview(Actor actor, ProjectFacts facts) {
        Optional<Project> project = places.project(facts);
        if (project.isEmpty()) {
            return ErrorPages.of(404, null);
        }
        boolean mayRead = access.decide(actor, Permission.READ_CODE, facts).isAllowed();
        Optional<Place> place = mayRead && !project.get().isEmpty() ? root(project.get()) : Optional.empty();
        return new Page("code/project.jte", model(actor, facts, project.get(), mayRead, place));
    }

    private Model model(Actor actor, ProjectFacts facts, Project project, boolean mayRead, Optional<Place> place) {
        Folders.Model folder = place.flatMap(folders::show).orElse(null);
        String cloneUrl = urls.external() + "/" + project.fullPath() + ".git";
        return new Model(
                project,
                place.orElse(null),
                folder,
                overview.of(actor, List.of(project)).getOrDefault(project, Map.of()),
                folder == null ? null : folders.readme(folder),
                cloneUrl,
                ssh.url(project.fullPath()).orElse(null),
                mayRead,
                access.decide(actor, Permission.PUSH, facts).isAllowed(),
                firstPush(cloneUrl, project),
                imports.find(project.id()).orElse(null),
                imports.progress(project.id()),
                project.mark()
                        .map(mark -> Marked.of(
                                project.fullPath(),
                                new Links(project.fullPath()).settings(),
                                mark,
                                namespaces.deletedAt(mark)))
                        .orElse(null));
    }

    private Optional<Place> root(Project project) {
        return repositories
                .resolve(project.id(), "refs/heads/" + project.defaultBranch())
                .map(sha -> new Place(project, project.defaultBranch(), sha, ""));
    }

    private static String firstPush(String cloneUrl, Project project) {
        return String.join(
                "\n",
                "git init --initial-branch=" + project.defaultBranch(),
                "git remote add origin " + cloneUrl,
                "git add .",
                "git commit -m \"First commit\"",
                "git push --set-upstream origin " + project.defaultBranch());
    }
}
