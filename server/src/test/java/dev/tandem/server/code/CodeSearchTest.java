package dev.tandem.server.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.RunningServer;
import dev.tandem.server.code.CodeSearch.Hit;
import dev.tandem.server.code.CodeSearch.Wanted;
import dev.tandem.server.code.search.TextIndex;
import dev.tandem.server.platform.access.Role;
import dev.tandem.testkit.Await;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Search in code: by index, beside an old index, without one; for whoever may read it and nobody else. */
class CodeSearchTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    static Path data;

    @TempDir
    static Path work;

    private static RunningServer server;
    private static CodeFixture fixture;
    private static CodeFixture.Person mei;
    private static Project project;
    private static Git git;
    private static String before;
    private static String after;

    @BeforeAll
    static void start() {
        server = RunningServer.start(data);
        fixture = new CodeFixture(server);
        mei = fixture.person("mei");
        project = fixture.project(mei, "searched", false);
        git = Git.init(work.resolve("searched"));
        git.commit("src/Basket.java", "class Basket {\n  int cents;\n}\n", "Basket");
        git.commit("docs/basket.md", "# Basket\nA KELVIN of \u212aelvins.\n", "Docs");
        before = git.commit("gone.txt", "int cents in a file that goes\n", "To go");
        git.must("rm", "-q", "gone.txt");
        after = git.commit("src/Later.java", "class Later { int cents; }\n", "Later");
        push();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void eachCommitIsSearchedAsItIsWhateverTheIndexStandsFor() {
        assertThat(paths(after, words("INT CENTS"))).containsExactly("src/Basket.java", "src/Later.java");
        assertThat(paths(before, words("int cents"))).containsExactly("gone.txt", "src/Basket.java");
        assertThat(paths(after, expression("k.lvin|class l"))).containsExactly("docs/basket.md", "src/Later.java");
        assertThat(paths(before, expression("k.lvin|class l"))).containsExactly("docs/basket.md");
        assertThat(paths(after, words("{"))).containsExactly("src/Basket.java", "src/Later.java");
        assertThat(paths(after, new CodeSearch.Query(new Wanted.Words("basket"), FileFilter.path("DOCS/"))))
                .containsExactly("docs/basket.md");
        assertThat(paths(after, new CodeSearch.Query(new Wanted.Words("cents"), FileFilter.path("*ter.java"))))
                .isEmpty();
        assertThat(paths(after, new CodeSearch.Query(new Wanted.Words("cents"), FileFilter.path("la*.java"))))
                .containsExactly("src/Later.java");
        assertThat(paths(after, new CodeSearch.Query(new Wanted.Words(""), FileFilter.path("src/*"))))
                .containsExactly("src/Basket.java", "src/Later.java");
    }

    @Test
    void aDamagedIndexIsMadeAnewAndNobodyGetsAWrongAnswer() throws IOException {
        try (var files = Files.list(data.resolve("search"))) {
            for (Path file : files.filter(each -> each.getFileName().toString().endsWith(".cfs"))
                    .toList()) {
                Files.write(file, new byte[(int) Files.size(file)]);
            }
        }
        server.bean(SearchUpkeep.class).verify();

        assertThat(paths(after, words("int cents"))).containsExactly("src/Basket.java", "src/Later.java");
        awaitIndex();
        assertThat(paths(after, words("int cents"))).containsExactly("src/Basket.java", "src/Later.java");
    }

    @Test
    void allThatOneMayReadIsSearchedAndNothingElse() {
        CodeFixture.Person guest = fixture.person("guest");
        fixture.member(project, guest, Role.GUEST);
        CodeFixture.Person stranger = fixture.person("stranger");
        Project open = fixture.project(mei, "open-one", true);
        Git other = Git.init(work.resolve("open-one"));
        String head = other.commit("open.txt", "int cents for everybody\n", "Open");
        other.must("push", "-q", fixture.url(open, mei), "main");
        awaitIndex(open, head);

        String blobs = "/search?scope=blobs&search=" + encoded("int cents");
        assertThat(server.api("GET", blobs, mei.token(), null).body())
                .contains("src/Basket.java", "src/Later.java", "open.txt", "\"ref\":\"main\"");
        for (CodeFixture.Person person : List.of(guest, stranger)) {
            assertThat(server.api("GET", blobs, person.token(), null).body())
                    .contains("open.txt")
                    .doesNotContain("Basket");
        }
        assertThat(server.api("GET", blobs, null, null).statusCode()).isEqualTo(401);
        assertThat(server.send("GET", "/-/search?search=" + encoded("int cents"))
                        .body())
                .contains("mei/open-one: open.txt")
                .doesNotContain("Basket");
        assertThat(server.send("GET", "/-/search?search=open-on").body()).contains("href=\"/mei/open-one\"");
        assertThat(server.api("GET", "/search?scope=projects&search=searche", mei.token(), null)
                        .body())
                .contains("\"path_with_namespace\":\"mei/searched\"");
        assertThat(server.api("GET", "/search?scope=projects&search=searche", stranger.token(), null)
                        .body())
                .isEqualTo("[]");
        assertThat(server.api("GET", "/search?scope=commits&search=later", mei.token(), null)
                        .body())
                .contains("\"title\":\"Later\"", "\"project_id\":" + project.id());
        assertThat(server.api("GET", "/search?scope=wiki_blobs&search=later", mei.token(), null)
                        .statusCode())
                .isEqualTo(400);

        server.bean(Projects.class)
                .edit(mei.actor(), open, new ProjectEdit("open-one", "", false, "main"))
                .ifPresent(problem -> {
                    throw new AssertionError(problem);
                });
        assertThat(server.api("GET", blobs, stranger.token(), null).body()).isEqualTo("[]");
        server.bean(Projects.class).delete(mei.actor(), open);
        assertThat(server.api("GET", blobs, mei.token(), null).body()).doesNotContain("open.txt");
        Await.until("the project is forgotten", () -> !states().containsKey(open.id()));
    }

    @Test
    void theApiTakesGitLabsFilters() {
        String search = "/projects/" + project.id() + "/search?scope=blobs&search=";

        assertThat(server.api("GET", search + encoded("cents extension:java filename:bas*"), mei.token(), null)
                        .body())
                .contains("src/Basket.java")
                .doesNotContain("Later");
        assertThat(server.api("GET", search + encoded("path:docs"), mei.token(), null)
                        .body())
                .contains("\"path\":\"docs/basket.md\"", "\"startline\":1");
        assertThat(server.api("GET", search + "cents&ref=" + before, mei.token(), null)
                        .body())
                .contains("gone.txt", "\"ref\":\"" + before + "\"");
        assertThat(server.api(
                                "GET",
                                "/projects/" + project.id() + "/search?scope=commits&search=docs",
                                mei.token(),
                                null)
                        .body())
                .contains("\"title\":\"Docs\"")
                .doesNotContain("\"title\":\"Later\"");
    }

    @Test
    void anotherDefaultBranchIsFollowed() {
        Project moving = fixture.project(mei, "moving", false);
        Git other = Git.init(work.resolve("moving"));
        other.must("checkout", "-q", "-b", "next");
        String next = other.commit("next.txt", "only here\n", "Next");
        other.must("push", "-q", fixture.url(moving, mei), "main", "next");

        server.bean(Projects.class)
                .edit(mei.actor(), fixture.reread(moving), new ProjectEdit("moving", "", false, "next"));

        awaitIndex(moving, next);
        assertThat(server.api("GET", "/search?scope=blobs&search=" + encoded("only here"), mei.token(), null)
                        .body())
                .contains("next.txt", "\"ref\":\"next\"");
    }

    private static void push() {
        git.must("push", "-q", fixture.url(project, mei), "main");
        awaitIndex();
    }

    private static void awaitIndex() {
        awaitIndex(project, after);
    }

    private static void awaitIndex(Project project, String sha) {
        Await.until("the index stands for " + sha, () -> sha.equals(states().get(project.id())));
    }

    private static Map<Long, String> states() throws IOException {
        try (TextIndex.View view = server.bean(TextIndex.class).view()) {
            return view.states();
        }
    }

    private static List<String> paths(String sha, CodeSearch.Query query) {
        CodeSearch.Found found = server.bean(CodeSearch.class).search(project.id(), sha, query, PATIENCE);
        assertThat(found.reach()).isEqualTo(CodeSearch.Reach.ALL);
        return found.hits().stream().map(Hit::path).distinct().toList();
    }

    private static CodeSearch.Query words(String text) {
        return new CodeSearch.Query(new Wanted.Words(text), FileFilter.ALL);
    }

    private static CodeSearch.Query expression(String regex) {
        return new CodeSearch.Query(Wanted.Expression.of(regex).orElseThrow(), FileFilter.ALL);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
