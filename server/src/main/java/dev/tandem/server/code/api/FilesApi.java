package dev.tandem.server.code.api;

import dev.tandem.server.code.Commit;
import dev.tandem.server.code.FileFacts;
import dev.tandem.server.code.FileTooLargeException;
import dev.tandem.server.code.History;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.code.TreeEntry;
import dev.tandem.server.code.Trees;
import dev.tandem.server.code.lfs.LfsObjects;
import dev.tandem.server.code.lfs.LfsPointer;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Parameters;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Files and folders of a repository. */
@RestController
class FilesApi {
    /** Larger ones are to be had from the raw resource, which streams. */
    private static final long LARGEST_IN_JSON_BYTES = 10L * 1024 * 1024;

    private static final Duration PATIENCE_WITH_LAST_COMMIT = Duration.ofSeconds(20);

    private final Code code;
    private final Trees trees;
    private final History history;
    private final Repositories repositories;
    private final LfsObjects lfs;

    FilesApi(Code code, Trees trees, History history, Repositories repositories, LfsObjects lfs) {
        this.code = code;
        this.trees = trees;
        this.history = history;
        this.repositories = repositories;
        this.lfs = lfs;
    }

    @GetMapping("/api/v4/projects/{id}/repository/tree")
    @Requires(Permission.READ_CODE)
    Listing<Map<String, @Nullable Object>> tree(ProjectFacts project, Parameters parameters) {
        String ref = code.ref(project, parameters, "ref");
        String path = parameters.text("path").orElse("").replaceAll("^/+|/+$", "");
        boolean recursive = parameters.flag("recursive").orElse(false);
        String sha = code.commit(project, ref, "Tree");
        List<TreeEntry> entries = trees.list(project.id(), sha, path, recursive)
                .orElseThrow(() -> ApiException.notFound("invalid revision or path"));
        return Listing.cut(entries, parameters.paging()).map(Json::treeEntry);
    }

    @GetMapping("/api/v4/projects/{id}/repository/files/{path}")
    @Requires(Permission.READ_CODE)
    Map<String, @Nullable Object> file(
            ProjectFacts project, @PathVariable String path, Parameters parameters, HttpServletResponse response) {
        Found found = find(project, path, parameters);
        byte[] content = content(project, found);
        String sha256 = sha256(content);
        headers(response, found);
        response.setHeader("X-Gitlab-Encoding", "base64");
        response.setHeader("X-Gitlab-Content-Sha256", sha256);
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("file_name", found.file().name());
        json.put("file_path", found.file().path());
        json.put("size", found.file().sizeBytes());
        json.put("encoding", "base64");
        json.put("content", Base64.getEncoder().encodeToString(content));
        json.put("content_sha256", sha256);
        json.put("ref", found.ref());
        json.put("blob_id", found.file().id());
        json.put("commit_id", found.sha());
        json.put("last_commit_id", found.lastCommit());
        json.put("execute_filemode", found.file().executable());
        return json;
    }

    @GetMapping("/api/v4/projects/{id}/repository/files/{path}/raw")
    @Requires(Permission.READ_CODE)
    void raw(
            ProjectFacts project,
            @PathVariable String path,
            Parameters parameters,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        Found found = find(project, path, parameters);
        headers(response, found);
        String tag = "W/\"" + found.file().id() + "\"";
        response.setHeader("ETag", tag);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Content-Security-Policy", "sandbox; default-src 'none'");
        response.setHeader(
                "Content-Disposition",
                "inline; filename*=UTF-8''" + encoded(found.file().name()));
        if (tag.equals(request.getHeader("If-None-Match"))) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        if (parameters.flag("lfs").orElse(false) && large(project.id(), found.file(), request, response)) {
            return;
        }
        boolean binary = holdsNul(trees.head(project.id(), found.file(), 8000));
        response.setContentType(binary ? "application/octet-stream" : "text/plain");
        response.setContentLengthLong(found.file().sizeBytes());
        if (!request.getMethod().equals("HEAD")) {
            trees.copy(project.id(), found.file(), response.getOutputStream());
        }
    }

    /** Sends what Git LFS keeps. @return false when it keeps nothing for this file */
    private boolean large(long project, FileFacts file, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Optional<LfsPointer> pointer = file.isLink()
                ? Optional.empty()
                : LfsPointer.of(trees.head(project, file, LfsPointer.LARGEST_BYTES + 1));
        if (pointer.isEmpty()) {
            return false;
        }
        try (InputStream content = lfs.open(project, pointer.get()).orElse(null)) {
            if (content == null) {
                return false;
            }
            response.setContentType("application/octet-stream");
            response.setContentLengthLong(pointer.get().sizeBytes());
            if (!request.getMethod().equals("HEAD")) {
                content.transferTo(response.getOutputStream());
            }
            return true;
        }
    }

    private record Found(FileFacts file, String ref, String sha, String lastCommit) {}

    private Found find(ProjectFacts project, String path, Parameters parameters) {
        String ref = code.ref(project, parameters, "ref");
        String sha = code.commit(project, ref, "Commit");
        FileFacts file = trees.file(project.id(), sha, path).orElseThrow(() -> ApiException.notFound("File"));
        Commit last = history.last(project.id(), sha, path, PATIENCE_WITH_LAST_COMMIT)
                .orElseThrow(() -> new ApiException(
                        503,
                        "The commit that last changed " + path
                                + " was not found in time; ask for the file's blob, which needs no history"));
        return new Found(file, ref, sha, last.sha());
    }

    private byte[] content(ProjectFacts project, Found found) {
        try {
            return repositories
                    .file(project.id(), found.sha(), found.file().path(), LARGEST_IN_JSON_BYTES)
                    .orElseThrow(() -> ApiException.notFound("File"));
        } catch (FileTooLargeException e) {
            throw new ApiException(413, e.getMessage() + "; use the raw resource");
        }
    }

    private static void headers(HttpServletResponse response, Found found) {
        response.setHeader("X-Gitlab-Blob-Id", found.file().id());
        response.setHeader("X-Gitlab-Commit-Id", found.sha());
        response.setHeader("X-Gitlab-Last-Commit-Id", found.lastCommit());
        response.setHeader(
                "X-Gitlab-Execute-Filemode", Boolean.toString(found.file().executable()));
        response.setHeader("X-Gitlab-File-Name", encoded(found.file().name()));
        response.setHeader("X-Gitlab-File-Path", encoded(found.file().path()));
        response.setHeader("X-Gitlab-Ref", encoded(found.ref()));
        response.setHeader("X-Gitlab-Size", Long.toString(found.file().sizeBytes()));
    }

    /** Names hold whatever somebody pushed; a header holds only some of it. */
    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "/");
    }

    private static boolean holdsNul(byte[] bytes) {
        for (byte b : bytes) {
            if (b == 0) {
                return true;
            }
        }
        return false;
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
