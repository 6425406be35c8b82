package dev.tandem.server.code.api;

import dev.tandem.server.code.CodeSearch;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Parameters;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Search in the files of a project: scope {@code blobs}. */
@RestController
class SearchApi {
    private static final int LONGEST = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Code code;
    private final CodeSearch search;

    SearchApi(Code code, CodeSearch search) {
        this.code = code;
        this.search = search;
    }

    @GetMapping("/api/v4/projects/{id}/search")
    @Requires(Permission.READ_CODE)
    Listing<Map<String, @Nullable Object>> search(ProjectFacts facts, Parameters parameters) {
        String text = parameters.requiredText("search");
        if (!parameters.requiredText("scope").equals("blobs")) {
            throw new ApiException(400, "scope does not have a valid value: only blobs are searched");
        }
        if (text.length() > LONGEST) {
            throw ApiException.malformed("search");
        }
        String ref = code.ref(facts, parameters, "ref");
        String sha = code.commit(facts, ref, "Commit");
        CodeSearch.Found found = search.search(facts.id(), sha, new CodeSearch.Wanted.Words(text), PATIENCE);
        return switch (found.reach()) {
            case ALL, ENOUGH ->
                Listing.cut(found.hits(), parameters.paging()).map(hit -> described(hit, ref, facts.id()));
            case TIME_OVER -> throw new ApiException(503, "The repository is too large to be searched in time");
            case BUSY -> throw new ApiException(429, "Retry later");
        };
    }

    private static Map<String, @Nullable Object> described(CodeSearch.Hit hit, String ref, long projectId) {
        int dot = hit.path().lastIndexOf('.');
        boolean hasEnding = dot > hit.path().lastIndexOf('/') + 1;
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("basename", hasEnding ? hit.path().substring(0, dot) : hit.path());
        json.put("data", hit.text() + "\n");
        json.put("path", hit.path());
        json.put("filename", hit.path());
        json.put("id", null);
        json.put("ref", ref);
        json.put("startline", hit.line());
        json.put("project_id", projectId);
        return json;
    }
}
