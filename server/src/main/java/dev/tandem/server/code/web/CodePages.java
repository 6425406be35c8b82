package dev.tandem.server.code.web;

import dev.tandem.server.code.Branches;
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

/** Folders of a project. */
@Controller
public final class CodePages {
    private static final int MOST_BRANCHES_OFFERED = 200;

    private final Places places;
    private final Trees trees;
    private final Folders folders;
    private final Branches branches;

    CodePages(Places places, Trees trees, Folders folders, Branches branches) {
        this.places = places;
        this.trees = trees;
        this.folders = folders;
        this.branches = branches;
    }

    /**
     * A folder.
     *
     * @param readme null when there is none to show
     */
    public record TreeModel(
            Place place, Folders.Model folder, Folders.@Nullable Readme readme, List<String> branches) {}

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

    private TreeModel treeModel(Folders.Model folder) {
        return new TreeModel(
                folder.place(),
                folder,
                folders.readme(folder),
                branches.names(folder.place().project().id(), MOST_BRANCHES_OFFERED));
    }
}
