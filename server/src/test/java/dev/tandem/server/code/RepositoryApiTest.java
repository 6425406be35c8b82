package dev.tandem.server.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.RunningServer;
import dev.tandem.server.platform.access.Role;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the API changes in a repository: branches, tags, files, protection; and what it gives out of it. */
class RepositoryApiTest {
    @TempDir
    static Path data;

    @TempDir
    static Path work;

    private static RunningServer server;
    private static CodeFixture fixture;
    private static CodeFixture.Person developer;
    private static CodeFixture.Person maintainer;
    private static int made;

    private Project project;
    private Git git;
    private String repository;

    @BeforeAll
    static void start() {
        server = RunningServer.start(data);
        fixture = new CodeFixture(server);
        developer = fixture.person("dana");
        maintainer = fixture.person("max");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @org.junit.jupiter.api.BeforeEach
    void project() {
        project = fixture.project(fixture.root(), "p" + ++made, false);
        fixture.member(project, developer, Role.DEVELOPER);
        fixture.member(project, maintainer, Role.MAINTAINER);
        git = Git.init(work.resolve("p" + made));
        git.must("push", "-q", fixture.url(project, fixture.root()), "main");
        repository = "/projects/" + project.id() + "/repository";
    }

    @Test
    void aBranchIsMadeAndDeletedAndEachIsAPush() {
        HttpResponse<String> answer = post("/branches?branch=feature%2Fx&ref=main", null);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(answer.body())
                .contains("\"name\":\"feature/x\"", "\"merged\":true", "\"can_push\":true", "\"protected\":false");
        assertThat(fixture.intents(project)).last().isEqualTo("refs/heads/feature/x completed");
        assertThat(post("/branches?branch=feature%2Fx&ref=main", null).body()).contains("Branch already exists");
        assertThat(post("/branches?branch=feature&ref=main", null).body()).contains("Branch already exists");
        assertThat(post("/branches?branch=y&ref=nowhere", null).body()).contains("Invalid reference name");
        assertThat(post("/branches?branch=a..b&ref=main", null).body()).contains("name is invalid");
        assertThat(post("/branches?branch=x", null).body()).contains("ref is missing");
        assertThat(delete("/branches/feature%2Fx").statusCode()).isEqualTo(204);
        assertThat(delete("/branches/feature%2Fx").statusCode()).isEqualTo(404);
    }

    @Test
    void protectedBranchesGoByMaintainersAloneAndTheDefaultNever() {
        post("/branches?branch=release%2F1&ref=main", null);
        String rules = "/projects/" + project.id() + "/protected_branches";
        assertThat(server.api("POST", rules, maintainer.token(), "{\"name\":\"release/*\"}")
                        .statusCode())
                .isEqualTo(201);

        assertThat(server.api("DELETE", repository + "/branches/release%2F1", developer.token(), null)
                        .statusCode())
                .isEqualTo(403);
        assertThat(server.api(
                                "POST",
                                repository + "/branches",
                                developer.token(),
                                "{\"branch\":\"release/2\",\"ref\":\"main\"}")
                        .statusCode())
                .isEqualTo(403);
        assertThat(server.api("DELETE", repository + "/branches/release%2F1", maintainer.token(), null)
                        .statusCode())
                .isEqualTo(204);
        assertThat(server.api("DELETE", repository + "/branches/main", maintainer.token(), null)
                        .statusCode())
                .isEqualTo(405);
    }

    @Test
    void aProtectedBranchsRuleIsChanged() {
        String rule = "/projects/" + project.id() + "/protected_branches/main";

        HttpResponse<String> answer = server.api(
                "PATCH",
                rule,
                maintainer.token(),
                "{\"allow_force_push\":true,\"allowed_to_push\":[{\"access_level\":30}]}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body())
                .contains("\"allow_force_push\":true", "\"push_access_levels\":[{", "\"access_level\":30");
        assertThat(server.api("PATCH", rule, developer.token(), "{}").statusCode())
                .isEqualTo(403);
        assertThat(server.api("PATCH", rule + "x", maintainer.token(), "{}").statusCode())
                .isEqualTo(404);
    }

    @Test
    void mergedBranchesAreToldAndDeletedTogether() {
        git.must("checkout", "-q", "-b", "open");
        git.commit("open.txt", "open\n", "Open");
        git.must("push", "-q", fixture.url(project, fixture.root()), "open", "main:merged-1", "main:merged-2");

        String list = server.api("GET", repository + "/branches?search=%5Emerged", developer.token(), null)
                .body();
        assertThat(list).contains("\"name\":\"merged-1\"", "\"merged\":true").doesNotContain("\"name\":\"open\"");
        assertThat(server.api("GET", repository + "/branches?regex=%5Eo.en%24", developer.token(), null)
                        .body())
                .contains("\"name\":\"open\"", "\"merged\":false")
                .doesNotContain("\"name\":\"main\"");
        assertThat(delete("/merged_branches").statusCode()).isEqualTo(202);
        assertThat(server.api("GET", repository + "/branches", developer.token(), null)
                        .body())
                .contains("\"name\":\"main\"", "\"name\":\"open\"")
                .doesNotContain("merged-1", "merged-2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(a+)+$", "(", "[z-a]", "\\\\1(a)", "((a{100}){100}){100}", "(((a{0,30}){30}){30}){30}"})
    void aRegexCostsLinearTimeOrIsRefused(String regex) {
        post("/branches?branch=" + "a".repeat(200) + "b&ref=main", null);

        HttpResponse<String> answer = server.api(
                "GET",
                repository + "/branches?regex="
                        + java.net.URLEncoder.encode(regex, java.nio.charset.StandardCharsets.UTF_8),
                developer.token(),
                null);

        assertThat(answer.statusCode()).isIn(200, 400);
    }

    @Test
    void tagsAreMadeAnnotatedAndDeleted() {
        HttpResponse<String> light = post("/tags?tag_name=v1&ref=main", null);
        HttpResponse<String> annotated = post("/tags", "{\"tag_name\":\"v2\",\"ref\":\"main\",\"message\":\"Second\"}");

        assertThat(light.statusCode()).as(light.body()).isEqualTo(201);
        assertThat(light.body()).contains("\"name\":\"v1\"", "\"target\":\"" + git.head());
        assertThat(annotated.body()).contains("\"message\":\"Second\"").doesNotContain("\"target\":\"" + git.head());
        assertThat(post("/tags?tag_name=v1&ref=main", null).body()).contains("Tag already exists");
        assertThat(delete("/tags/v1").statusCode()).isEqualTo(204);
        assertThat(delete("/tags/v1").statusCode()).isEqualTo(404);
        git.must("fetch", "-q", fixture.url(project, fixture.root()), "refs/tags/v2:refs/tags/v2");
        assertThat(git.must("cat-file", "-p", "v2")).contains("tagger dana <dana@example.test>", "Second");
    }

    @Test
    void protectedTagsAreMadeByWhomTheRuleNames() {
        String rules = "/projects/" + project.id() + "/protected_tags";
        HttpResponse<String> rule = server.api("POST", rules, maintainer.token(), "{\"name\":\"v*\"}");
        assertThat(rule.statusCode()).as(rule.body()).isEqualTo(201);
        assertThat(rule.body()).contains("\"name\":\"v*\"", "\"access_level\":40");
        assertThat(server.api("POST", rules, maintainer.token(), "{\"name\":\"v*\"}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(server.api("POST", rules, developer.token(), "{\"name\":\"w*\"}")
                        .statusCode())
                .isEqualTo(403);

        assertThat(post("/tags?tag_name=v1&ref=main", null).statusCode()).isEqualTo(403);
        git.must("tag", "v2");
        assertThat(git.run("push", fixture.url(project, developer), "v2").output())
                .contains("tag 'v2' is protected");
        git.must("push", "-q", fixture.url(project, maintainer), "v2");
        assertThat(git.run("push", fixture.url(project, maintainer), ":v2").output())
                .contains("cannot be deleted");
        assertThat(server.api("GET", repository + "/tags/v2", developer.token(), null)
                        .body())
                .contains("\"protected\":true");
        assertThat(server.bean(ProtectedBranches.class).isProtected(project.id(), "refs/tags/v2"))
                .isTrue();
        assertThat(delete("/tags/v2").statusCode()).isEqualTo(403);
        assertThat(server.api("DELETE", repository + "/tags/v2", maintainer.token(), null)
                        .statusCode())
                .isEqualTo(204);
        assertThat(server.api("DELETE", rules + "/v%2A", maintainer.token(), null)
                        .statusCode())
                .isEqualTo(204);
        assertThat(server.api("GET", rules, developer.token(), null).body()).isEqualTo("[]");
    }

    @Test
    void aFileIsMadeChangedAndDeleted() {
        HttpResponse<String> made = post(
                "/files/docs%2Fa%20b.txt",
                "{\"branch\":\"work\",\"start_branch\":\"main\",\"content\":\"b25lCg==\",\"encoding\":\"base64\",\"commit_message\":\"Make it\",\"author_name\":\"Ann\",\"author_email\":\"ann@example.test\"}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        assertThat(made.body()).contains("\"file_path\":\"docs/a b.txt\"", "\"branch\":\"work\"");

        String change = "{\"branch\":\"work\",\"content\":\"two\\n\",\"commit_message\":\"Change it\"}";
        assertThat(server.api("PUT", repository + "/files/docs%2Fa%20b.txt", developer.token(), change)
                        .statusCode())
                .isEqualTo(200);
        git.must("fetch", "-q", fixture.url(project, fixture.root()), "work");
        assertThat(git.must("show", "FETCH_HEAD:docs/a b.txt")).isEqualTo("two\n");
        assertThat(git.must("log", "--format=%an %ae %cn %s", "-2", "FETCH_HEAD"))
                .isEqualTo("dana dana@example.test dana Change it\nAnn ann@example.test dana Make it\n");
        assertThat(git.must("fsck", "--full")).doesNotContain("error");

        assertThat(delete("/files/docs%2Fa%20b.txt?branch=work&commit_message=Gone")
                        .statusCode())
                .isEqualTo(204);
        assertThat(server.api("GET", repository + "/files/docs%2Fa%20b.txt?ref=work", developer.token(), null)
                        .statusCode())
                .isEqualTo(404);
        assertThat(fixture.intents(project))
                .filteredOn(intent -> intent.contains("work"))
                .hasSize(3);
    }

    @Test
    void theFirstFileOfAnEmptyProjectMakesItsBranch() {
        Project empty = fixture.project(fixture.root(), "empty" + made, false);

        HttpResponse<String> answer = server.api(
                "POST",
                "/projects/" + empty.id() + "/repository/files/README.md",
                RunningServer.TOKEN,
                "{\"branch\":\"main\",\"content\":\"# Hi\",\"commit_message\":\"First\"}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(fixture.reread(empty).isEmpty()).isFalse();
    }

    @Test
    void manyActsAreOneCommitOrNone() {
        HttpResponse<String> answer = post("/commits", """
                {"branch":"many","start_branch":"main","commit_message":"All at once","actions":[
                 {"action":"create","file_path":"a.sh","content":"echo","execute_filemode":true},
                 {"action":"create","file_path":"b/c.txt","content":"c"},
                 {"action":"move","file_path":"b/d.txt","previous_path":"b/c.txt"},
                 {"action":"update","file_path":"README.md","content":"new"},
                 {"action":"chmod","file_path":"a.sh","execute_filemode":false},
                 {"action":"chmod","file_path":"README.md","execute_filemode":true}]}""");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(answer.body())
                .contains("\"title\":\"All at once\"", "\"stats\":{", "\"parent_ids\":[\"" + git.head());
        git.must("fetch", "-q", fixture.url(project, fixture.root()), "many");
        assertThat(git.must("ls-tree", "-r", "--format=%(objectmode) %(path)", "FETCH_HEAD"))
                .isEqualTo("100755 README.md\n100644 a.sh\n100644 b/d.txt\n");

        HttpResponse<String> half = post("/commits", """
                {"branch":"many","commit_message":"Half","actions":[
                 {"action":"create","file_path":"e.txt","content":"e"},
                 {"action":"delete","file_path":"nothing.txt"}]}""");
        assertThat(half.statusCode()).isEqualTo(400);
        assertThat(half.body()).contains("A file with this name doesn't exist");
        assertThat(server.api("GET", repository + "/files/e.txt?ref=many", developer.token(), null)
                        .statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".git%2Fhooks%2Fx",
                "a%2F.GIT%2Fconfig",
                "..%2Fx",
                "a%2F..%2Fb",
                "%2Fetc%2Fpasswd",
                "a%2F%2Fb",
                "README.md%2Fx",
                "README.md",
                "git~1%2Fx",
                "a%5C..%5Cb",
                "."
            })
    void pathsThatNoCheckoutCouldBearAreRefused(String path) {
        HttpResponse<String> answer = post(
                "/files/" + path,
                "{\"branch\":\"evil\",\"start_branch\":\"main\",\"content\":\"x\",\"commit_message\":\"x\"}");

        assertThat(answer.statusCode()).as(answer.body()).isIn(400, 404);
        assertThat(server.api("GET", repository + "/branches/evil", developer.token(), null)
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void whoMayNotPushWritesNothing() {
        CodeFixture.Person reporter = fixture.person("reporter" + made);
        fixture.member(project, reporter, Role.REPORTER);
        String body = "{\"branch\":\"main\",\"content\":\"x\",\"commit_message\":\"x\"}";

        assertThat(server.api("POST", repository + "/files/x.txt", reporter.token(), body)
                        .statusCode())
                .isEqualTo(403);
        HttpResponse<String> refused = server.api("POST", repository + "/files/x.txt", developer.token(), body);
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("branch 'main' is protected");
    }

    @Test
    void anUpdateOfWhatChangedMeanwhileIsRefused() {
        String stale =
                "{\"branch\":\"w\",\"start_branch\":\"main\",\"content\":\"x\",\"commit_message\":\"x\",\"last_commit_id\":\""
                        + "1".repeat(40) + "\"}";

        HttpResponse<String> answer = server.api("PUT", repository + "/files/README.md", developer.token(), stale);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("has changed since you started editing it");
    }

    @Test
    void archivesHoldTheFilesOfACommit() throws IOException {
        git.commit("bin/run.sh", "echo\n", "A program");
        git.must("update-index", "--chmod=+x", "bin/run.sh");
        Files.createSymbolicLink(git.folder().resolve("link"), Path.of("../../etc/passwd"));
        git.commit("名字 a.txt", "text\n", "All kinds");
        git.must("push", "-q", fixture.url(project, fixture.root()), "main");

        HttpResponse<byte[]> tar = bytes("/api/v4" + repository + "/archive?sha=main");
        assertThat(tar.headers().firstValue("Content-Type")).contains("application/gzip");
        List<String> entries = new ArrayList<>();
        try (TarArchiveInputStream in =
                new TarArchiveInputStream(new GZIPInputStream(new ByteArrayInputStream(tar.body())))) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.add(entry.getName().substring(entry.getName().indexOf('/') + 1)
                        + (entry.isSymbolicLink() ? " -> " + entry.getLinkName() : ""));
            }
        }
        assertThat(entries).contains("README.md", "bin/run.sh", "名字 a.txt", "link -> ../../etc/passwd");

        Path zip = work.resolve("a.zip");
        Files.write(zip, bytes("/api/v4" + repository + "/archive.zip?path=bin").body());
        try (ZipFile file = ZipFile.builder().setPath(zip).get()) {
            assertThat(java.util.Collections.list(file.getEntries()))
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.getName()).endsWith("/bin/run.sh"));
        }
        assertThat(bytes("/api/v4" + repository + "/archive.rar").statusCode()).isEqualTo(404);
        assertThat(bytes("/api/v4" + repository + "/archive.zip?path=nothing").statusCode())
                .isEqualTo(404);
        assertThat(bytes("/api/v4" + repository + "/archive.zip?sha=nothing").statusCode())
                .isEqualTo(404);
    }

    @Test
    void blobsBlameAndMergeBasesAreGiven() {
        String blob = git.must("rev-parse", "HEAD:README.md").strip();
        assertThat(get("/blobs/" + blob)).contains("\"size\":6", "\"content\":\"aGVsbG8K\"");
        assertThat(get("/blobs/" + blob + "/raw")).isEqualTo("hello\n");
        assertThat(server.api("GET", repository + "/blobs/" + git.head(), developer.token(), null)
                        .statusCode())
                .isEqualTo(404);
        assertThat(server.api("GET", repository + "/blobs/" + "0".repeat(40), developer.token(), null)
                        .statusCode())
                .isEqualTo(404);
        assertThat(get("/files/README.md/blame?ref=main")).contains("\"lines\":[\"hello\"]", git.head());
        assertThat(get("/files/README.md/blame?ref=main&range[start]=1&range[end]=1"))
                .contains("\"lines\":[\"hello\"]");
        assertThat(server.api(
                                "GET",
                                repository + "/files/README.md/blame?range%5Bstart%5D=5&range%5Bend%5D=2",
                                developer.token(),
                                null)
                        .statusCode())
                .isEqualTo(400);
        assertThat(get("/merge_base?refs[]=main&refs[]=" + git.head()).replace("%5B%5D", ""))
                .contains("\"id\":\"" + git.head());
        assertThat(server.api("GET", repository + "/merge_base?refs%5B%5D=main", developer.token(), null)
                        .statusCode())
                .isEqualTo(400);
    }

    private String get(String path) {
        HttpResponse<String> answer =
                server.api("GET", repository + path.replace("[", "%5B").replace("]", "%5D"), developer.token(), null);
        assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(200);
        return answer.body();
    }

    private HttpResponse<String> post(String path, String json) {
        return server.api("POST", repository + path, developer.token(), json);
    }

    private HttpResponse<String> delete(String path) {
        return server.api("DELETE", repository + path, developer.token(), null);
    }

    private static HttpResponse<byte[]> bytes(String path) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(server.uri() + path))
                            .header("PRIVATE-TOKEN", developer.token())
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
