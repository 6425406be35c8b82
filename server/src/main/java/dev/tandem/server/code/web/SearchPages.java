package dev.tandem.server.code.web;

import dev.tandem.server.code.CodeSearch;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.Projects;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.ErrorPages;
import dev.tandem.server.platform.web.Page;
import dev.tandem.server.platform.web.ProjectNav;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Search in the files of default branches: of one project, or of all that one may read. */
@Controller
public final class SearchPages {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int MOST_PROJECTS = 20;

    private final Places places;
    private final Projects projects;
    private final Repositories repositories;
    private final CodeSearch search;

    SearchPages(Places places, Projects projects, Repositories repositories, CodeSearch search) {
        this.places = places;
        this.projects = projects;
        this.repositories = repositories;
        this.search = search;
    }

    /** The page of a project. */
    public record Model(Project project, SearchResults results) {
        public ProjectNav nav() {
            return new ProjectNav(project.id(), project.fullPath(), project.name());
        }

        public Links links() {
            return new Links(project.fullPath());
        }
    }

    /**
     * The page of all projects.
     *
     * @param named projects whose name or path holds what is looked for, the first few
     * @param of those in which something was found, by id
     */
    public record EverywhereModel(SearchResults results, List<Project> named, Map<Long, Project> of) {
        public Project project(SearchResults.File file) {
            return Objects.requireNonNull(of.get(file.projectId()), "files of projects that went are left out");
        }
    }

    @GetMapping("/{project}/-/search")
    @Requires(Permission.READ_CODE)
    Page search(
            ProjectFacts facts,
            @RequestParam(name = "search", defaultValue = "") String text,
            @RequestParam(name = "path", defaultValue = "") String path,
            @RequestParam(name = "regex", defaultValue = "false") boolean regex) {
        return places.project(facts)
                .map(project -> new Page("code/search.jte", model(project, new SearchResults.Asked(text, path, regex))))
                .orElseGet(() -> ErrorPages.of(404, null));
    }

    private Model model(Project project, SearchResults.Asked asked) {
        Optional<String> sha = repositories.resolve(project.id(), "refs/heads/" + project.defaultBranch());
        return new Model(
                project,
                SearchResults.of(
                        asked,
                        query -> sha.map(commit -> search.search(project.id(), commit, query, PATIENCE))
                                .orElse(new CodeSearch.Found(List.of(), CodeSearch.Reach.ALL))));
    }

    @GetMapping("/-/search")
    @Requires(Permission.ANYONE)
    Page everywhere(
            Actor actor,
            @RequestParam(name = "search", defaultValue = "") String text,
            @RequestParam(name = "path", defaultValue = "") String path,
            @RequestParam(name = "regex", defaultValue = "false") boolean regex) {
        SearchResults results = SearchResults.of(
                new SearchResults.Asked(text, path, regex),
                query -> search.search(projects.searchable(actor), query, PATIENCE));
        Map<Long, Project> of = new HashMap<>();
        results.files().forEach(file -> projects.find(file.projectId()).ifPresent(it -> of.put(it.id(), it)));
        List<SearchResults.File> there = results.files().stream()
                .filter(file -> of.containsKey(file.projectId()))
                .toList();
        return new Page(
                "code/searcheverywhere.jte",
                new EverywhereModel(
                        new SearchResults(results.asked(), results.isBad(), results.found(), there),
                        named(actor, results.asked()),
                        of));
    }

    private List<Project> named(Actor actor, SearchResults.Asked asked) {
        return asked.text().isBlank() || asked.regex() || !asked.path().isEmpty()
                ? List.of()
                : projects.list(actor, Projects.Filter.matching(asked.text().strip()), 0, MOST_PROJECTS);
    }
}
