package dev.tandem.server.code.api;

import dev.tandem.server.code.CodeSearch;
import dev.tandem.server.code.Commit;
import dev.tandem.server.code.FileFilter;
import dev.tandem.server.code.History;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.Projects;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.api.Parameters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Search in a project (scopes {@code blobs} and {@code commits}), and in all that one may see ({@code projects} besides). */
@RestController
class SearchApi {
    private static final int LONGEST = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** As many commits of one search are told. */
    private static final int MOST_COMMITS = 200;

    private final Code code;
    private final CodeSearch search;
    private final History history;
    private final Projects projects;
    private final Json json;

    SearchApi(Code code, CodeSearch search, History history, Projects projects, Json json) {
        this.code = code;
        this.search = search;
        this.history = history;
        this.projects = projects;
        this.json = json;
    }

    @GetMapping("/api/v4/projects/{id}/search")
    @Requires(Permission.READ_CODE)
    Listing<Map<String, @Nullable Object>> inProject(ProjectFacts facts, Parameters parameters) {
        String text = text(parameters);
        String scope = parameters.requiredText("scope");
        if (!scope.equals("blobs") && !scope.equals("commits")) {
            throw new ApiException(400, "scope does not have a valid value");
        }
        String ref = code.ref(facts, parameters, "ref");
        Map<Long, String> commits = Map.of(facts.id(), code.commit(facts, ref, "Commit"));
        return scope.equals("blobs")
                ? blobs(commits, text, parameters.paging(), Map.of(facts.id(), ref))
                : commits(commits, text, parameters.paging());
    }

    @GetMapping("/api/v4/search")
    @Requires(Permission.SIGNED_IN)
    Listing<Map<String, @Nullable Object>> everywhere(Actor actor, Parameters parameters) {
        String text = text(parameters);
        return switch (parameters.requiredText("scope")) {
            case "projects" -> projects(actor, text, parameters.paging());
            case "blobs" -> blobs(projects.searchable(actor), text, parameters.paging(), Map.of());
            case "commits" -> commits(projects.searchable(actor), text, parameters.paging());
            default -> throw new ApiException(400, "scope does not have a valid value");
        };
    }

    private static String text(Parameters parameters) {
        String text = parameters.requiredText("search");
        if (text.length() > LONGEST) {
            throw ApiException.malformed("search");
        }
        return text;
    }

    private Listing<Map<String, @Nullable Object>> projects(Actor actor, String text, Paging paging) {
        Projects.Filter filter = Projects.Filter.matching(text);
        return new Listing<>(
                        projects.list(actor, filter, paging.offset(), paging.limit()),
                        projects.count(actor, filter),
                        paging)
                .map(json::simple);
    }

    private Listing<Map<String, @Nullable Object>> blobs(
            Map<Long, String> commits, String text, Paging paging, Map<Long, String> refs) {
        FileFilter.Split split = FileFilter.split(text);
        CodeSearch.Query query = new CodeSearch.Query(new CodeSearch.Wanted.Words(split.text()), split.files());
        CodeSearch.Found found = search.search(commits, query, PATIENCE);
        return switch (found.reach()) {
            case ALL, ENOUGH -> Listing.cut(found.hits(), paging).map(hit -> described(hit, refs));
            case TIME_OVER -> throw tooLarge();
            case BUSY -> throw new ApiException(429, "Retry later");
        };
    }

    private Listing<Map<String, @Nullable Object>> commits(Map<Long, String> heads, String text, Paging paging) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        History.Words words = new History.Words(text, "");
        List<Map<String, @Nullable Object>> all = new ArrayList<>();
        for (var head : heads.entrySet()) {
            Project project = projects.find(head.getKey()).orElse(null);
            int most = MOST_COMMITS - all.size();
            if (project == null || most == 0) {
                continue;
            }
            History.Found found = history.search(
                    project.id(),
                    History.Query.of(head.getValue()),
                    words,
                    0,
                    most,
                    Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
            if (found.stoppedAt().isPresent()) {
                throw tooLarge();
            }
            for (Commit commit : found.commits()) {
                Map<String, @Nullable Object> described = json.commit(project, commit);
                described.put("project_id", project.id());
                all.add(described);
            }
        }
        return Listing.cut(all, paging);
    }

    private static ApiException tooLarge() {
        return new ApiException(503, "There is too much to be searched in time");
    }

    private Map<String, @Nullable Object> described(CodeSearch.Hit hit, Map<Long, String> refs) {
        int dot = hit.path().lastIndexOf('.');
        boolean hasEnding = dot > hit.path().lastIndexOf('/') + 1;
        String ref = Optional.ofNullable(refs.get(hit.projectId()))
                .or(() -> projects.find(hit.projectId()).map(Project::defaultBranch))
                .orElse("HEAD");
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("basename", hasEnding ? hit.path().substring(0, dot) : hit.path());
        json.put("data", hit.text() + "\n");
        json.put("path", hit.path());
        json.put("filename", hit.path());
        json.put("id", null);
        json.put("ref", ref);
        json.put("startline", hit.line());
        json.put("project_id", hit.projectId());
        return json;
    }
}
