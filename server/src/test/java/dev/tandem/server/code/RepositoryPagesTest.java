package dev.tandem.server.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.RunningServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders and files as pages: READMEs, blame, last commits, pictures, what cannot be shown. */
class RepositoryPagesTest {
    private static final byte[] PNG = Base64.getDecoder()
            .decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    @TempDir
    static Path data;

    @TempDir
    static Path work;

    private static RunningServer server;
    private static RunningServer.Browser root;
    private static Project project;
    private static Git git;

    @BeforeAll
    static void start() throws IOException {
        server = RunningServer.start(data);
        CodeFixture fixture = new CodeFixture(server);
        project = fixture.project(fixture.root(), "pages", false);
        git = Git.init(work.resolve("pages"));
        write("docs/img/dot.png", PNG);
        write("docs/not-a-picture.png", "<script>alert(1)</script>".getBytes());
        write("docs/drawing.svg", "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".getBytes());
        write("docs/paper.pdf", "%PDF-1.4\0".getBytes());
        write("docs/not-a-paper.pdf", "<script>alert(1)</script>".getBytes());
        write("docs/gbk.txt", new byte[] {(byte) 0xd6, (byte) 0xd0, (byte) 0xce, (byte) 0xc4});
        write("docs/latin.txt", "caf\u00e9 \u00e0 la".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        write("docs/large.txt", "x".repeat(600_000).getBytes());
        write("docs/many.txt", "x\n".repeat(10_001).getBytes());
        Files.createSymbolicLink(git.folder().resolve("docs/passwd"), Path.of("../../../../../../etc/passwd"));
        git.commit("docs/README.md", "# Guide\n\n![dot](img/dot.png) [up](../README.md)\n", "The guide");
        git.commit("docs/a b 文件.txt", "one\nline two\nthree\n", "One two three");
        git.commit("docs/a b 文件.txt", "one\nline TWO\nthree\n", "Louder two");
        git.commit(
                ".gitmodules", "[submodule \"m\"]\n\tpath = docs/module\n\turl = javascript:alert(1)\n", "Its address");
        git.must("update-index", "--add", "--cacheinfo", "160000," + git.head() + ",docs/module");
        git.must("commit", "-q", "-m", "A submodule");
        git.must("push", fixture.url(project, fixture.root()), "main");
        root = server.browser();
        root.signIn("root", RunningServer.PASSWORD);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void readmesAreMarkupWithReferencesIntoTheRepository() {
        assertThat(page("/root/pages/-/tree/main/docs"))
                .contains("<h1 id=\"user-content-guide\">Guide</h1>")
                .contains("src=\"/root/pages/-/raw/main/docs/img/dot.png\"")
                .contains("href=\"/root/pages/-/blob/main/README.md\"");
        assertThat(page("/root/pages")).contains("<p>hello</p>");
        assertThat(page("/root/pages/-/blob/main/docs/README.md")).contains("<h1 id=\"user-content-guide\">");
        assertThat(page("/root/pages/-/blob/main/docs/README.md?plain=1")).contains("# Guide", "id=\"L1\"");
    }

    @Test
    void aFolderNamesTheLastCommitOfEachEntry() {
        String folder = page("/root/pages/-/tree/main/docs");

        assertThat(folder).contains("Louder two", "The guide", "A submodule").doesNotContain("javascript:");
        assertThat(page("/root/pages/-/last-commits/main/docs")).contains("Louder two", "id=\"entries\"");
    }

    @Test
    void lastCommitsAreThoseOfGit() {
        String head = git.head();
        LastCommits last = server.bean(LastCommits.class);
        for (String folder : new String[] {"", "docs", "docs/img"}) {
            LastCommits.Found found = last.of(project.id(), head, folder, Duration.ofSeconds(30));
            assertThat(found.complete()).isTrue();
            assertThat(found.byName()).isNotEmpty();
            found.byName().forEach((name, commit) -> {
                String path = folder.isEmpty() ? name : folder + "/" + name;
                String expected =
                        git.must("log", "-1", "--format=%H", "--", path).strip();
                assertThat(commit.sha()).as(path).isEqualTo(expected);
            });
        }
        assertThat(last.of(project.id(), head, "docs/README.md", Duration.ofSeconds(1))
                        .byName())
                .isEmpty();
        assertThat(last.of(project.id(), head, "none", Duration.ofSeconds(1)).byName())
                .isEmpty();
    }

    @Test
    void impatienceLeavesEntriesOpenUntilSomebodyWaits() {
        String earlier = git.must("rev-parse", "HEAD~1").strip();
        LastCommits last = server.bean(LastCommits.class);

        assertThat(last.of(project.id(), earlier, "", Duration.ZERO).complete()).isFalse();
        assertThat(last.of(project.id(), earlier, "", Duration.ofSeconds(30)).complete())
                .isTrue();
    }

    @Test
    void blameNamesTheCommitOfEachLine() {
        String blame = page("/root/pages/-/blame/main/docs/a%20b%20%E6%96%87%E4%BB%B6.txt");

        assertThat(blame).containsSubsequence("One two three", "one", "Louder two", "TWO", "One two three", "three");
    }

    @Test
    void picturesAreShownAndSandboxed() {
        assertThat(page("/root/pages/-/blob/main/docs/img/dot.png"))
                .contains("<img src=\"/root/pages/-/raw/main/docs/img/dot.png\" alt=\"dot.png\">");
        HttpResponse<String> png = root.get("/root/pages/-/raw/main/docs/img/dot.png");
        assertThat(png.headers().firstValue("Content-Type")).contains("image/png");
        assertSandboxed(png);
        HttpResponse<String> svg = root.get("/root/pages/-/raw/main/docs/drawing.svg");
        assertThat(svg.headers().firstValue("Content-Type")).contains("image/svg+xml");
        assertSandboxed(svg);
    }

    @Test
    void aNameAloneMakesNoPicture() {
        assertThat(page("/root/pages/-/blob/main/docs/not-a-picture.png")).doesNotContain("<img", "<script>alert");
        HttpResponse<String> raw = root.get("/root/pages/-/raw/main/docs/not-a-picture.png");
        assertThat(raw.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
        assertSandboxed(raw);
    }

    @Test
    void aPdfIsLeftToTheViewerOfTheBrowser() {
        HttpResponse<String> page = root.get("/root/pages/-/blob/main/docs/paper.pdf");
        assertThat(page.body())
                .contains("data=\"/root/pages/-/raw/main/docs/paper.pdf\" type=\"application/pdf\"", "has no viewer");
        assertThat(page.headers().allValues("Content-Security-Policy"))
                .singleElement()
                .asString()
                .contains("default-src 'self'", "object-src 'self'", "frame-ancestors 'none'");
        HttpResponse<String> raw = root.get("/root/pages/-/raw/main/docs/paper.pdf");
        assertThat(raw.headers().firstValue("Content-Type")).contains("application/pdf");
        assertThat(raw.headers().firstValue("Content-Disposition").orElse("")).startsWith("inline");
        assertThat(raw.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(raw.headers().allValues("Content-Security-Policy"))
                .singleElement()
                .asString()
                .startsWith("default-src 'none'")
                .contains("frame-ancestors 'self'");
    }

    @Test
    void aNameAloneMakesNoPdf() {
        assertThat(page("/root/pages/-/blob/main/docs/not-a-paper.pdf")).doesNotContain("<object");
        HttpResponse<String> raw = root.get("/root/pages/-/raw/main/docs/not-a-paper.pdf");
        assertThat(raw.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
        assertSandboxed(raw);
        assertThat(root.get("/root/pages/-/blob/main/docs/img/dot.png")
                        .headers()
                        .allValues("Content-Security-Policy"))
                .singleElement()
                .asString()
                .contains("object-src 'none'");
    }

    @Test
    void whatCannotBeShownSaysSo() {
        assertThat(page("/root/pages/-/blob/main/docs/large.txt")).contains("too large to show");
        assertThat(page("/root/pages/-/blob/main/docs/many.txt")).contains("too large to show");
        assertThat(page("/root/pages/-/blame/main/docs/large.txt")).contains("no lines of text");
    }

    @Test
    void otherCharsetsAreReadAndNamed() {
        assertThat(page("/root/pages/-/blob/main/docs/gbk.txt")).contains("中文", "GB18030");
        assertThat(page("/root/pages/-/blob/main/docs/latin.txt")).contains("caf\u00e9 \u00e0 la", "windows-1252");
    }

    @Test
    void aLinkIsItsTargetsNameAndIsNeverFollowed() {
        assertThat(page("/root/pages/-/blob/main/docs/passwd"))
                .contains("etc/passwd")
                .doesNotContain("root:x");
        assertThat(root.get("/root/pages/-/raw/main/docs/passwd").body()).isEqualTo("../../../../../../etc/passwd");
    }

    @Test
    void aFolderAskedForAsAFileIsStillFound() {
        assertThat(root.get("/root/pages/-/blob/main/docs")
                        .headers()
                        .firstValue("Location")
                        .orElse(""))
                .endsWith("/root/pages/-/tree/main/docs");
        assertThat(root.get("/root/pages/-/tree/main/docs/README.md")
                        .headers()
                        .firstValue("Location")
                        .orElse(""))
                .endsWith("/root/pages/-/blob/main/docs/README.md");
        assertThat(root.get("/root/pages/-/blame/main/docs").statusCode()).isEqualTo(404);
    }

    @Test
    void commitsAreFoundByMessageAuthorAndPath() {
        String all = "/root/pages/-/commits/main";
        assertThat(page(all + "?search=LOUDER")).contains("Louder two").doesNotContain("One two three");
        assertThat(page(all + "?author=mei%40example")).contains("Louder two", "The guide");
        assertThat(page(all + "?author=nobody")).contains("No commit matches.");
        assertThat(page(all + "/docs/README.md")).contains("The guide").doesNotContain("Louder two");
        assertThat(page(all + "/docs/README.md?search=louder")).contains("No commit matches.");
        assertThat(page(all + "?search=%3Cimg%20src%3Dx%3E")).doesNotContain("<img src=x");
        assertThat(server.api(
                                "GET",
                                "/projects/" + project.id() + "/repository/commits?author=mei",
                                RunningServer.TOKEN,
                                null)
                        .body())
                .contains("Louder two");
    }

    @Test
    void aSearchThatTakesTooLongSaysHowFarItCame() {
        History.Found found = server.bean(History.class)
                .search(
                        project.id(),
                        History.Query.of(git.head()),
                        new History.Words("nothing says this", ""),
                        0,
                        10,
                        Duration.ofSeconds(-1));

        assertThat(found.commits()).isEmpty();
        assertThat(found.stoppedAt()).isPresent();
    }

    /** Commits that did not touch the file are looked at, too: the time must be asked for at each of them. */
    @Test
    void aHistoryOfAFileThatTakesTooLongSaysHowFarItCameAndGoesOn() {
        History.Query query = History.Query.of(git.head()).touching("docs/README.md");
        History history = server.bean(History.class);

        History.Found nothing = history.search(project.id(), query, History.Words.ANY, 0, 10, Duration.ofSeconds(-1));
        assertThat(nothing.commits()).isEmpty();
        assertThat(nothing.more()).isFalse();
        History.Query further = new History.Query(query.sha(), query.path(), Optional.empty(), nothing.stoppedAt());
        assertThat(history.search(project.id(), further, History.Words.ANY, 0, 10, Duration.ofMinutes(1))
                        .commits())
                .extracting(Commit::title)
                .containsExactly("The guide");

        String here = "/root/pages/-/commits/main/docs/README.md";
        assertThat(page(here + "?until=" + nothing.stoppedAt().orElseThrow().getEpochSecond()))
                .contains("The guide", "on backwards", "Begin with the newest");
        assertThat(page(here + "?until=1")).contains("No commits here").doesNotContain("The guide");
        assertThat(page(here + "?until=-99999999999")).contains("The guide").doesNotContain("on backwards");
        assertThat(root.get(here + "?until=x").statusCode()).isEqualTo(400);
    }

    @Test
    void aCommitIsShownBothWaysWithWhatChangedInALine() {
        String sha = git.must("rev-parse", "HEAD~2").strip();
        String commit = page("/root/pages/-/commit/" + sha);
        assertThat(commit).contains("<mark>two</mark>", "<mark>TWO</mark>", "class=\"add\"", "view=split");
        assertThat(page("/root/pages/-/commit/" + sha + "?view=split&w=1"))
                .contains("class=\"source sides\"", "<mark>TWO</mark>", "Show whitespace changes");
    }

    @Test
    void whitespaceCanBeLeftOut() {
        git.must("checkout", "-q", "-b", "spaces");
        git.commit("README.md", "  hello\n", "Indent");
        git.must("push", "-q", new CodeFixture(server).url(project, new CodeFixture(server).root()), "spaces");
        String path = "/root/pages/-/compare/main...spaces";
        assertThat(page(path)).contains("class=\"add\"", "Indent");
        assertThat(page(path + "?w=1")).contains("No lines changed.").doesNotContain("class=\"add\"");
        git.must("checkout", "-q", "main");
    }

    @Test
    void twoRefsAreCompared() {
        String first = git.must("rev-list", "--max-parents=0", "HEAD").strip();
        String compared = page("/root/pages/-/compare/" + first + "...main");
        assertThat(compared)
                .contains("Louder two", "docs/img/dot.png")
                .contains("<img src=\"/root/pages/-/raw/"
                        + git.must("rev-parse", "main").strip());
        assertThat(page("/root/pages/-/compare/main...main")).contains("There is nothing in main that main has not.");
        assertThat(page("/root/pages/-/compare/main.." + first)).contains("deleted");
        HttpResponse<String> missing = root.get("/root/pages/-/compare/main...%3Cb%3Enowhere");
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(missing.body()).contains("There is no branch, tag or commit &lt;b&gt;nowhere");
        assertThat(root.get("/root/pages/-/compare/main").statusCode()).isEqualTo(404);
        assertThat(root.get("/root/pages/-/compare?from=main&to=a%2Fb")
                        .headers()
                        .firstValue("Location")
                        .orElse(""))
                .endsWith("/root/pages/-/compare/main...a/b");
    }

    @Test
    void codeIsFoundByWordsAndByExpression() {
        String search = "/root/pages/-/search?search=";
        assertThat(page(search + "two")).contains("TWO", "?plain=1#L2", "docs/a b 文件.txt");
        assertThat(page(search + "%23%20gui")).contains("# Guide");
        assertThat(page(search + "t.o%24&regex=true")).contains("TWO").doesNotContain("three");
        assertThat(page(search + "nothing-has-this")).contains("Nothing was found.");
        assertThat(page(search + "(&regex=true")).contains("no regular expression");
        assertThat(page(search + "((a%7B100%7D)%7B100%7D)%7B100%7D&regex=true")).contains("no regular expression");
        assertThat(page(search + "%3Cscript")).doesNotContain("<script>alert").contains("&lt;script");
        assertThat(page("/root/pages/-/search")).doesNotContain("Nothing was found.");
    }

    @Test
    void codeIsFoundThroughTheApi() {
        String path = "/projects/" + project.id() + "/search";
        assertThat(server.api("GET", path + "?scope=blobs&search=guide", RunningServer.TOKEN, null)
                        .body())
                .contains("\"path\":\"docs/README.md\"", "\"startline\":1", "\"basename\":\"docs/README\"");
        assertThat(server.api("GET", path + "?scope=issues&search=guide", RunningServer.TOKEN, null)
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void aSearchWithoutTimeLooksAtNothing() {
        CodeSearch.Found found = server.bean(CodeSearch.class)
                .search(
                        project.id(),
                        git.head(),
                        new CodeSearch.Query(new CodeSearch.Wanted.Words("two"), FileFilter.ALL),
                        Duration.ZERO);

        assertThat(found.reach()).isIn(CodeSearch.Reach.TIME_OVER, CodeSearch.Reach.BUSY);
        assertThat(found.hits()).isEmpty();
    }

    private static void assertSandboxed(HttpResponse<String> answer) {
        assertThat(answer.headers().allValues("Content-Security-Policy"))
                .anyMatch(policy -> policy.startsWith("sandbox; default-src 'none'"));
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    }

    private static void write(String file, byte[] content) throws IOException {
        Path path = git.folder().resolve(file);
        Files.createDirectories(path.getParent());
        Files.write(path, content);
    }

    private static String page(String path) {
        HttpResponse<String> response = root.get(path);
        assertThat(response.statusCode()).as(path + "\n" + response.body()).isEqualTo(200);
        return response.body();
    }
}
