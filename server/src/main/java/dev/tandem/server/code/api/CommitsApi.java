package dev.tandem.server.code.api;

import dev.tandem.server.code.Commit;
import dev.tandem.server.code.Diff;
import dev.tandem.server.code.Diffs;
import dev.tandem.server.code.History;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.api.Parameters;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Commits, their differences, and comparisons. */
@RestController
class CommitsApi {
    private static final int MOST_COMPARED = 500;
    private static final Duration PATIENCE_WITH_SEARCH = Duration.ofSeconds(10);

    private final Code code;
    private final History history;
    private final Diffs diffs;
    private final Repositories repositories;
    private final Json json;

    CommitsApi(Code code, History history, Diffs diffs, Repositories repositories, Json json) {
        this.code = code;
        this.history = history;
        this.diffs = diffs;
        this.repositories = repositories;
        this.json = json;
    }

    @GetMapping("/api/v4/projects/{id}/repository/commits")
    @Requires(Permission.READ_CODE)
    Listing<Map<String, @Nullable Object>> list(ProjectFacts facts, Parameters parameters) {
        Project project = code.project(facts);
        Paging paging = parameters.paging();
        if (project.isEmpty()) {
            return new Listing<>(List.of(), 0, paging);
        }
        History.Query query = new History.Query(
                code.commit(facts, code.ref(facts, parameters, "ref_name"), "Commit"),
                parameters.text("path").orElse(""),
                parameters.time("since"),
                parameters.time("until"));
        History.Words words = new History.Words("", parameters.text("author").orElse(""));
        History.Found found =
                history.search(project.id(), query, words, paging.offset(), paging.limit(), PATIENCE_WITH_SEARCH);
        found.stoppedAt().ifPresent(CommitsApi::refuse);
        long total = paging.offset() + found.commits().size() + (found.more() ? 1L : 0);
        return new Listing<>(found.commits(), total, paging).map(commit -> json.commit(project, commit));
    }

    @GetMapping("/api/v4/projects/{id}/repository/commits/{sha}")
    @Requires(Permission.READ_CODE)
    Map<String, @Nullable Object> get(ProjectFacts facts, @PathVariable String sha) {
        Project project = code.project(facts);
        Commit commit = find(facts, sha);
        Map<String, @Nullable Object> described = json.commit(project, commit);
        Diff diff = diffs.of(project.id(), commit.sha()).orElseThrow(() -> ApiException.notFound("Commit"));
        described.put(
                "stats",
                Map.of(
                        "additions", diff.additions(),
                        "deletions", diff.deletions(),
                        "total", diff.additions() + diff.deletions()));
        described.put("status", null);
        described.put("project_id", project.id());
        described.put("last_pipeline", null);
        return described;
    }

    @GetMapping("/api/v4/projects/{id}/repository/commits/{sha}/diff")
    @Requires(Permission.READ_CODE)
    Listing<Map<String, @Nullable Object>> diff(ProjectFacts facts, @PathVariable String sha, Paging paging) {
        Commit commit = find(facts, sha);
        Diff diff = diffs.of(facts.id(), commit.sha()).orElseThrow(() -> ApiException.notFound("Commit"));
        return Listing.cut(Json.diff(diff), paging);
    }

    @GetMapping("/api/v4/projects/{id}/repository/compare")
    @Requires(Permission.READ_CODE)
    Map<String, @Nullable Object> compare(ProjectFacts facts, Parameters parameters) {
        Project project = code.project(facts);
        String from = code.commit(facts, parameters.requiredText("from"), "Ref");
        String to = code.commit(facts, parameters.requiredText("to"), "Ref");
        String base = parameters.flag("straight").orElse(false)
                ? from
                : repositories.mergeBase(facts.id(), from, to).orElse(from);
        List<Commit> commits = history.between(facts.id(), from, to, MOST_COMPARED);
        Diff diff = diffs.between(facts.id(), base, to).orElseThrow(() -> ApiException.notFound("Ref"));
        boolean same = from.equals(to);
        Map<String, @Nullable Object> compared = new LinkedHashMap<>();
        compared.put("commit", same || commits.isEmpty() ? null : json.commit(project, commits.getFirst()));
        compared.put(
                "commits",
                commits.reversed().stream()
                        .map(commit -> json.commit(project, commit))
                        .toList());
        compared.put("diffs", Json.diff(diff));
        compared.put("compare_timeout", !diff.isComplete() || commits.size() == MOST_COMPARED);
        compared.put("compare_same_ref", same);
        compared.put("web_url", json.web(project) + "/-/compare/" + from + "..." + to);
        return compared;
    }

    /** A list that ends too soon would be taken for the whole of it. */
    private static void refuse(Instant stoppedAt) {
        throw new ApiException(
                503,
                "The history is too long to look through in time; ask for a part of it by since and until, or without a path. It was looked"
                        + " through back to " + stoppedAt);
    }

    private Commit find(ProjectFacts facts, String ref) {
        return repositories
                .commit(facts.id(), code.commit(facts, ref, "Commit"))
                .orElseThrow(() -> ApiException.notFound("Commit"));
    }
}
