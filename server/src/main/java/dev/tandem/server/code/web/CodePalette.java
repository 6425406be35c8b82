package dev.tandem.server.code.web;

import dev.tandem.server.code.Branch;
import dev.tandem.server.code.Branches;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.Projects;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.code.Trees;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actors;
import dev.tandem.server.identity.ProjectDirectory;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.web.PaletteEntry;
import dev.tandem.server.platform.web.PaletteQuery;
import dev.tandem.server.platform.web.PaletteSource;
import dev.tandem.server.platform.web.Text;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Leads to branches of the open project and to files of its default branch, by their names. */
@Component
final class CodePalette implements PaletteSource {
    /** One letter is in nearly every name. */
    private static final int SHORTEST_QUERY = 2;

    private static final int MOST_BRANCHES = 10;
    private static final int MOST_FILES = 20;
    /** Who types goes on typing: what is not found by then is left out. */
    private static final Duration PATIENCE = Duration.ofMillis(300);

    private final ProjectDirectory directory;
    private final Projects projects;
    private final Actors actors;
    private final Access access;
    private final Branches branches;
    private final Repositories repositories;
    private final Trees trees;

    CodePalette(
            ProjectDirectory directory,
            Projects projects,
            Actors actors,
            Access access,
            Branches branches,
            Repositories repositories,
            Trees trees) {
        this.directory = directory;
        this.projects = projects;
        this.actors = actors;
        this.access = access;
        this.branches = branches;
        this.repositories = repositories;
        this.trees = trees;
    }

    @Override
    public List<PaletteEntry> find(HttpServletRequest request, String typed, @Nullable String here) {
        if (here == null || typed.length() < SHORTEST_QUERY) {
            return List.of();
        }
        Optional<Project> project = directory
                .find(here)
                .filter(facts -> access.decide(actors.actor(request), Permission.READ_CODE, facts)
                        .isAllowed())
                .flatMap(facts -> projects.find(facts.id()));
        return project.map(found -> find(found, PaletteQuery.of(typed))).orElse(List.of());
    }

    private List<PaletteEntry> find(Project project, PaletteQuery query) {
        Links links = new Links(project.fullPath());
        List<PaletteEntry> entries = new ArrayList<>();
        for (Branch branch :
                branches.list(project.id(), query::matches, 0, MOST_BRANCHES).items()) {
            entries.add(new PaletteEntry(
                    Text.plain(branch.name()),
                    Text.of("code.palette.branch"),
                    links.tree(branch.name(), ""),
                    "branch"));
        }
        String main = project.defaultBranch();
        repositories
                .resolve(project.id(), "refs/heads/" + main)
                .map(sha -> trees.named(project.id(), sha, query::matches, MOST_FILES, PATIENCE))
                .orElse(List.of())
                .forEach(path -> entries.add(
                        new PaletteEntry(Text.plain(path), Text.plain(main), links.blob(main, path), "file")));
        return entries;
    }
}
