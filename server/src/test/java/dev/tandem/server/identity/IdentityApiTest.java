package dev.tandem.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.RunningServer;
import dev.tandem.server.code.NewProject;
import dev.tandem.server.code.ProjectCreation;
import dev.tandem.server.code.Projects;
import dev.tandem.server.platform.Database;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Pages and resources of identity, asked by people with and without the role, through a real server. */
class IdentityApiTest {
    @TempDir
    static Path data;

    private static RunningServer server;
    private static String mei;
    private static String omar;
    private static long meiId;
    private static long omarId;

    @BeforeAll
    static void start() {
        server = RunningServer.start(data);
        meiId = user("mei");
        omarId = user("omar");
        mei = token(meiId, TokenScope.API);
        omar = token(omarId, TokenScope.API);
        project("shop", false);
        project("open", true);
        assertThat(api(
                                "POST",
                                "/projects/root%2Fshop/members",
                                RunningServer.TOKEN,
                                "{\"user_id\":" + meiId + ",\"access_level\":30}")
                        .statusCode())
                .isEqualTo(201);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void whoAmI() {
        HttpResponse<String> answer = api("GET", "/user", mei, null);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        JsonNode user = json(answer);
        assertThat(user.get("username").asString()).isEqualTo("mei");
        assertThat(user.get("email").asString()).isEqualTo("mei@example.test");
        assertThat(user.get("created_at").asString()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(user.get("is_admin").booleanValue()).isFalse();
        assertThat(server.send("GET", "/api/v4/user", "Authorization", "Bearer " + mei)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aWrongTokenIsRefusedEvenWhereAnybodyMayRead() {
        for (String header : List.of("PRIVATE-TOKEN", "JOB-TOKEN")) {
            HttpResponse<String> answer =
                    server.send("GET", "/api/v4/projects/root%2Fopen/members", header, "glpat-wrong");
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.body()).isEqualTo("{\"message\":\"401 Unauthorized\"}");
            assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        }
        assertThat(server.send("GET", "/api/v4/projects/root%2Fopen/members").statusCode())
                .isEqualTo(200);
    }

    @Test
    void whatMayNotBeSeenLooksAsIfItWereNotThere() {
        HttpResponse<String> hidden = api("GET", "/projects/root%2Fshop/members", omar, null);
        HttpResponse<String> absent = api("GET", "/projects/root%2Fnothing/members", omar, null);

        assertThat(hidden.statusCode()).isEqualTo(404);
        assertThat(hidden.body()).isEqualTo("{\"message\":\"404 Project Not Found\"}");
        assertThat(absent.body()).isEqualTo(hidden.body());
        assertThat(server.send("GET", "/api/v4/projects/root%2Fshop/members").statusCode())
                .isEqualTo(404);
    }

    @Test
    void whoMaySeeButNotChangeIsForbidden() {
        HttpResponse<String> answer =
                api("POST", "/projects/root%2Fshop/members", mei, "{\"username\":\"omar\",\"access_level\":10}");

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).isEqualTo("{\"message\":\"403 Forbidden\"}");
        assertThat(server.send("POST", "/api/v4/projects/root%2Fopen/members").statusCode())
                .isEqualTo(401);
    }

    @Test
    void membersAreAddedChangedAndRemoved() {
        project("team", false);
        HttpResponse<String> added = api(
                "POST",
                "/projects/root%2Fteam/members",
                RunningServer.TOKEN,
                "{\"username\":\"omar\",\"access_level\":40}");
        assertThat(added.statusCode()).isEqualTo(201);
        assertThat(json(added).get("access_level").intValue()).isEqualTo(40);
        assertThat(json(added).get("created_by").get("username").asString()).isEqualTo("root");

        assertThat(api("POST", "/projects/root%2Fteam/members", omar, "{\"username\":\"mei\",\"access_level\":50}")
                        .statusCode())
                .as("a maintainer makes no owner")
                .isEqualTo(403);
        assertThat(api("POST", "/projects/root%2Fteam/members", omar, "{\"username\":\"mei\",\"access_level\":20}")
                        .statusCode())
                .isEqualTo(201);
        assertThat(api("POST", "/projects/root%2Fteam/members", omar, "{\"username\":\"mei\",\"access_level\":20}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(json(api("PUT", "/projects/root%2Fteam/members/" + meiId, omar, "{\"access_level\":30}"))
                        .get("access_level")
                        .intValue())
                .isEqualTo(30);
        assertThat(api("DELETE", "/projects/root%2Fteam/members/1", omar, null).statusCode())
                .as("a maintainer removes no owner")
                .isEqualTo(403);
        assertThat(api("DELETE", "/projects/root%2Fteam/members/" + meiId, omar, null)
                        .statusCode())
                .isEqualTo(204);
        assertThat(api("DELETE", "/projects/root%2Fteam/members/1", RunningServer.TOKEN, null)
                        .statusCode())
                .as("the last owner stays")
                .isEqualTo(403);
    }

    @Test
    void listsCarryTheirPagingHeaders() {
        HttpResponse<String> page =
                api("GET", "/projects/root%2Fshop/members?per_page=1&page=1&x=a%20b", RunningServer.TOKEN, null);

        assertThat(page.headers().firstValue("X-Total")).contains("2");
        assertThat(page.headers().firstValue("X-Total-Pages")).contains("2");
        assertThat(page.headers().firstValue("X-Next-Page")).contains("2");
        assertThat(page.headers().firstValue("X-Prev-Page")).contains("");
        assertThat(page.headers().firstValue("Link").orElseThrow())
                .contains("<" + server.uri()
                        + "/api/v4/projects/root%2Fshop/members?x=a%20b&page=2&per_page=1>; rel=\"next\"")
                .contains("rel=\"first\"")
                .contains("rel=\"last\"");
        assertThat(json(page)).hasSize(1);
    }

    @Test
    void everyEncodingOfAPathReachesTheSameResource() {
        for (String id : List.of("root%2Fshop", "root%2fshop", "%72oot%2Fshop", "root%2Fsh%6Fp")) {
            assertThat(api("GET", "/projects/" + id + "/members/all/" + meiId, mei, null)
                            .statusCode())
                    .as(id)
                    .isEqualTo(200);
        }
        for (String odd : List.of(
                "/projects/a%2Eb%25c%3Bd/members", "/projects/x%5Fy%2Dz/members", "/projects/a%2F%2Fb/members")) {
            HttpResponse<String> answer = api("GET", odd, mei, null);
            assertThat(answer.statusCode()).as(odd).isEqualTo(404);
            assertThat(answer.body()).isEqualTo("{\"message\":\"404 Project Not Found\"}");
        }
    }

    @Test
    void parametersComeFromQueryFormAndJson() {
        assertThat(json(api("GET", "/users?username=MEI&unknown[]=1", mei, null)))
                .hasSize(1);
        project("forms", false);
        HttpResponse<String> form = server.sendForm(
                "POST", "/api/v4/projects/root%2Fforms/members", RunningServer.TOKEN, "username=mei&access_level=30");
        assertThat(form.statusCode()).isEqualTo(201);
        HttpResponse<String> put = server.sendForm(
                "PUT", "/api/v4/projects/root%2Fforms/members/" + meiId, RunningServer.TOKEN, "access_level=20");
        assertThat(json(put).get("access_level").intValue()).isEqualTo(20);
    }

    @Test
    void mistakesAreNamed() {
        assertThat(api("POST", "/projects/root%2Fshop/members", RunningServer.TOKEN, "{}")
                        .body())
                .isEqualTo("{\"error\":\"user_id is missing\"}");
        assertThat(api("POST", "/projects/root%2Fshop/members", RunningServer.TOKEN, "{\"user_id\":")
                        .statusCode())
                .isEqualTo(400);
        assertThat(api("GET", "/nothing/here", mei, null).body()).isEqualTo("{\"error\":\"404 Not Found\"}");
        assertThat(api("PATCH", "/user", mei, null).statusCode()).isEqualTo(405);
        assertThat(api("GET", "/users/abc", mei, null).statusCode()).isEqualTo(404);
    }

    @Test
    void addressesAreInvitedListedChangedAndWithdrawn() {
        project("guarded", false);
        String all = "/projects/root%2Fguarded/invitations";
        String two = "{\"email\":\"a@example.test,b@example.test\",\"access_level\":30,\"expires_at\":\"2999-01-31\"}";
        assertThat(api("POST", all, mei, two).statusCode()).isEqualTo(404);

        JsonNode made = json(api("POST", all, RunningServer.TOKEN, two));
        assertThat(made.get("status").asString()).isEqualTo("success");
        assertThat(made.get("invite_urls").get("a@example.test").asString())
                .as("without a mail server somebody must hand it over")
                .contains("/-/join/");
        JsonNode again = json(api("POST", all, RunningServer.TOKEN, two));
        assertThat(again.get("status").asString()).isEqualTo("error");
        assertThat(again.at("/message/b@example.test").asString())
                .isEqualTo("The member's email address has already been taken");
        JsonNode bad = json(api("POST", all, RunningServer.TOKEN, "{\"email\":\"nobody\",\"access_level\":30}"));
        assertThat(bad.at("/message/nobody").asString()).isEqualTo("email is invalid");
        JsonNode direct =
                json(api("POST", all, RunningServer.TOKEN, "{\"user_id\":" + meiId + ",\"access_level\":40}"));
        assertThat(direct.get("status").asString()).isEqualTo("success");
        JsonNode member = json(api("POST", all, mei, "{\"email\":\"MEI@example.test\",\"access_level\":10}"));
        assertThat(member.at("/message/MEI@example.test").asString()).isEqualTo("Member already exists");
        assertThat(api("POST", all, mei, "{\"email\":\"c@example.test\",\"access_level\":50}")
                        .statusCode())
                .as("above the inviter's own role")
                .isEqualTo(403);
        assertThat(api("POST", all, RunningServer.TOKEN, "{\"access_level\":30}")
                        .statusCode())
                .isEqualTo(400);

        JsonNode found = json(api("GET", all + "?query=B@", RunningServer.TOKEN, null));
        assertThat(found).hasSize(1);
        assertThat(found.at("/0/invite_email").asString()).isEqualTo("b@example.test");
        assertThat(found.at("/0/access_level").intValue()).isEqualTo(30);
        assertThat(found.at("/0/expires_at").asString()).isEqualTo("2999-01-31");
        JsonNode changed = json(api(
                "PUT", all + "/b%40example.test", RunningServer.TOKEN, "{\"access_level\":20,\"expires_at\":\"\"}"));
        assertThat(changed.get("access_level").intValue()).isEqualTo(20);
        assertThat(changed.get("expires_at").isNull()).isTrue();
        assertThat(api("DELETE", all + "/B%40example.test", RunningServer.TOKEN, null)
                        .statusCode())
                .isEqualTo(204);
        assertThat(api("DELETE", all + "/b%40example.test", RunningServer.TOKEN, null)
                        .statusCode())
                .isEqualTo(404);
        String gone = made.get("invite_urls").get("b@example.test").asString();
        assertThat(server.send("GET", gone.substring(gone.indexOf("/-/"))).statusCode())
                .isEqualTo(404);
    }

    @Test
    void aTokenReachesOnlyAsFarAsItsScopes() {
        String reader = token(meiId, TokenScope.READ_API);
        String git = token(meiId, TokenScope.WRITE_REPOSITORY);

        assertThat(api("GET", "/user", reader, null).statusCode()).isEqualTo(200);
        HttpResponse<String> write = api("DELETE", "/personal_access_tokens/1", reader, null);
        assertThat(write.statusCode()).isEqualTo(403);
        assertThat(write.body()).contains("\"error\":\"insufficient_scope\"").contains("\"scope\":\"api\"");
        assertThat(api("GET", "/user", git, null).statusCode()).isEqualTo(403);
    }

    @Test
    void tokensOfOthersAreNobodysBusiness() {
        long foreign = json(api("GET", "/personal_access_tokens", omar, null))
                .get(0)
                .get("id")
                .longValue();

        assertThat(api("GET", "/personal_access_tokens/" + foreign, mei, null).statusCode())
                .isEqualTo(404);
        assertThat(api("DELETE", "/personal_access_tokens/" + foreign, mei, null)
                        .statusCode())
                .isEqualTo(404);
        assertThat(api("GET", "/personal_access_tokens?user_id=" + omarId, mei, null)
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void aTokenKnowsItselfAndIsRotatedOnce() {
        String old = token(omarId, TokenScope.API);
        JsonNode self = json(api("GET", "/personal_access_tokens/self", old, null));
        assertThat(self.get("user_id").longValue()).isEqualTo(omarId);
        assertThat(self.get("scopes").get(0).asString()).isEqualTo("api");

        HttpResponse<String> rotated =
                api("POST", "/personal_access_tokens/self/rotate", old, "{\"expires_at\":\"2999-01-31\"}");
        assertThat(rotated.statusCode()).isEqualTo(200);
        JsonNode fresh = json(rotated);
        assertThat(fresh.get("expires_at").asString()).isEqualTo("2999-01-31");
        assertThat(fresh.get("name").asString()).isEqualTo(self.get("name").asString());
        assertThat(api("GET", "/user", old, null).statusCode()).isEqualTo(401);
        String successor = fresh.get("token").asString();
        assertThat(api("GET", "/user", successor, null).statusCode()).isEqualTo(200);
        assertThat(api("POST", "/personal_access_tokens/" + self.get("id") + "/rotate", successor, null)
                        .statusCode())
                .as("rotated before")
                .isEqualTo(400);
        assertThat(api("POST", "/personal_access_tokens/self/rotate", successor, "{\"expires_at\":\"2001-01-31\"}")
                        .statusCode())
                .isEqualTo(400);

        assertThat(api("GET", "/personal_access_tokens?state=inactive&search=TES", successor, null)
                        .body())
                .contains("\"id\":" + self.get("id"))
                .doesNotContain("\"id\":" + fresh.get("id") + ",");
        assertThat(api("GET", "/personal_access_tokens?state=broken", successor, null)
                        .statusCode())
                .isEqualTo(400);
        assertThat(api("DELETE", "/personal_access_tokens/self", successor, null)
                        .statusCode())
                .isEqualTo(204);
        assertThat(api("GET", "/user", successor, null).statusCode()).isEqualTo(401);
    }

    @Test
    void administratorsMakeChangeAndBlockUsers() {
        String lin = "{\"username\":\"lin\",\"name\":\"Lin\",\"email\":\"lin@example.test\"";
        assertThat(api("POST", "/users", mei, lin + ",\"password\":\"long enough\"}")
                        .statusCode())
                .isEqualTo(403);
        assertThat(api("POST", "/users", RunningServer.TOKEN, lin + "}").statusCode())
                .isEqualTo(400);
        assertThat(api("POST", "/users", RunningServer.TOKEN, lin + ",\"password\":\"short\"}")
                        .body())
                .contains("password");
        HttpResponse<String> made = api("POST", "/users", RunningServer.TOKEN, lin + ",\"password\":\"long enough\"}");
        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(api("POST", "/users", RunningServer.TOKEN, lin + ",\"password\":\"long enough\"}")
                        .statusCode())
                .isEqualTo(409);
        long id = json(made).get("id").longValue();
        assertThat(server.browser().signIn("lin", "long enough").statusCode()).isEqualTo(302);

        JsonNode edited = json(api(
                "PUT", "/users/" + id, RunningServer.TOKEN, "{\"name\":\"Lin Wei\",\"password\":\"for one sign-in\"}"));
        assertThat(edited.get("name").asString()).isEqualTo("Lin Wei");
        assertThat(edited.get("last_sign_in_at").asString()).endsWith("Z");
        assertThat(edited.get("last_activity_on").asString()).matches("\\d{4}-\\d\\d-\\d\\d");
        assertThat(server.browser().signIn("lin", "long enough").statusCode()).isEqualTo(401);
        assertThat(server.browser().signIn("lin", "for one sign-in").headers().firstValue("Location"))
                .contains("/-/profile/password");

        assertThat(api("POST", "/users/" + id + "/block", RunningServer.TOKEN, null)
                        .body())
                .isEqualTo("true");
        assertThat(api("GET", "/users?blocked=true", mei, null).body()).contains("\"lin\"");
        assertThat(api("GET", "/users?active=true", mei, null).body()).doesNotContain("\"lin\"");
        assertThat(api("POST", "/users/" + id + "/unblock", RunningServer.TOKEN, null)
                        .statusCode())
                .isEqualTo(201);
        assertThat(api("PUT", "/users/1", RunningServer.TOKEN, "{\"admin\":false}")
                        .statusCode())
                .as("the last administrator stays one")
                .isEqualTo(403);
    }

    @Test
    void aDeletedUserLeavesWorkButNoWayIn() {
        long id = user("pia");
        String token = token(id, TokenScope.API);
        assertThat(api("POST", "/projects", token, "{\"name\":\"own\"}").statusCode())
                .isEqualTo(201);
        assertThat(api("POST", "/groups", token, "{\"name\":\"pias\",\"path\":\"pias\"}")
                        .statusCode())
                .isEqualTo(201);
        project("shared", false);
        String shared = "/projects/root%2Fshared/members";
        api("POST", shared, RunningServer.TOKEN, "{\"user_id\":" + id + ",\"access_level\":40}");
        api("POST", shared, token, "{\"user_id\":" + omarId + ",\"access_level\":10}");
        String link = json(api(
                        "POST",
                        "/projects/root%2Fshared/invitations",
                        token,
                        "{\"email\":\"x@example.test\",\"access_level\":10}"))
                .at("/invite_urls/x@example.test")
                .asString();

        String pia = "/users/" + id;
        assertThat(api("DELETE", pia, mei, null).statusCode()).isEqualTo(403);
        HttpResponse<String> refused = api("DELETE", pia, RunningServer.TOKEN, null);
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("only owner of pias");
        api("DELETE", "/groups/pias", RunningServer.TOKEN, null);
        assertThat(api("DELETE", pia, RunningServer.TOKEN, null).statusCode()).isEqualTo(204);

        assertThat(api("GET", "/user", token, null).statusCode()).isEqualTo(401);
        assertThat(api("GET", pia, RunningServer.TOKEN, null).statusCode()).isEqualTo(404);
        assertThat(api("DELETE", pia, RunningServer.TOKEN, null).statusCode()).isEqualTo(404);
        assertThat(api("GET", "/users?username=pia", RunningServer.TOKEN, null).body())
                .isEqualTo("[]");
        assertThat(api("GET", "/projects/pia%2Fown", RunningServer.TOKEN, null).statusCode())
                .isEqualTo(404);
        assertThat(server.send("GET", link.substring(link.indexOf("/-/"))).statusCode())
                .isEqualTo(404);
        JsonNode omarsRole = json(api("GET", shared + "/" + omarId, RunningServer.TOKEN, null));
        assertThat(omarsRole.at("/created_by/name").asString()).isEqualTo("Deleted user");
        assertThat(omarsRole.at("/created_by/username").asString()).isEqualTo("deleted-" + id);
        assertThat(api("POST", shared, RunningServer.TOKEN, "{\"user_id\":" + id + ",\"access_level\":10}")
                        .statusCode())
                .isEqualTo(404);
        assertThat(user("pia")).as("the name is free again").isNotEqualTo(id);
    }

    @Test
    void statesOfUsersLeadOnlyWhereGitLabsDo() {
        long id = user("quinn");
        String quinn = "/users/" + id;
        assertThat(api("POST", quinn + "/deactivate", mei, null).statusCode()).isEqualTo(403);
        assertThat(api("POST", quinn + "/deactivate", RunningServer.TOKEN, null).body())
                .isEqualTo("true");
        assertThat(json(api("GET", quinn, mei, null)).get("state").asString()).isEqualTo("deactivated");
        assertThat(api("POST", quinn + "/unblock", RunningServer.TOKEN, null).statusCode())
                .isEqualTo(403);
        assertThat(api("POST", quinn + "/activate", RunningServer.TOKEN, null).statusCode())
                .isEqualTo(201);
        api("POST", quinn + "/block", RunningServer.TOKEN, null);
        assertThat(api("POST", quinn + "/deactivate", RunningServer.TOKEN, null).statusCode())
                .isEqualTo(403);
        assertThat(api("POST", quinn + "/activate", RunningServer.TOKEN, null).statusCode())
                .isEqualTo(403);
        api("PUT", quinn, RunningServer.TOKEN, "{\"admin\":true}");
        for (String act : List.of("/block", "/deactivate")) {
            assertThat(api("POST", "/users/1" + act, RunningServer.TOKEN, null).statusCode())
                    .as("the last administrator who can act")
                    .isEqualTo(403);
        }
        assertThat(api("DELETE", "/users/1", RunningServer.TOKEN, null).statusCode())
                .isEqualTo(403);
        assertThat(api("DELETE", quinn, RunningServer.TOKEN, null).statusCode()).isEqualTo(204);
    }

    @Test
    void anAdministratorSpeaksInTheNameOfOthersWithScopeSudoOnly() {
        String sudo = server.bean(Database.class)
                .write(tx -> server.bean(PersonalTokens.class)
                        .create(tx, new UserId(1), "s", Set.of(TokenScope.API, TokenScope.SUDO), Optional.empty()))
                .secret();

        for (String name : List.of("mei", Long.toString(meiId))) {
            HttpResponse<String> answer = server.send("GET", "/api/v4/user", "PRIVATE-TOKEN", sudo, "Sudo", name);
            assertThat(json(answer).get("username").asString()).isEqualTo("mei");
        }
        assertThat(json(api("GET", "/user?sudo=mei", sudo, null))
                        .get("username")
                        .asString())
                .isEqualTo("mei");
        assertThat(api("DELETE", "/personal_access_tokens/999999?sudo=mei", sudo, null)
                        .statusCode())
                .isEqualTo(404);
        assertThat(server.bean(Audit.class).list(new Audit.Filter("root", "user.sudo", "user mei"), 0, 10))
                .extracting(AuditEvent::detail)
                .containsExactly("DELETE /api/v4/personal_access_tokens/999999");

        HttpResponse<String> unknown = api("GET", "/user?sudo=nobody", sudo, null);
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("404 User with ID or username 'nobody' Not Found");
        HttpResponse<String> unscoped = api("GET", "/user?sudo=mei", RunningServer.TOKEN, null);
        assertThat(unscoped.statusCode()).isEqualTo(403);
        assertThat(unscoped.body()).contains("\"scope\":\"sudo\"");
        assertThat(api("GET", "/user?sudo=root", mei, null).body()).contains("Must be admin to use sudo");
        assertThat(api(
                                "POST",
                                "/users/" + meiId + "/personal_access_tokens",
                                RunningServer.TOKEN,
                                "{\"name\":\"x\",\"scopes\":[\"api\",\"sudo\"]}")
                        .statusCode())
                .as("of no use to somebody who does not administer")
                .isEqualTo(400);
    }

    @Test
    void gitTakesTokensAndPasswordsButNoWrongOnes() {
        Credentials credentials = server.bean(SignIn.class);

        assertThat(credentials.basic("whoever", mei, "10.9.9.1")).isInstanceOf(Credentials.Outcome.Accepted.class);
        assertThat(credentials.basic("root", RunningServer.PASSWORD, "10.9.9.1"))
                .isInstanceOf(Credentials.Outcome.Accepted.class);
        assertThat(credentials.basic("root", "nonsense", "10.9.9.1")).isInstanceOf(Credentials.Outcome.Refused.class);
        assertThat(credentials.basic("x", token(meiId, TokenScope.READ_API), "10.9.9.1"))
                .isInstanceOf(Credentials.Outcome.Refused.class);
        for (int i = 0; i < 40; i++) {
            credentials.basic("x", "glpat-wrong" + i, "10.9.9.2");
        }
        assertThat(credentials.basic("x", "glpat-wrong", "10.9.9.2")).isInstanceOf(Credentials.Outcome.Throttled.class);
        assertThat(credentials.basic("x", mei, "10.9.9.2")).isInstanceOf(Credentials.Outcome.Accepted.class);
    }

    @Test
    void operatorsAskForHealthAndCounters() {
        assertThat(server.send("GET", "/-/health").statusCode()).isEqualTo(200);
        assertThat(server.send("GET", "/-/ready").statusCode()).isEqualTo(200);
        assertThat(server.send("GET", "/-/metrics", "Authorization", "Bearer " + mei)
                        .statusCode())
                .isEqualTo(403);
        String metrics = server.send("GET", "/-/metrics", "Authorization", "Bearer " + RunningServer.TOKEN)
                .body();
        assertThat(metrics)
                .contains("jvm_memory_used_bytes")
                .contains("http_server_requests_seconds_count{")
                .contains("process_resident_memory_bytes")
                .contains("tandem_tasks_due")
                .doesNotContain("root%2F");
    }

    @Test
    void aRequestKeepsItsIdOrGetsOne() {
        assertThat(server.send("GET", "/-/health", "X-Request-Id", "abc-1")
                        .headers()
                        .firstValue("X-Request-Id"))
                .contains("abc-1");
        assertThat(server.send("GET", "/-/health", "X-Request-Id", "bad id")
                        .headers()
                        .firstValue("X-Request-Id")
                        .orElseThrow())
                .matches("[0-9a-f]{32}");
    }

    private static HttpResponse<String> api(String method, String path, String token, String json) {
        return server.api(method, path, token, json);
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return JsonMapper.builder().build().readTree(answer.body());
    }

    private static long user(String username) {
        UserCreation creation = server.bean(Database.class)
                .write(tx ->
                        server.bean(Users.class).create(tx, username, username, username + "@example.test", false));
        return ((UserCreation.Created) creation).user().id().value();
    }

    private static String token(long user, TokenScope scope) {
        return server.bean(Database.class)
                .write(tx -> server.bean(PersonalTokens.class)
                        .create(tx, new UserId(user), "test", Set.of(scope), Optional.empty()))
                .secret();
    }

    private static void project(String path, boolean isPublic) {
        User root = server.bean(Users.class).find("root").orElseThrow();
        ProjectCreation creation = server.bean(Projects.class)
                .create(
                        new Actor.Person(root, TokenScope.all()),
                        root,
                        new NewProject("root", path, path, "", isPublic, "main"));
        assertThat(creation).isInstanceOf(ProjectCreation.Created.class);
    }
}
