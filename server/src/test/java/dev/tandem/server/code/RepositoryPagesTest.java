package dev.tandem.server.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.RunningServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
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
        write("docs/gbk.txt", new byte[] {(byte) 0xd6, (byte) 0xd0, (byte) 0xce, (byte) 0xc4});
        write("docs/latin.txt", "caf\u00e9 \u00e0 la".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        write("docs/large.txt", "x".repeat(600_000).getBytes());
        write("docs/many.txt", "x\n".repeat(10_001).getBytes());
        Files.createSymbolicLink(git.folder().resolve("docs/passwd"), Path.of("../../../../../../etc/passwd"));
        git.commit("docs/README.md", "# Guide\n\n![dot](img/dot.png) [up](../README.md)\n", "The guide");
        git.commit("docs/a b 文件.txt", "one\ntwo\nthree\n", "One two three");
        git.commit("docs/a b 文件.txt", "one\nTWO\nthree\n", "Louder two");
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
    void whatCannotBeShownSaysSo() {
        assertThat(page("/root/pages/-/blob/main/docs/paper.pdf")).contains("A PDF");
        assertThat(root.get("/root/pages/-/raw/main/docs/paper.pdf")
                        .headers()
                        .firstValue("Content-Disposition")
                        .orElse(""))
                .startsWith("attachment");
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
