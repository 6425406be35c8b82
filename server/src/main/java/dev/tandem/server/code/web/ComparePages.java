package dev.tandem.server.code.web;

import dev.tandem.server.code.Branches;
import dev.tandem.server.code.Commit;
import dev.tandem.server.code.Diff;
import dev.tandem.server.code.Diffs;
import dev.tandem.server.code.History;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.ErrorPages;
import dev.tandem.server.platform.web.Page;
import dev.tandem.server.platform.web.ProjectNav;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/** What one ref has and another has not: {@code /-/compare/main...feature}. */
@Controller
public final class ComparePages {
    private static final int MOST_COMMITS = 100;
    private static final int MOST_BRANCHES_OFFERED = 200;

    private final Places places;
    private final Repositories repositories;
    private final History history;
    private final Diffs diffs;
    private final Branches branches;

    ComparePages(Places places, Repositories repositories, History history, Diffs diffs, Branches branches) {
        this.places = places;
        this.repositories = repositories;
        this.history = history;
        this.diffs = diffs;
        this.branches = branches;
    }

    /**
     * The page.
     *
     * @param straight whether the two ends themselves are compared, not what came since they parted
     * @param missing the end that does not exist; null when both do
     * @param comparison null when nothing was asked for, or an end is missing
     */
    public record Model(
            Project project,
            String from,
            String to,
            boolean straight,
            @Nullable String missing,
            @Nullable Comparison comparison,
            List<String> branches) {
        public ProjectNav nav() {
            return new ProjectNav(project.id(), project.fullPath(), project.name());
        }

        public Links links() {
            return new Links(project.fullPath());
        }

        /** The same comparison the other way round. */
        public String swapped() {
            return straight ? links().compareEnds(to, from) : links().compare(to, from);
        }
    }

    /**
     * What was found.
     *
     * @param commits newest first
     * @param cut whether there are more commits
     * @param unrelated whether the two have no history in common
     */
    public record Comparison(List<Commit> commits, boolean cut, boolean unrelated, DiffView diff) {}

    /** The form; with both ends given, on to their comparison. */
    @GetMapping("/{project}/-/compare")
    @Requires(Permission.READ_CODE)
    @Nullable
    Page choose(
            ProjectFacts facts,
            @RequestParam(name = "from", defaultValue = "") String from,
            @RequestParam(name = "to", defaultValue = "") String to,
            HttpServletResponse response)
            throws IOException {
        if (!from.isBlank() && !to.isBlank()) {
            response.sendRedirect(new Links(facts.fullPath()).compare(from.strip(), to.strip()));
            return null;
        }
        return places.project(facts)
                .map(project -> page(project, project.defaultBranch(), "", false, null, null, 200))
                .orElseGet(() -> ErrorPages.of(404, null));
    }

    @GetMapping("/{project}/-/compare/{*rest}")
    @Requires(Permission.READ_CODE)
    Page compare(
            ProjectFacts facts,
            @PathVariable String rest,
            @RequestParam(name = "view", defaultValue = "") String view,
            @RequestParam(name = "w", defaultValue = "") String whitespace) {
        String ends = rest.replaceAll("^/+", "");
        // No ref has two dots in a row, so they tell the ends apart.
        boolean straight = !ends.contains("...");
        int at = ends.indexOf(straight ? ".." : "...");
        Optional<Project> project = places.project(facts);
        if (project.isEmpty() || at <= 0 || at + (straight ? 2 : 3) >= ends.length()) {
            return ErrorPages.of(404, null);
        }
        String from = ends.substring(0, at);
        String to = ends.substring(at + (straight ? 2 : 3));
        Optional<String> older = repositories.resolve(facts.id(), from);
        Optional<String> newer = repositories.resolve(facts.id(), to);
        if (older.isEmpty() || newer.isEmpty()) {
            return page(project.get(), from, to, straight, older.isEmpty() ? from : to, null, 404);
        }
        Links links = new Links(facts.fullPath());
        String here = straight ? links.compareEnds(from, to) : links.compare(from, to);
        DiffView.Options options = DiffView.Options.of(view, whitespace);
        return page(
                project.get(),
                from,
                to,
                straight,
                null,
                comparison(facts, older.get(), newer.get(), straight, options, here),
                200);
    }

    private @Nullable Comparison comparison(
            ProjectFacts facts, String older, String newer, boolean straight, DiffView.Options options, String here) {
        Optional<String> parted = repositories.mergeBase(facts.id(), older, newer);
        String base = straight ? older : parted.orElse(older);
        Optional<Diff> diff = diffs.between(facts.id(), base, newer, options.whitespace());
        if (diff.isEmpty()) {
            return null;
        }
        List<Commit> commits = history.between(facts.id(), older, newer, MOST_COMMITS + 1);
        boolean cut = commits.size() > MOST_COMMITS;
        return new Comparison(
                cut ? commits.subList(0, MOST_COMMITS) : commits,
                cut,
                parted.isEmpty(),
                DiffView.of(diff.get(), new Links(facts.fullPath()), base, newer, options, here));
    }

    private Page page(
            Project project,
            String from,
            String to,
            boolean straight,
            @Nullable String missing,
            @Nullable Comparison comparison,
            int status) {
        Model model = new Model(
                project, from, to, straight, missing, comparison, branches.names(project.id(), MOST_BRANCHES_OFFERED));
        return new Page("code/compare.jte", model, status);
    }
}
