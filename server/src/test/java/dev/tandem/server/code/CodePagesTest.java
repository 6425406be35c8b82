package dev.tandem.server.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.RunningServer;
import dev.tandem.server.identity.Accounts;
import dev.tandem.server.identity.MemberSource;
import dev.tandem.server.identity.Members;
import dev.tandem.server.platform.access.Role;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages and REST of a project with hostile names in it. */
class CodePagesTest {
    private static final String EVIL = "<img src=x onerror=alert(1)>";

    @TempDir
    static Path data;

    @TempDir
    static Path work;

    private static RunningServer server;
    private static CodeFixture fixture;
    private static Project project;
    private static RunningServer.Browser root;
    private static String head;

    @BeforeAll
    static void start() {
        server = RunningServer.start(data);
        fixture = new CodeFixture(server);
        project = fixture.project(fixture.root(), "shop", false);
        Git git = Git.init(work.resolve("shop"));
        git.commit("dir/" + EVIL + ";a b.html", "<script>alert(1)</script>\nsecond\n", EVIL);
        git.commit("data.bin", "a\0b", "Binary");
        git.must("checkout", "-q", "-b", "feature/x");
        head = git.commit("dir/x.txt", "x\n", "On a branch with a slash");
        git.must("push", fixture.url(project, fixture.root()), "main", "feature/x");
        root = server.browser();
        root.signIn("root", RunningServer.PASSWORD);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void theOverviewShowsFilesAndReadme() {
        assertThat(page("/root/shop")).contains("README.md", "hello", "git clone");
    }

    @Test
    void hostileNamesMessagesAndContentStayText() {
        for (String path : new String[] {
            "/root/shop",
            "/root/shop/-/tree/main/dir",
            "/root/shop/-/commits/main",
            "/root/shop/-/commit/" + fixtureCommit(),
            "/root/shop/-/blob/main/dir/%3Cimg%20src=x%20onerror=alert(1)%3E%3Ba%20b.html"
        }) {
            assertThat(page(path)).doesNotContain("<img", "<script>alert");
        }
    }

    @Test
    void aBranchWithASlashIsFound() {
        assertThat(page("/root/shop/-/tree/feature/x/dir")).contains("x.txt");
        assertThat(page("/root/shop/-/blob/feature/x/dir/x.txt")).contains("id=\"L1\"");
        assertThat(page("/root/shop/-/commits/feature/x")).contains("On a branch with a slash");
        assertThat(page("/root/shop/-/commit/" + head)).contains("class=\"add\"");
    }

    @Test
    void aRawFileIsSandboxed() {
        HttpResponse<String> raw =
                root.get("/root/shop/-/raw/main/dir/%3Cimg%20src=x%20onerror=alert(1)%3E%3Ba%20b.html");

        assertThat(raw.statusCode()).isEqualTo(200);
        assertThat(raw.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
        assertThat(raw.headers().allValues("Content-Security-Policy")).anyMatch(policy -> policy.startsWith("sandbox"));
        assertThat(raw.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    }

    @Test
    void aBinaryFileIsNotShown() {
        assertThat(page("/root/shop/-/blob/main/data.bin")).contains("A binary file");
    }

    @Test
    void whatDoesNotExistIsNotFound() {
        for (String path : new String[] {
            "/root/nothing",
            "/root/shop/-/tree/nothing",
            "/root/shop/-/blob/main/nothing",
            "/root/shop/-/commit/zzz",
            "/root/shop/-/blob/main/..%2f..%2fetc",
            "/root/shop/-/tree/main~1"
        }) {
            assertThat(root.get(path).statusCode()).as(path).isEqualTo(404);
        }
    }

    @Test
    void strangersSeeNothingAndMembersOnlyWhatTheirRoleAllows() {
        CodeFixture.Person stranger = fixture.person("stranger");
        CodeFixture.Person developer = fixture.person("developer");
        fixture.member(project, developer, Role.DEVELOPER);
        String id = "/projects/" + project.id();

        for (String path : new String[] {
            id,
            id + "/repository/tree",
            id + "/repository/commits",
            id + "/repository/branches",
            id + "/repository/files/README.md?ref=main",
            id + "/repository/tags",
            id + "/protected_branches"
        }) {
            assertThat(server.api("GET", path, stranger.token(), null).statusCode())
                    .as(path)
                    .isEqualTo(404);
            assertThat(server.api("GET", path, developer.token(), null).statusCode())
                    .as(path)
                    .isEqualTo(200);
        }
        assertThat(server.api("PUT", id, developer.token(), "{\"name\":\"x\"}").statusCode())
                .isEqualTo(403);
        assertThat(server.api("DELETE", id, developer.token(), null).statusCode())
                .isEqualTo(403);
        assertThat(server.api("POST", id + "/protected_branches", developer.token(), "{\"name\":\"x\"}")
                        .statusCode())
                .isEqualTo(403);
        assertThat(server.browser().get("/root/shop/-/settings").statusCode()).isEqualTo(302);
    }

    @Test
    void whoLacksTheRoleChangesNothingByForms() {
        CodeFixture.Person developer = fixture.person("formdeveloper");
        fixture.member(project, developer, Role.DEVELOPER);
        RunningServer.Browser browser = server.browser();
        Accounts.Invited.Done invited = server.bean(Accounts.class)
                .inviteAgain(fixture.root().actor(), developer.user().id())
                .orElseThrow();
        String link = "/-/invitations/" + invited.secret();
        browser.post(link, link, "password", "words of a developer", "again", "words of a developer");
        String settings = "/root/shop/-/settings";
        String from = "/-/profile/password";

        assertThat(browser.get("/root/shop").statusCode()).isEqualTo(200);
        assertThat(browser.get(settings).statusCode()).isEqualTo(403);
        assertThat(browser.post(from, settings, "name", "Taken over", "visibility", "public")
                        .statusCode())
                .isEqualTo(403);
        assertThat(browser.post(from, settings + "/protected-branches", "name", "x", "push", "30")
                        .statusCode())
                .isEqualTo(403);
        assertThat(browser.post(from, settings + "/unprotect", "name", "main").statusCode())
                .isEqualTo(403);
        assertThat(browser.post(from, settings + "/delete").statusCode()).isEqualTo(403);
        assertThat(fixture.reread(project).name()).isEqualTo("shop");
        assertThat(fixture.reread(project).isPublic()).isFalse();
        assertThat(server.bean(ProtectedBranches.class).isProtected(project.id(), "main"))
                .isTrue();
    }

    @Test
    void aMaintainerManagesAProjectButDoesNotDeleteIt() {
        CodeFixture.Person maintainer = fixture.person("maintainer");
        fixture.member(project, maintainer, Role.MAINTAINER);

        assertThat(server.api("PUT", "/projects/" + project.id(), maintainer.token(), "{\"description\":\"\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(server.api("DELETE", "/projects/" + project.id(), maintainer.token(), null)
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void aDeletedProjectLeavesNoMembers() {
        CodeFixture.Person member = fixture.person("leftmember");
        Project gone = fixture.project(fixture.root(), "gone", false);
        fixture.member(gone, member, Role.DEVELOPER);

        server.bean(Projects.class).delete(fixture.root().actor(), gone);

        assertThat(server.bean(Members.class)
                        .role(
                                new MemberSource.OfProject(gone.id()),
                                member.user().id()))
                .isEmpty();
    }

    @Test
    void aProjectIsMadeEditedAndDeletedByRest() {
        HttpResponse<String> made = server.api(
                "POST",
                "/projects",
                RunningServer.TOKEN,
                "{\"name\":\"Made by REST\",\"visibility\":\"public\",\"initialize_with_readme\":true}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        assertThat(made.body())
                .contains("\"path_with_namespace\":\"root/made-by-rest\"", "\"default_branch\":\"main\"");

        String path = "/projects/root%2Fmade-by-rest";
        assertThat(server.api("GET", path + "/repository/files/README%2Emd?ref=HEAD", null, null)
                        .body())
                .contains("\"encoding\":\"base64\"");
        assertThat(server.api("GET", path + "/repository/files/README.md/raw", null, null)
                        .body())
                .startsWith("# Made by REST");
        assertThat(server.api("PUT", path, RunningServer.TOKEN, "{\"description\":\"new\"}")
                        .body())
                .contains("\"description\":\"new\"");
        assertThat(server.api("POST", "/projects", RunningServer.TOKEN, "{\"path\":\"Made-By-Rest\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(server.api("DELETE", path, RunningServer.TOKEN, null).statusCode())
                .isEqualTo(202);
        assertThat(server.api("GET", path, RunningServer.TOKEN, null).statusCode())
                .isEqualTo(404);
    }

    @Test
    void aProjectIsMadeAndDeletedByPages() {
        HttpResponse<String> bad = root.post("/-/projects/new", "/-/projects/new", "name", "x", "path", "a b");
        assertThat(bad.statusCode()).isEqualTo(422);
        HttpResponse<String> made = root.post("/-/projects/new", "/-/projects/new", "name", "By page");
        assertThat(made.headers().firstValue("Location").orElse("")).endsWith("/root/by-page");
        assertThat(page("/root/by-page")).contains("git push --set-upstream origin main");
        assertThat(page("/root/by-page/-/settings")).contains("Delete");
        assertThat(root.post("/root/by-page/-/settings", "/root/by-page/-/settings/delete")
                        .statusCode())
                .isEqualTo(302);
        assertThat(root.get("/root/by-page").statusCode()).isEqualTo(404);
    }

    @Test
    void theListShowsProjectsToThoseWhoMaySeeThem() {
        assertThat(page("/")).contains("root/shop");
        assertThat(server.browser().get("/").body()).doesNotContain("root/shop");
    }

    private static String fixtureCommit() {
        return server.bean(Repositories.class)
                .resolve(project.id(), "main")
                .flatMap(sha -> server.bean(Repositories.class).commit(project.id(), sha))
                .map(commit -> commit.parents().getFirst())
                .orElseThrow();
    }

    private static String page(String path) {
        HttpResponse<String> response = root.get(path);
        assertThat(response.statusCode()).as(path + "\n" + response.body()).isEqualTo(200);
        return response.body();
    }
}
