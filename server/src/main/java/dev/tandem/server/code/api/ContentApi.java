package dev.tandem.server.code.api;

import dev.tandem.server.code.Archives;
import dev.tandem.server.code.Blames;
import dev.tandem.server.code.FileFacts;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.code.Trees;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Parameters;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Blobs, blame, archives, merge bases. */
@RestController
class ContentApi {
    private static final Duration PATIENCE_WITH_BLAME = Duration.ofSeconds(10);
    private static final int LARGEST_IN_JSON_BYTES = 10 * 1024 * 1024;
    private static final Pattern SHA = Pattern.compile("[0-9a-f]{40}");

    private final Code code;
    private final Trees trees;
    private final Blames blames;
    private final Archives archives;
    private final Repositories repositories;
    private final Json json;

    ContentApi(Code code, Trees trees, Blames blames, Archives archives, Repositories repositories, Json json) {
        this.code = code;
        this.trees = trees;
        this.blames = blames;
        this.archives = archives;
        this.repositories = repositories;
        this.json = json;
    }

    @GetMapping("/api/v4/projects/{id}/repository/blobs/{sha}")
    @Requires(Permission.READ_CODE)
    Map<String, @Nullable Object> blob(ProjectFacts facts, @PathVariable String sha) {
        FileFacts file = find(facts, sha);
        if (file.sizeBytes() > LARGEST_IN_JSON_BYTES) {
            throw new ApiException(413, "The blob is too large for JSON; use the raw resource");
        }
        Map<String, @Nullable Object> described = new LinkedHashMap<>();
        described.put("size", file.sizeBytes());
        described.put("encoding", "base64");
        described.put(
                "content", Base64.getEncoder().encodeToString(trees.head(facts.id(), file, LARGEST_IN_JSON_BYTES)));
        described.put("sha", file.id());
        return described;
    }

    @GetMapping("/api/v4/projects/{id}/repository/blobs/{sha}/raw")
    @Requires(Permission.READ_CODE)
    void rawBlob(ProjectFacts facts, @PathVariable String sha, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        FileFacts file = find(facts, sha);
        sandbox(response);
        response.setHeader("Content-Disposition", "attachment");
        response.setContentType("application/octet-stream");
        response.setContentLengthLong(file.sizeBytes());
        if (!request.getMethod().equals("HEAD")) {
            trees.copy(facts.id(), file, response.getOutputStream());
        }
    }

    @GetMapping("/api/v4/projects/{id}/repository/files/{path}/blame")
    @Requires(Permission.READ_CODE)
    List<Map<String, @Nullable Object>> blame(ProjectFacts facts, @PathVariable String path, Parameters parameters) {
        Project project = code.project(facts);
        String sha = code.commit(facts, code.ref(facts, parameters, "ref"), "Commit");
        FileFacts file = trees.file(facts.id(), sha, path).orElseThrow(() -> ApiException.notFound("File"));
        if (file.sizeBytes() > LARGEST_IN_JSON_BYTES) {
            throw new ApiException(413, "The file is too large for blame");
        }
        Blames.Blame blame =
                blames.of(facts.id(), sha, path, PATIENCE_WITH_BLAME).orElseThrow(() -> ApiException.notFound("File"));
        if (!blame.complete()) {
            throw new ApiException(503, "Blame of this file takes too long");
        }
        String[] lines =
                new String(trees.head(facts.id(), file, LARGEST_IN_JSON_BYTES), StandardCharsets.UTF_8).split("\n", -1);
        Parameters range = parameters.object("range").orElse(parameters);
        long from = range.number("start").orElse(1L);
        long to = range.number("end").orElse((long) lines.length);
        if (from < 1 || to < from) {
            throw ApiException.malformed("range");
        }
        return blame.parts().stream()
                .filter(part -> part.first() + part.lines() >= from && part.first() < to)
                .map(part -> described(project, part, List.of(lines), from, to))
                .toList();
    }

    private Map<String, @Nullable Object> described(
            Project project, Blames.Part part, List<String> lines, long from, long to) {
        int first = (int) Math.max(part.first(), from - 1);
        int last = (int) Math.min(part.first() + (long) part.lines(), to);
        Map<String, @Nullable Object> described = new LinkedHashMap<>();
        described.put("commit", json.commit(project, part.commit()));
        described.put("lines", lines.subList(first, Math.min(last, lines.size())));
        return described;
    }

    /** The format is the ending of the address: {@code archive.zip}, {@code archive.tar.gz}; tar.gz without one. */
    @GetMapping({
        "/api/v4/projects/{id}/repository/archive",
        "/api/v4/projects/{id}/repository/archive.{ending:[a-z0-9.]+}"
    })
    @Requires(Permission.READ_CODE)
    void archive(
            ProjectFacts facts,
            @PathVariable(required = false) @Nullable String ending,
            Parameters parameters,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        Archives.Format format = Archives.Format.ofName("archive." + (ending == null ? "tar.gz" : ending))
                .orElseThrow(() -> new ApiException(404, "404 Not Found"));
        Project project = code.project(facts);
        String ref = code.ref(facts, parameters, "sha");
        String sha = code.commit(facts, ref, "File");
        String folder = parameters.text("path").orElse("").replaceAll("^/+|/+$", "");
        if (!folder.isEmpty()
                && trees.list(facts.id(), sha, folder, false).isEmpty()
                && trees.file(facts.id(), sha, folder).isEmpty()) {
            throw ApiException.notFound("File");
        }
        String name = project.path() + "-" + ref.replace('/', '-') + "-" + sha;
        sandbox(response);
        response.setContentType(format.mediaType());
        response.setHeader(
                "Content-Disposition",
                "attachment; filename*=UTF-8''" + Json.encodedPath(name + "." + format.ending()));
        if (!request.getMethod().equals("HEAD")) {
            archives.write(facts.id(), sha, folder, name, format, response.getOutputStream());
        }
    }

    @GetMapping("/api/v4/projects/{id}/repository/merge_base")
    @Requires(Permission.READ_CODE)
    Map<String, @Nullable Object> mergeBase(ProjectFacts facts, Parameters parameters) {
        List<String> refs = parameters.texts("refs");
        if (refs.size() != 2) {
            throw new ApiException(400, "Provide exactly 2 refs");
        }
        String one = code.commit(facts, refs.getFirst(), "Ref");
        String other = code.commit(facts, refs.getLast(), "Ref");
        return repositories
                .mergeBase(facts.id(), one, other)
                .flatMap(base -> repositories.commit(facts.id(), base))
                .map(commit -> json.commit(code.project(facts), commit))
                .orElseThrow(() -> ApiException.notFound("Merge Base"));
    }

    private FileFacts find(ProjectFacts facts, String sha) {
        if (!SHA.matcher(sha).matches()) {
            throw ApiException.notFound("Blob");
        }
        return trees.blob(facts.id(), sha).orElseThrow(() -> ApiException.notFound("Blob"));
    }

    private static void sandbox(HttpServletResponse response) {
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Content-Security-Policy", "sandbox; default-src 'none'");
    }
}
