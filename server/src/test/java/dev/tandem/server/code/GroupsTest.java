package dev.tandem.server.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.RunningServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Groups in groups and the projects in them: pages, resources and git, on a real server. */
class GroupsTest {
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
        server = RunningServer.start(data);
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
    void aProjectDeepInGroupsIsPushedTo() {
        long top = group("deep", 0);
        long team = group("team", top);
        JsonNode made = json(
                api("POST", "/projects", ROOT, "{\"name\":\"Api\",\"path\":\"api.v2\",\"namespace_id\":" + team + "}"));
        assertThat(made.get("path_with_namespace").asString()).isEqualTo("deep/team/api.v2");
        assertThat(made.get("name_with_namespace").asString()).isEqualTo("deep / team / Api");
        assertThat(made.get("namespace").get("kind").asString()).isEqualTo("group");
        assertThat(made.get("namespace").get("parent_id").asLong()).isEqualTo(top);
        assertThat(made.get("permissions")
                        .get("group_access")
                        .get("access_level")
                        .asInt())
                .isEqualTo(50);
        assertThat(made.get("permissions").get("project_access").isNull()).isTrue();

        Git git = Git.init(work.resolve("mine"));
        String url = server.uri().toString().replace("http://", "http://any:" + ROOT + "@") + "/deep/team/api.v2.git";
        assertThat(git.run("push", url, "main").output()).contains("main -> main");
        assertThat(Git.in(work).run("clone", "-q", url, "theirs").ok()).isTrue();
        assertThat(browser.get("/deep/team/api.v2").body()).contains("README.md");
        assertThat(browser.get("/deep/team/api.v2/-/blob/main/README.md").statusCode())
                .isEqualTo(200);
        assertThat(json(api("GET", "/projects/deep%2Fteam%2Fapi%2Ev2", ROOT, null))
                        .get("id")
                        .asLong())
                .isEqualTo(made.get("id").asLong());
    }

    @Test
    void membersOfAGroupWorkInEveryProjectBelow() {
        long top = group("inherit", 0);
        long inner = group("inner", top);
        project("svc", inner);
        String there = "/projects/inherit%2Finner%2Fsvc";
        assertThat(api("GET", there, mei.token(), null).statusCode()).isEqualTo(404);

        String user = "{\"user_id\":" + mei.user().id() + ",\"access_level\":30}";
        assertThat(api("POST", "/groups/inherit/members", ROOT, user).statusCode())
                .isEqualTo(201);

        JsonNode seen = json(api("GET", there, mei.token(), null));
        assertThat(seen.get("permissions")
                        .get("group_access")
                        .get("access_level")
                        .asInt())
                .isEqualTo(30);
        assertThat(texts(api("GET", there + "/members", mei.token(), null), "username"))
                .isEmpty();
        assertThat(texts(api("GET", there + "/members/all?query=me", mei.token(), null), "username"))
                .containsExactly("mei");
        assertThat(json(api("GET", there + "/members/all/" + mei.user().id(), mei.token(), null))
                        .get("access_level")
                        .asInt())
                .isEqualTo(30);
        assertThat(texts(api("GET", "/groups/inherit/projects?include_subgroups=true", mei.token(), null), "path"))
                .containsExactly("svc");
        assertThat(texts(api("GET", "/groups/inherit/projects", mei.token(), null), "path"))
                .isEmpty();
        assertThat(texts(api("GET", "/groups/inherit/subgroups", mei.token(), null), "full_name"))
                .containsExactly("inherit / inner");
        assertThat(texts(api("GET", "/projects?membership=true&search=svc", mei.token(), null), "path"))
                .containsExactly("svc");
        // A developer of a group makes projects, but no groups.
        assertThat(api("POST", "/projects", mei.token(), "{\"name\":\"own\",\"namespace_id\":" + inner + "}")
                        .statusCode())
                .isEqualTo(201);
        assertThat(json(api(
                                "GET",
                                "/projects/inherit%2Finner%2Fown/members/"
                                        + mei.user().id(),
                                ROOT,
                                null))
                        .get("access_level")
                        .asInt())
                .isEqualTo(50);
        assertThat(create(mei.token(), "more", "more", inner).statusCode()).isEqualTo(403);
    }

