package dev.tandem.server.code.web;

import dev.tandem.server.code.Branches;
import dev.tandem.server.code.Commit;
import dev.tandem.server.code.Diff;
import dev.tandem.server.code.Diffs;
import dev.tandem.server.code.FileDiff;
import dev.tandem.server.code.History;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.code.Slice;
import dev.tandem.server.code.Trees;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.ErrorPages;
import dev.tandem.server.platform.web.Page;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/** Folders and commits of a project. */
@Controller
public final class CodePages {
    private static final int COMMITS_PER_PAGE = 40;
    private static final int MOST_BRANCHES_OFFERED = 200;

    private final Places places;
    private final Trees trees;
    private final Folders folders;
    private final History history;
    private final Diffs diffs;
    private final Branches branches;
    private final Repositories repositories;

    CodePages(
            Places places,
            Trees trees,
            Folders folders,
            History history,
            Diffs diffs,
            Branches branches,
            Repositories repositories) {
        this.places = places;
        this.trees = trees;
        this.folders = folders;
        this.history = history;
        this.diffs = diffs;
        this.branches = branches;
        this.repositories = repositories;
    }

    /**
     * A folder.
     *
     * @param readme null when there is none to show
     */
    public record TreeModel(
            Place place, Folders.Model folder, Folders.@Nullable Readme readme, List<String> branches) {}

    /**
     * History.
     *
     * @param previous address of the page before; null on the first
     * @param next address of the page after; null on the last
     */
    public record CommitsModel(
            Place place,
            List<Commit> commits,
            @Nullable String previous,
            @Nullable String next) {}

    /** One commit. */
    public record CommitModel(Place place, Commit commit, Diff diff, List<FileModel> files) {}

    /** One file of a difference. */
    public record FileModel(FileDiff file, List<DiffLine> lines) {}

    @GetMapping("/{project}/-/tree/{*rest}")
    @Requires(Permission.READ_CODE)
    @Nullable
    Page tree(ProjectFacts facts, @PathVariable String rest, HttpServletResponse response) throws IOException {
        Optional<Place> place = places.find(facts, rest);
        Optional<Folders.Model> folder = place.flatMap(folders::show);
        if (folder.isPresent()) {
            return new Page("code/tree.jte", treeModel(folder.get()));
        }
        if (place.isPresent()
                && trees.file(facts.id(), place.get().sha(), place.get().path()).isPresent()) {
            response.sendRedirect(
                    place.get().links().blob(place.get().ref(), place.get().path()));
            return null;
        }
        return ErrorPages.of(404, null);
    }

    /** The entries of a folder alone, with the commits that the page did not wait for. */
    @GetMapping("/{project}/-/last-commits/{*rest}")
    @Requires(Permission.READ_CODE)
    Page lastCommits(ProjectFacts facts, @PathVariable String rest) {
        return places.find(facts, rest)
                .flatMap(folders::refine)
                .map(folder -> new Page("code/lastcommits.jte", folder))
                .orElseGet(() -> ErrorPages.of(404, null));
    }

    @GetMapping("/{project}/-/commits/{*rest}")
    @Requires(Permission.READ_CODE)
    Page commits(
            ProjectFacts facts, @PathVariable String rest, @RequestParam(name = "page", defaultValue = "1") int asked) {
        int page = Math.clamp(asked, 1, 100_000);
        return places.find(facts, rest)
                .map(place -> new Page("code/commits.jte", commitsModel(place, page)))
                .orElseGet(() -> ErrorPages.of(404, null));
    }

    @GetMapping("/{project}/-/commit/{sha}")
    @Requires(Permission.READ_CODE)
    Page commit(ProjectFacts facts, @PathVariable String sha) {
        Optional<Place> place = places.find(facts, sha);
        Optional<Commit> commit = place.flatMap(at -> repositories.commit(facts.id(), at.sha()));
        Optional<Diff> diff = place.flatMap(at -> diffs.of(facts.id(), at.sha()));
        if (commit.isEmpty() || diff.isEmpty()) {
            return ErrorPages.of(404, null);
        }
        List<FileModel> files = diff.get().files().stream()
                .map(file -> new FileModel(file, DiffLine.of(file.hunks())))
                .toList();
        return new Page("code/commit.jte", new CommitModel(place.get(), commit.get(), diff.get(), files));
    }

    private TreeModel treeModel(Folders.Model folder) {
        return new TreeModel(
                folder.place(),
                folder,
                folders.readme(folder),
                branches.names(folder.place().project().id(), MOST_BRANCHES_OFFERED));
    }

    private CommitsModel commitsModel(Place place, int page) {
        int offset = (page - 1) * COMMITS_PER_PAGE;
        History.Query query = History.Query.of(place.sha()).touching(place.path());
        Slice<Commit> commits = history.list(place.project().id(), query, offset, COMMITS_PER_PAGE);
        String here =
                place.links().commits(place.ref()) + (place.path().isEmpty() ? "" : "/" + Links.encoded(place.path()));
        return new CommitsModel(
                place,
                commits.items(),
                page > 1 ? here + "?page=" + (page - 1) : null,
                commits.total() > offset + COMMITS_PER_PAGE ? here + "?page=" + (page + 1) : null);
    }
}
