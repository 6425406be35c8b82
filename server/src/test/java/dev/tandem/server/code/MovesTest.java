package dev.tandem.server.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.RunningServer;
import dev.tandem.server.code.ssh.SshGit;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Role;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Projects and groups get other addresses, and are found at the old ones, by browsers, clients of the API and git. */
class MovesTest {
    private static final String ROOT = RunningServer.TOKEN;

    @TempDir
    static Path data;

    private static RunningServer server;
    private static CodeFixture fixture;
    private static CodeFixture.Person mei;
    private static RunningServer.Browser browser;

    @TempDir
    Path work;

    @BeforeAll
    static void start() {
        server = RunningServer.start(data, "--ssh", "true", "--ssh-port", "0");
        fixture = new CodeFixture(server);
        mei = fixture.person("mei");
        browser = server.browser();
        browser.signIn("root", RunningServer.PASSWORD);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aRenamedProjectIsFoundAtItsOldAddressByEverybodyWhoMaySeeIt() {
        Project project = fixture.project(fixture.root(), "before", false);
        Git git = Git.init(work.resolve("mine"));
        String url = fixture.url(project, fixture.root());
        git.must("push", "-q", url, "main");

        JsonNode renamed = json(api("PUT", "/projects/" + project.id(), ROOT, "{\"path\":\"after\"}"));
        assertThat(renamed.get("path_with_namespace").asString()).isEqualTo("root/after");
        assertThat(renamed.get("name").asString()).isEqualTo("before");

        assertThat(to(browser.get("/root/before"))).isEqualTo("/root/after");
        assertThat(to(browser.get("/root/BEFORE/-/commits/main?page=2")))
                .isEqualTo("/root/after/-/commits/main?page=2");
        HttpResponse<String> resource = api("GET", "/projects/root%2Fbefore/repository/tree?ref=main", ROOT, null);
        assertThat(resource.statusCode()).isEqualTo(301);
        assertThat(resource.headers().firstValue("Location"))
                .contains("/api/v4/projects/" + project.id() + "/repository/tree?ref=main");
        assertThat(api("PUT", "/projects/root%2Fbefore", ROOT, "{\"name\":\"x\"}")
                        .statusCode())
                .isEqualTo(405);
        // Nobody else learns where it went.
        assertThat(api("GET", "/projects/root%2Fbefore", mei.token(), null).statusCode())
                .isEqualTo(404);
        assertThat(to(server.send("GET", "/root/before"))).isEqualTo("/-/sign-in?to=%2Froot%2Fbefore");

        assertThat(Git.in(work).run("clone", "-q", url, "theirs").ok()).isTrue();
        git.commit("more.txt", "more\n", "More");
        assertThat(git.run("push", url, "main").output()).contains("main -> main");
        assertThat(browser.get("/root/after/-/blob/main/more.txt").statusCode()).isEqualTo(200);
    }

    @Test
    void aNewProjectTakesTheAddressOver() {
        Project first = fixture.project(fixture.root(), "taken", false);
        assertThat(api("PUT", "/projects/" + first.id(), ROOT, "{\"path\":\"gone\"}")
                        .statusCode())
                .isEqualTo(200);
        Project second = fixture.project(fixture.root(), "Taken", false);

        assertThat(json(api("GET", "/projects/root%2Ftaken", ROOT, null))
                        .get("id")
                        .asLong())
                .isEqualTo(second.id());
        // Also when the newer one goes again: its address was the last one's.
        assertThat(api("PUT", "/projects/" + second.id(), ROOT, "{\"path\":\"other\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(to(browser.get("/root/taken"))).isEqualTo("/root/other");
        assertThat(api("PUT", "/projects/" + first.id(), ROOT, "{\"path\":\"OTHER\"}")
                        .body())
                .contains("has already been taken");
        // Back to where it was.
        assertThat(api("PUT", "/projects/" + second.id(), ROOT, "{\"path\":\"taken\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(browser.get("/root/taken").statusCode()).isEqualTo(200);
        assertThat(to(browser.get("/root/other"))).isEqualTo("/root/taken");
        // Only the case of a letter.
        assertThat(json(api("PUT", "/projects/" + second.id(), ROOT, "{\"path\":\"TAKEN\"}"))
                        .get("path")
                        .asString())
                .isEqualTo("TAKEN");
        assertThat(browser.get("/root/taken").statusCode()).isEqualTo(200);
    }

    @Test
    void aProjectGoesWhereItsOwnerMayMakeOne() {
        Project project = fixture.project(mei, "mine", false);
        long closed = group("closed-to-mei", 0, "private");
        long open = group("open-to-mei", 0, "private");
        String transfer = "/projects/" + project.id() + "/transfer";
        assertThat(api("PUT", transfer, mei.token(), "{\"namespace\":" + closed + "}")
                        .statusCode())
                .isEqualTo(404);
        String member = "{\"user_id\":" + mei.user().id() + ",\"access_level\":30}";
        assertThat(api("POST", "/groups/" + open + "/members", ROOT, member).statusCode())
                .isEqualTo(201);

        assertThat(json(api("PUT", transfer, mei.token(), "{\"namespace\":\"open-to-mei\"}"))
                        .get("path_with_namespace")
                        .asString())
                .isEqualTo("open-to-mei/mine");
        assertThat(to(browser.get("/mei/mine"))).isEqualTo("/open-to-mei/mine");
        // A maintainer renames, and takes nothing away.
        CodeFixture.Person omar = fixture.person("omar");
        fixture.member(fixture.reread(project), omar, Role.MAINTAINER);
        assertThat(api("PUT", transfer, omar.token(), "{\"namespace\":\"omar\"}")
                        .statusCode())
                .isEqualTo(403);
        assertThat(api("PUT", "/projects/" + project.id(), omar.token(), "{\"path\":\"ours\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(api("PUT", "/projects/" + project.id(), omar.token(), "{\"path\":\"a b\"}")
                        .statusCode())
                .isEqualTo(400);
        // Home again, where no group owns it.
        assertThat(api("PUT", transfer, mei.token(), "{\"namespace\":\"mei\"}").statusCode())
                .isEqualTo(200);
        assertThat(to(browser.get("/open-to-mei/mine"))).isEqualTo("/mei/ours");
    }

    @Test
    void aGroupMovesWithAllThatIsInIt() {
        long top = group("old-top", 0, "public");
        long team = group("team", top, "public");
        Project project = projectIn("svc", team);
        group("new-home", 0, "public");
        Git git = Git.init(work.resolve("mine"));
        String url = fixture.url(project, fixture.root());
        git.must("push", "-q", url, "main");

        assertThat(json(api("PUT", "/groups/old-top", ROOT, "{\"path\":\"new-top\"}"))
                        .get("full_path")
                        .asString())
                .isEqualTo("new-top");
        JsonNode moved = json(api("POST", "/groups/" + team + "/transfer", ROOT, "{\"group_id\":\"new-home\"}"));
        assertThat(moved.get("full_name").asString()).isEqualTo("new-home / team");

        assertThat(fixture.reread(project).fullPath()).isEqualTo("new-home/team/svc");
        assertThat(to(browser.get("/old-top/team/svc/-/branches"))).isEqualTo("/new-home/team/svc/-/branches");
        assertThat(to(browser.get("/old-top/team"))).isEqualTo("/new-home/team");
        assertThat(to(browser.get("/groups/new-top/team/-/group_members")))
                .isEqualTo("/groups/new-home/team/-/group_members");
        HttpResponse<String> resource = api("GET", "/groups/old-top%2Fteam/projects", ROOT, null);
        assertThat(resource.headers().firstValue("Location")).contains("/api/v4/groups/" + team + "/projects");
        assertThat(json(api("GET", "/groups/new-home/projects?include_subgroups=true", ROOT, null)))
                .hasSize(1);
        assertThat(json(api("GET", "/groups/new-top/descendant_groups", ROOT, null)))
                .isEmpty();
        git.commit("more.txt", "more\n", "More");
        assertThat(git.run("push", url, "main").output()).contains("main -> main");
        assertThat(json(api("POST", "/groups/" + team + "/transfer", ROOT, "{}"))
                        .get("full_path")
                        .asString())
                .isEqualTo("team");
    }

    @Test
    void aGroupDoesNotMoveUnderItselfNorWhereItMayNot() {
        long top = group("own-top", 0, "public");
        long inner = group("own-inner", top, "public");
        long closed = group("own-closed", 0, "private");
        String transfer = "/groups/" + top + "/transfer";

        assertThat(api("POST", transfer, ROOT, "{\"group_id\":" + inner + "}").body())
                .contains("must not lie in the group itself");
        assertThat(api("POST", transfer, ROOT, "{\"group_id\":" + top + "}").body())
                .contains("must not lie in the group itself");
        assertThat(api("POST", transfer, ROOT, "{\"group_id\":" + closed + "}").body())
                .contains("must not be public in a private group");
        String owner = "{\"user_id\":" + mei.user().id() + ",\"access_level\":50}";
        assertThat(api("POST", "/groups/" + top + "/members", ROOT, owner).statusCode())
                .isEqualTo(201);
        assertThat(api("POST", transfer, mei.token(), "{\"group_id\":" + closed + "}")
                        .statusCode())
                .isEqualTo(404);
        assertThat(api("PUT", "/groups/" + top, mei.token(), "{\"path\":\"api\"}")
                        .body())
                .contains("is a reserved word");
        assertThat(api("PUT", "/groups/" + top, mei.token(), "{\"path\":\"MEI\"}")
                        .body())
                .contains("has already been taken");
        HttpResponse<String> page = browser.post(
                "/groups/own-top/-/edit", "/groups/own-top/-/edit/transfer", "parent", Long.toString(inner));
        assertThat(page.statusCode()).isEqualTo(422);
        assertThat(page.body()).contains("A group cannot lie in itself.");
    }

    /** Whichever row cannot be written, nothing has moved: the same as when the process dies there. */
    @Test
    void atWhateverStepATransferEndsNothingHasMovedAndItCanBeTriedAgain() {
        long group = group("half-way", 0, "private");
        long to = group("half-way-to", 0, "private");
        long inner = group("inner", group, "private");
        long project = projectIn("p", inner).id();
        projectIn("q", inner);
        String ofGroup = "/groups/" + group + "/transfer";
        stopAtEachStep("POST", ofGroup, "{\"group_id\":" + to + "}", "{}");
        String ofProject = "/projects/" + project + "/transfer";
        stopAtEachStep("PUT", ofProject, "{\"namespace\":" + to + "}", "{\"namespace\":" + inner + "}");
    }

    private static void stopAtEachStep(String method, String resource, String there, String back) {
        Database database = server.bean(Database.class);
        int steps = 0;
        for (String table :
                List.of("namespaces", "namespace_lines", "paths", "moved_paths", "projects", "audit_events")) {
            for (String verb : List.of("insert", "update", "delete")) {
                List<String> before = rows(database);
                database.write(tx -> tx.sql()
                        .execute("create trigger fault before " + verb + " on " + table
                                + " begin select raise(abort, 'the process died'); end"));
                int status = api(method, resource, ROOT, there).statusCode();
                database.write(tx -> tx.sql().execute("drop trigger fault"));
                if (status == 500) {
                    steps++;
                    assertThat(rows(database)).as(verb + " " + table).isEqualTo(before);
                } else {
                    assertThat(status).isLessThan(300);
                    assertThat(api(method, resource, ROOT, back).statusCode()).isLessThan(300);
                }
            }
        }
        assertThat(steps).as(resource).isGreaterThan(2);
        assertThat(api(method, resource, ROOT, there).statusCode()).isLessThan(300);
    }

    private static List<String> rows(Database database) {
        return Stream.of("namespaces", "namespace_lines", "paths", "moved_paths", "projects", "audit_events", "members")
                .flatMap(table -> database.read(sql -> sql.fetch("select * from " + table)).stream()
                        .map(row -> table + row.intoList()))
                .toList();
    }

    @Test
    void pagesRenameAndTransfer() {
        Project project = fixture.project(fixture.root(), "by-page", false);
        long home = group("page-home", 0, "private");
        String settings = "/root/by-page/-/settings";
        HttpResponse<String> refused = browser.post(settings, settings + "/rename", "path", "tree");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("means something else in addresses");

        assertThat(to(browser.post(settings, settings + "/rename", "path", "page-named")))
                .isEqualTo("/root/page-named/-/settings");
        // A form that was open before still does what it says.
        assertThat(to(browser.post("/root/page-named/-/settings", settings + "/transfer", "namespace", "page-home")))
                .isEqualTo("/page-home/page-named/-/settings");
        assertThat(fixture.reread(project).fullPath()).isEqualTo("page-home/page-named");
        assertThat(to(browser.post("/groups/page-home/-/edit", "/groups/page-home/-/edit/rename", "path", "page-2")))
                .isEqualTo("/groups/page-2/-/edit");
        assertThat(to(browser.post("/groups/page-2/-/edit", "/groups/page-2/-/edit/delete")))
                .isEqualTo("/-/groups");
        // What is gone leads nowhere.
        assertThat(browser.get("/groups/page-home/-/edit").statusCode()).isEqualTo(404);
        assertThat(browser.get(settings).statusCode()).isEqualTo(404);
        assertThat(home).isPositive();
    }

    @Test
    void gitOverSshKnowsOldAddressesDeepInGroups() throws Exception {
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/ssh")),
                "git over SSH is tested with: apt-get install openssh-client");
        Project project = projectIn("ssh", group("ssh-team", group("ssh-top", 0, "private"), "private"));
        Path key = work.resolve("key");
        assertThat(new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString())
                        .start()
                        .waitFor())
                .isZero();
        String json = "{\"title\":\"t\",\"key\":\""
                + Files.readString(work.resolve("key.pub")).strip() + "\"}";
        assertThat(api("POST", "/user/keys", ROOT, json).statusCode()).isEqualTo(201);
        String url =
                server.bean(SshGit.class).url(project.fullPath()).orElseThrow().replace("@localhost", "@127.0.0.1");
        Git git = Git.init(work.resolve("mine"));
        assertThat(ssh(git, key, "push", url, "main").output()).contains("main -> main");

        assertThat(api("PUT", "/groups/ssh-top", ROOT, "{\"path\":\"ssh-moved\"}")
                        .statusCode())
                .isEqualTo(200);

        git.commit("more.txt", "more\n", "More");
        Git.Outcome pushed = ssh(git, key, "push", url, "main");
        assertThat(pushed.output()).contains("main -> main", "This project is now ssh-moved/ssh-team/ssh");
        assertThat(ssh(Git.in(work), key, "clone", "-q", url, "theirs").ok()).isTrue();
        assertThat(work.resolve("theirs/more.txt")).hasContent("more\n");
    }

    private static Git.Outcome ssh(Git git, Path key, String... arguments) throws IOException {
        String command = "ssh -F /dev/null -i " + key
                + " -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null"
                + " -o LogLevel=ERROR";
        String[] all = new String[arguments.length + 2];
        all[0] = "-c";
        all[1] = "core.sshCommand=" + command;
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return git.run(all);
    }

    private static long group(String path, long parent, String visibility) {
        HttpResponse<String> made = api(
                "POST",
                "/groups",
                ROOT,
                "{\"name\":\"" + path + "\",\"path\":\"" + path + "\",\"visibility\":\"" + visibility + "\""
                        + (parent == 0 ? "" : ",\"parent_id\":" + parent) + "}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return json(made).get("id").asLong();
    }

    private static Project projectIn(String path, long namespace) {
        HttpResponse<String> made =
                api("POST", "/projects", ROOT, "{\"name\":\"" + path + "\",\"namespace_id\":" + namespace + "}");
        return server.bean(Projects.class).find(json(made).get("id").asLong()).orElseThrow();
    }

    private static String to(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(302);
        String to = answer.headers().firstValue("Location").orElseThrow();
        return to.startsWith("http") ? to.substring(server.uri().toString().length()) : to;
    }

    private static HttpResponse<String> api(String method, String path, String token, String json) {
        return server.api(method, path, token, json);
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return JsonMapper.builder().build().readTree(answer.body());
    }
}
