package dev.tandem.server.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.RunningServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Repositories as nobody means them: too many branches, too many lines, names that no checkout could bear. */
class BadRepositoryTest {
    private static final int BRANCHES = 10_000;
    private static final int LINES = 1_000_000;
    private static final int COMMITS = 5_000;

    @TempDir
    static Path data;

    @TempDir
    static Path work;

    private static RunningServer server;
    private static CodeFixture fixture;
    private static RunningServer.Browser root;

    @BeforeAll
    static void start() {
        server = RunningServer.start(data);
        fixture = new CodeFixture(server);
        root = server.browser();
        root.signIn("root", RunningServer.PASSWORD);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void tenThousandBranchesAreListedPageByPage() throws IOException {
        Project project = fixture.project(fixture.root(), "branches", false);
        Git git = Git.init(work.resolve("branches"));
        git.must("push", "-q", fixture.url(project, fixture.root()), "main");
        String head = git.head();
        StringBuilder refs = new StringBuilder("# pack-refs with: peeled fully-peeled sorted \n");
        for (int i = 0; i < BRANCHES; i++) {
            refs.append(head).append(" refs/heads/b%05d\n".formatted(i));
        }
        refs.append(head).append(" refs/heads/main\n");
        Files.writeString(data.resolve("repositories/" + project.id() + ".git/packed-refs"), refs);

        assertThat(page("/root/branches/-/branches")).contains("b00000");
        assertThat(page("/root/branches/-/branches?search=b09999")).contains("b09999");
        assertThat(page("/root/branches")).contains("hello");
        var listed = server.api(
                "GET", "/projects/" + project.id() + "/repository/branches?per_page=5", RunningServer.TOKEN, null);
        assertThat(listed.statusCode()).isEqualTo(200);
        assertThat(listed.headers().firstValue("X-Total")).contains(Integer.toString(BRANCHES + 1));
        assertThat(git.must("ls-remote", fixture.url(project, fixture.root()), "refs/heads/b09999"))
                .contains("refs/heads/b09999");
    }

    @Test
    void aMillionLinesAreNotShownAndTheirChangeIs() throws IOException {
        Project project = fixture.project(fixture.root(), "lines", false);
        Git git = Git.init(work.resolve("lines"));
        git.commit("many.txt", "x\n".repeat(LINES), "Many");
        String changed = git.commit("many.txt", "x\n".repeat(LINES - 1) + "the last\n", "One");
        git.must("push", "-q", fixture.url(project, fixture.root()), "main");

        assertThat(page("/root/lines/-/blob/main/many.txt"))
                .contains("many.txt")
                .doesNotContain("id=\"L1\"");
        assertThat(root.get("/root/lines/-/blame/main/many.txt").statusCode()).isEqualTo(200);
        assertThat(page("/root/lines/-/commit/" + changed)).contains("many.txt").hasSizeLessThan(200_000);
        assertThat(root.get("/root/lines/-/raw/main/many.txt").body()).hasSize(2 * LINES + 7);
    }

    @Test
    void namesThatNoCheckoutBearsAreRefusedAndClashesShown() throws IOException {
        Project project = fixture.project(fixture.root(), "names", false);
        Git git = Git.init(work.resolve("names"));
        git.must("push", "-q", fixture.url(project, fixture.root()), "main");
        String blob = git.must("rev-parse", "HEAD:README.md").strip();
        for (String name : new String[] {".git", ".GIT", "git~1", ".."}) {
            String tree = tree(git, "100644 blob " + blob + "\t" + name + "\n");
            String commit = git.must("commit-tree", tree, "-m", "Bad").strip();
            Git.Outcome push = git.run("push", fixture.url(project, fixture.root()), commit + ":refs/heads/bad");
            assertThat(push.ok()).as(name).isFalse();
        }
        String clash = tree(git, "100644 blob " + blob + "\tREADME.md\n100644 blob " + blob + "\treadme.MD\n");
        String commit = git.must("commit-tree", clash, "-m", "Clash").strip();
        git.must("push", "-q", fixture.url(project, fixture.root()), commit + ":refs/heads/clash");

        assertThat(page("/root/names/-/tree/clash")).contains("README.md", "readme.MD");
        assertThat(root.get("/root/names/-/blob/clash/readme.MD").statusCode()).isEqualTo(200);
    }

    /** Looking through all of history for who wrote a line ends when the time is up, not when the line is found. */
    @Test
    void blameOfALineFromLongAgoIsGivenUpInTime() throws Exception {
        Project project = fixture.project(fixture.root(), "ages", false);
        Git git = Git.init(work.resolve("ages"));
        Process writer = git.start("fast-import", "--quiet", "--force");
        StringBuilder history = new StringBuilder();
        for (int i = 1; i <= COMMITS; i++) {
            history.append("commit refs/heads/ages\nmark :%d\ncommitter A <a@example.test> %d +0000\ndata 1\nx\n"
                    .formatted(i, 1_700_000_000 + i));
            history.append(i == 1 ? "M 100644 inline old.txt\ndata 4\nold\n\n" : "from :%d\n".formatted(i - 1));
            history.append("M 100644 inline new.txt\ndata 5\n%05d\n".formatted(i));
        }
        writer.getOutputStream().write(history.toString().getBytes(StandardCharsets.UTF_8));
        writer.getOutputStream().close();
        assertThat(writer.waitFor()).isZero();
        git.must("push", "-q", fixture.url(project, fixture.root()), "ages");
        String head = git.must("rev-parse", "ages").strip();
        Blames blames = server.bean(Blames.class);

        assertThat(blames.of(project.id(), head, "old.txt", Duration.ofMillis(1)))
                .hasValueSatisfying(blame -> assertThat(blame.complete()).isFalse());
        assertThat(blames.of(project.id(), head, "old.txt", Duration.ofMinutes(2)))
                .hasValueSatisfying(blame -> {
                    assertThat(blame.complete()).isTrue();
                    assertThat(blame.parts()).hasSize(1);
                });
        assertThat(blames.of(project.id(), head, "none.txt", Duration.ofMinutes(2)))
                .isEmpty();
    }

    private static String page(String path) {
        var answer = root.get(path);
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        return answer.body();
    }

    private static String tree(Git git, String entries) throws IOException {
        Process process = git.start("mktree");
        process.getOutputStream().write(entries.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }
}