    @Test
    void aRoleThatEndsIsAskedForByDay() {
        group("until", 0);
        String there = "/groups/until/members";
        String user = "{\"user_id\":" + mei.user().id() + ",\"access_level\":20,\"expires_at\":\"%s\"}";

        assertThat(api("POST", there, ROOT, user.formatted("2020-01-01")).body())
                .isEqualTo("{\"message\":{\"expires_at\":[\"cannot be a date in the past\"]}}");
        HttpResponse<String> made = api("POST", there, ROOT, user.formatted("2199-01-31"));
        assertThat(json(made).get("expires_at").asString()).isEqualTo("2199-01-31");
        HttpResponse<String> kept = api("PUT", there + "/" + mei.user().id(), ROOT, "{\"access_level\":30}");
        assertThat(json(kept).get("expires_at").asString()).isEqualTo("2199-01-31");
        HttpResponse<String> lasting =
                api("PUT", there + "/" + mei.user().id(), ROOT, "{\"access_level\":30,\"expires_at\":\"\"}");
        assertThat(json(lasting).get("expires_at").isNull()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "a b, can contain only",
        "grüße, can contain only",
        "群组, can contain only",
        ".x, must start",
        "x.git, must not end",
        "x.., must not end",
        "-, is a reserved word",
        "Api, is a reserved word",
        "admin, is a reserved word",
        "TREE, is a reserved word",
        "ROOT, has already been taken"
    })
    void pathsThatCannotStandInAnAddressAreRefused(String path, String why) {
        HttpResponse<String> answer = create(ROOT, "Anything", path, 0);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"path\"").contains(why);
    }

    @Test
    void namesAreFreeAndPathsAreMadeOfThem() {
        HttpResponse<String> made = browser.post(
                "/-/groups/new", "/-/groups/new", "name", "Grüße & 你好 <b>", "path", "", "visibility", "private");

        assertThat(made.headers().firstValue("Location")).contains("/gr-e-b");
        assertThat(browser.get("/gr-e-b").body()).contains("Grüße &amp; 你好 &lt;b&gt;");
        HttpResponse<String> none =
                browser.post("/-/groups/new", "/-/groups/new", "name", "你好", "path", "", "visibility", "private");
        assertThat(none.statusCode()).isEqualTo(422);
        assertThat(none.body()).contains("aria-invalid=\"true\"");
    }

    @Test
    void nothingPublicLiesInAPrivateGroup() {
        long closed = group("closed", 0);
        project("inside", closed);

        assertThat(api("PUT", "/projects/closed%2Finside", ROOT, "{\"visibility\":\"public\"}")
                        .body())
                .contains("must not be public in a private group");
        assertThat(api(
                                "POST",
                                "/projects",
                                ROOT,
                                "{\"name\":\"p\",\"visibility\":\"public\",\"namespace_id\":" + closed + "}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(api("PUT", "/groups/closed", ROOT, "{\"visibility\":\"public\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(api("PUT", "/projects/closed%2Finside", ROOT, "{\"visibility\":\"public\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(api("PUT", "/groups/closed", ROOT, "{\"visibility\":\"private\"}")
                        .body())
                .contains("must stay public while something below is");
        assertThat(server.send("GET", "/closed").body()).contains("closed/inside");
    }

    @Test
    void theLastOwnerStaysUnlessAGroupAboveHasOne() {
        long top = group("owned", 0);
        group("below", top);
        String root = Long.toString(fixture.root().user().id().value());

        assertThat(api("DELETE", "/groups/owned/members/" + root, ROOT, null).statusCode())
                .isEqualTo(403);
        HttpResponse<String> left =
                browser.post("/groups/owned/-/group_members", "/groups/owned/-/group_members/" + root + "/leave");
        assertThat(left.statusCode()).isEqualTo(422);
        assertThat(left.body()).contains("always one owner");
        assertThat(api("DELETE", "/groups/owned%2Fbelow/members/" + root, ROOT, null)
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void projectsAreMadeWhereOneMay() {
        long other = group("others", 0);

        HttpResponse<String> refused =
                api("POST", "/projects", mei.token(), "{\"name\":\"x\",\"namespace_id\":" + other + "}");
        assertThat(refused.body()).isEqualTo("{\"message\":{\"namespace\":[\"is not valid\"]}}");
        HttpResponse<String> form = browser.get("/-/projects/new?namespace=others");
        assertThat(form.body()).contains("<option value=\"others\" selected>");
        HttpResponse<String> made = browser.post(
                "/-/projects/new", "/-/projects/new", "name", "From a form", "path", "", "namespace", "others");
        assertThat(made.headers().firstValue("Location")).contains("/others/from-a-form");
        HttpResponse<String> nowhere =
                browser.post("/-/projects/new", "/-/projects/new", "name", "n", "path", "", "namespace", "nowhere");
        assertThat(nowhere.statusCode()).isEqualTo(422);
    }

    @Test
    void aGroupGoesWithAllThatIsInIt() {
        long top = group("doomed", 0);
        project("thing", group("inner", top));

        assertThat(api("DELETE", "/groups/doomed", ROOT, null).statusCode()).isEqualTo(202);

        assertThat(api("GET", "/projects/doomed%2Finner%2Fthing", ROOT, null).statusCode())
                .isEqualTo(404);
        assertThat(api("GET", "/groups/doomed%2Finner", ROOT, null).statusCode())
                .isEqualTo(404);
        group("doomed", 0);
    }

    @Test
    void namespacesAreListedAndLookedUp() {
        long top = group("spaces", 0);

        HttpResponse<String> mine = api("GET", "/namespaces?per_page=1", ROOT, null);
        assertThat(mine.headers().firstValue("X-Per-Page")).contains("1");
        assertThat(texts(api("GET", "/namespaces?search=root", ROOT, null), "kind"))
                .containsExactly("user");
        assertThat(json(api("GET", "/namespaces/" + top, ROOT, null))
                        .get("web_url")
                        .asString())
                .endsWith("/groups/spaces");
        assertThat(api("GET", "/namespaces/spaces", mei.token(), null).statusCode())
                .isEqualTo(404);
        assertThat(api("GET", "/namespaces/SPACES/exists", mei.token(), null).body())
                .isEqualTo("{\"exists\":true,\"suggests\":[\"SPACES1\"]}");
        assertThat(texts(api("GET", "/groups?search=SPAC&top_level_only=true", ROOT, null), "path"))
                .containsExactly("spaces");
        assertThat(texts(api("GET", "/groups?search=spac", mei.token(), null), "path"))
                .isEmpty();
    }

    @Test
    void groupsAreSortedAndWhereThingsMayGoIsTold() {
        long top = group("sorted", 0);
        long b = json(create(ROOT, "Beta", "sorted-z", top)).get("id").longValue();
        long a = json(create(ROOT, "alpha", "sorted-y", top)).get("id").longValue();
        String all = "/groups/" + top + "/subgroups?order_by=";
        assertThat(texts(api("GET", all + "name", ROOT, null), "path")).containsExactly("sorted-y", "sorted-z");
        assertThat(texts(api("GET", all + "id&sort=asc", ROOT, null), "path")).containsExactly("sorted-z", "sorted-y");
        assertThat(texts(api("GET", all + "path&sort=desc", ROOT, null), "path"))
                .containsExactly("sorted-z", "sorted-y");
        assertThat(api("GET", all + "size", ROOT, null).statusCode()).isEqualTo(400);
        assertThat(api("GET", all + "id&sort=up", ROOT, null).statusCode()).isEqualTo(400);

        String to = "/transfer_locations?search=sorted";
        assertThat(texts(api("GET", "/groups/" + a + to, ROOT, null), "full_path"))
                .containsExactly("sorted/sorted-z");
        assertThat(texts(api("GET", "/groups/" + top + to, ROOT, null), "full_path"))
                .isEmpty();
        HttpResponse<String> made = api("POST", "/projects", ROOT, "{\"name\":\"goes\",\"namespace_id\":" + b + "}");
        String project = "/projects/" + json(made).get("id").longValue();
        assertThat(texts(api("GET", project + to, ROOT, null), "full_path"))
                .containsExactly("sorted", "sorted/sorted-y");
        assertThat(api("GET", project + to, mei.token(), null).statusCode()).isEqualTo(404);
    }

    @Test
    void groupsLieTwentyDeepAtMost() {
        long parent = 0;
        for (int i = 0; i < 20; i++) {
            parent = group("g", parent);
        }
        assertThat(create(ROOT, "g", "g", parent).body()).contains("lies too deep");
    }

    @Test
    void everyPageShowsInBothLanguages() {
        long top = group("shown", 0);
        group("inner", top);
        project("p", top);
        for (String page : List.of(
                "/shown",
                "/shown/",
                "/root",
                "/-/groups",
                "/-/groups/new",
                "/-/groups/new?parent=" + top,
                "/groups/shown/-/group_members",
                "/groups/shown/inner/-/group_members",
                "/groups/shown/-/edit",
                "/-/projects/new")) {
            for (String language : List.of("en", "zh-CN")) {
                HttpResponse<String> answer = browser.get(page, "Accept-Language", language);
                assertThat(answer.statusCode()).as(page).isEqualTo(200);
                assertThat(answer.body())
                        .as(page)
                        .contains("<html lang=\"" + language + "\"")
                        .doesNotContain(">identity.", "\"identity.", ">code.", "\"code.");
            }
        }
        assertThat(server.send("GET", "/shown").headers().firstValue("Location"))
                .contains("/-/sign-in?to=%2Fshown");
    }

    private static long group(String path, long parent) {
        HttpResponse<String> made = create(ROOT, path, path, parent);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return json(made).get("id").asLong();
    }

    private static HttpResponse<String> create(String token, String name, String path, long parent) {
        return api(
                "POST",
                "/groups",
                token,
                "{\"name\":\"" + name + "\",\"path\":\"" + path + "\"" + (parent == 0 ? "" : ",\"parent_id\":" + parent)
                        + "}");
    }

    private static void project(String path, long namespace) {
        assertThat(api("POST", "/projects", ROOT, "{\"name\":\"" + path + "\",\"namespace_id\":" + namespace + "}")
                        .statusCode())
                .isEqualTo(201);
    }

    private static HttpResponse<String> api(String method, String path, String token, String json) {
        return server.api(method, path, token, json);
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return JsonMapper.builder().build().readTree(answer.body());
    }

    private static List<String> texts(HttpResponse<String> answer, String field) {
        return json(answer)
                .valueStream()
                .map(each -> each.get(field).asString())
                .toList();
    }
}
