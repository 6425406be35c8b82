package dev.tandem.server.code.web;

import dev.tandem.server.code.Commit;
import dev.tandem.server.code.Diff;
import dev.tandem.server.code.Diffs;
import dev.tandem.server.code.History;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.ErrorPages;
import dev.tandem.server.platform.web.Page;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/** Commits of a project, and what one of them changed. */
@Controller
public final class CommitPages {
    private static final int COMMITS_PER_PAGE = 40;
    private static final int LONGEST_SEARCH = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Places places;
    private final History history;
    private final Diffs diffs;
    private final Repositories repositories;

    CommitPages(Places places, History history, Diffs diffs, Repositories repositories) {
        this.places = places;
        this.history = history;
        this.diffs = diffs;
        this.repositories = repositories;
    }

    /**
     * History.
     *
     * @param until the time of the newest commit shown; null for the newest there is
     * @param stoppedAt back to when was looked; null when there was time enough
     * @param further address of what is older than that; null as that
     * @param previous address of the page before; null on the first
     * @param next address of the page after; null on the last
     */
    public record CommitsModel(
            Place place,
            String message,
            String author,
            List<Commit> commits,
            @Nullable Instant until,
            @Nullable Instant stoppedAt,
            @Nullable String further,
            @Nullable String previous,
            @Nullable String next) {
        public String here() {
            return place.links().commits(place.ref(), place.path());
        }

        public boolean isSearch() {
            return !message.isEmpty() || !author.isEmpty();
        }
    }

    /** One commit. */
    public record CommitModel(Place place, Commit commit, DiffView diff) {}

    @GetMapping("/{project}/-/commits/{*rest}")
    @Requires(Permission.READ_CODE)
    Page commits(
            ProjectFacts facts,
            @PathVariable String rest,
            @RequestParam(name = "search", defaultValue = "") String search,
            @RequestParam(name = "author", defaultValue = "") String author,
            @RequestParam(name = "until", defaultValue = "0") long until,
            @RequestParam(name = "page", defaultValue = "1") int asked) {
        int page = Math.clamp(asked, 1, 100_000);
        Asked wanted = new Asked(cut(search), cut(author), Math.clamp(until, 0, Integer.MAX_VALUE));
        return places.find(facts, rest)
                .map(place -> new Page("code/commits.jte", commitsModel(place, wanted, page)))
                .orElseGet(() -> ErrorPages.of(404, null));
    }

    @GetMapping("/{project}/-/commit/{sha}")
    @Requires(Permission.READ_CODE)
    Page commit(
            ProjectFacts facts,
            @PathVariable String sha,
            @RequestParam(name = "view", defaultValue = "") String view,
            @RequestParam(name = "w", defaultValue = "") String whitespace) {
        DiffView.Options options = DiffView.Options.of(view, whitespace);
        Optional<Place> place = places.find(facts, sha);
        Optional<Commit> commit = place.flatMap(at -> repositories.commit(facts.id(), at.sha()));
        Optional<Diff> diff = place.flatMap(at -> diffs.of(facts.id(), at.sha(), options.whitespace()));
        if (commit.isEmpty() || diff.isEmpty()) {
            return ErrorPages.of(404, null);
        }
        Links links = place.get().links();
        String parent = commit.get().parents().stream().findFirst().orElse("");
        String here = links.commit(commit.get().sha());
        DiffView shown = DiffView.of(diff.get(), links, parent, commit.get().sha(), options, here);
        return new Page("code/commit.jte", new CommitModel(place.get(), commit.get(), shown));
    }

    /**
     * What to list.
     *
     * @param until seconds since the epoch; 0: none
     */
    private record Asked(String message, String author, long until) {
        Asked until(Instant time) {
            return new Asked(message, author, time.getEpochSecond());
        }

        String address(String here, int page) {
            StringBuilder query = new StringBuilder("?");
            if (!message.isEmpty()) {
                query.append("search=").append(encoded(message)).append('&');
            }
            if (!author.isEmpty()) {
                query.append("author=").append(encoded(author)).append('&');
            }
            if (until > 0) {
                query.append("until=").append(until).append('&');
            }
            return here + query.append("page=").append(page);
        }

        private static String encoded(String text) {
            return URLEncoder.encode(text, StandardCharsets.UTF_8);
        }
    }

    private CommitsModel commitsModel(Place place, Asked asked, int page) {
        Optional<Instant> until =
                asked.until() == 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(asked.until()));
        History.Query query = new History.Query(place.sha(), place.path(), Optional.empty(), until);
        History.Words words = new History.Words(asked.message(), asked.author());
        History.Found found = history.search(
                place.project().id(), query, words, (page - 1) * COMMITS_PER_PAGE, COMMITS_PER_PAGE, PATIENCE);
        String here = place.links().commits(place.ref(), place.path());
        return new CommitsModel(
                place,
                asked.message(),
                asked.author(),
                found.commits(),
                until.orElse(null),
                found.stoppedAt().orElse(null),
                found.stoppedAt()
                        .map(time -> asked.until(time).address(here, 1))
                        .orElse(null),
                page > 1 ? asked.address(here, page - 1) : null,
                found.more() ? asked.address(here, page + 1) : null);
    }

    private static String cut(String search) {
        String text = search.strip();
        return text.length() > LONGEST_SEARCH ? text.substring(0, LONGEST_SEARCH) : text;
    }
}
