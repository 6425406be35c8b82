package dev.tandem.server.code.web;

import dev.tandem.server.code.CodeSearch;
import dev.tandem.server.code.LinearPattern;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.ErrorPages;
import dev.tandem.server.platform.web.Page;
import dev.tandem.server.platform.web.ProjectNav;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Search in the files of a project's default branch. */
@Controller
public final class SearchPages {
    private static final int LONGEST = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Places places;
    private final Repositories repositories;
    private final CodeSearch search;

    SearchPages(Places places, Repositories repositories, CodeSearch search) {
        this.places = places;
        this.repositories = repositories;
        this.search = search;
    }

    /** The lines of one file. */
    public record File(String path, List<CodeSearch.Hit> hits) {}

    /**
     * The page.
     *
     * @param isBad whether what was asked for is no regular expression that can be used
     * @param found null when nothing was looked for
     */
    public record Model(
            Project project,
            String text,
            boolean regex,
            boolean isBad,
            CodeSearch.@Nullable Found found,
            List<File> files) {
        public ProjectNav nav() {
            return new ProjectNav(project.id(), project.fullPath(), project.name());
        }

        public Links links() {
            return new Links(project.fullPath());
        }
    }

    @GetMapping("/{project}/-/search")
    @Requires(Permission.READ_CODE)
    Page search(
            ProjectFacts facts,
            @RequestParam(name = "search", defaultValue = "") String asked,
            @RequestParam(name = "regex", defaultValue = "false") boolean regex) {
        String text = asked.length() > LONGEST ? asked.substring(0, LONGEST) : asked;
        return places.project(facts)
                .map(project -> new Page("code/search.jte", model(project, text, regex)))
                .orElseGet(() -> ErrorPages.of(404, null));
    }

    private Model model(Project project, String text, boolean regex) {
        Optional<String> sha = repositories.resolve(project.id(), "refs/heads/" + project.defaultBranch());
        if (text.isBlank() || sha.isEmpty()) {
            return new Model(project, text, regex, false, null, List.of());
        }
        Optional<CodeSearch.Wanted> wanted = wanted(text, regex);
        if (wanted.isEmpty()) {
            return new Model(project, text, regex, true, null, List.of());
        }
        CodeSearch.Found found = search.search(project.id(), sha.get(), wanted.get(), PATIENCE);
        return new Model(project, text, regex, false, found, byFile(found.hits()));
    }

    private static Optional<CodeSearch.Wanted> wanted(String text, boolean regex) {
        return regex
                ? LinearPattern.compile(text, "i").map(CodeSearch.Wanted.Expression::new)
                : Optional.of(new CodeSearch.Wanted.Words(text));
    }

    private static List<File> byFile(List<CodeSearch.Hit> hits) {
        List<File> files = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= hits.size(); i++) {
            if (i == hits.size() || !hits.get(i).path().equals(hits.get(from).path())) {
                files.add(new File(hits.get(from).path(), hits.subList(from, i)));
                from = i;
            }
        }
        return files;
    }
}
