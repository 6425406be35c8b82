package dev.tandem.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.RunningServer;
import dev.tandem.server.code.NewProject;
import dev.tandem.server.code.Projects;
import dev.tandem.server.platform.Database;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages of identity, visited as people do. */
class IdentityPagesTest {
    private static final Pattern CODE = Pattern.compile("(glpat-[A-Za-z0-9_-]{27}|/-/invitations/[A-Za-z0-9_-]{27})");

    @TempDir
    static Path data;

    private static RunningServer server;
    private static RunningServer.Browser root;

    @BeforeAll
    static void start() {
        server = RunningServer.start(data);
        root = server.browser();
        root.signIn("root", RunningServer.PASSWORD);
        User user = server.bean(Users.class).find("root").orElseThrow();
        server.bean(Projects.class)
                .create(
                        new Actor.Person(user, TokenScope.all()),
                        user,
                        new NewProject("root", "shop", "shop", "", false, "main"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void everyPageShowsInBothLanguagesWithoutMissingTexts() {
        for (String page : List.of(
                "/-/password/forgot",
                "/-/profile",
                "/-/profile/tokens",
                "/-/profile/sessions",
                "/-/profile/identities",
                "/-/profile/passkeys",
                "/-/admin/sign-in-providers",
                "/-/profile/two-factor",
                "/-/profile/password",
                "/-/admin/users",
                "/-/admin/users/1",
                "/-/admin/audit",
                "/-/admin/settings",
                "/-/help/api",
                "/root/shop/-/project_members")) {
            for (String language : List.of("en", "zh-CN")) {
                HttpResponse<String> answer = root.get(page, "Accept-Language", language);
                assertThat(answer.statusCode()).as(page).isEqualTo(200);
                assertThat(answer.body())
                        .as(page)
                        .contains("<html lang=\"" + language + "\"")
                        .doesNotContain(">identity.", ">platform.")
                        .doesNotContain("\"identity.");
            }
        }
    }

    @Test
    void aTokenIsShownOnceAndWorksUntilRevoked() {
        HttpResponse<String> made =
                root.post("/-/profile/tokens", "/-/profile/tokens", "name", "laptop", "scopes", "read_api");
        String secret = found(made.body());
        assertThat(root.get("/-/profile/tokens").body()).contains("laptop").doesNotContain(secret);
        assertThat(server.api("GET", "/user", secret, null).statusCode()).isEqualTo(200);

        Matcher id = Pattern.compile("/-/profile/tokens/(\\d+)/revoke")
                .matcher(root.get("/-/profile/tokens").body());
        assertThat(id.find()).isTrue();
        root.post("/-/profile/tokens", id.group());
        assertThat(server.api("GET", "/user", secret, null).statusCode()).isEqualTo(401);
        assertThat(root.post("/-/profile/tokens", "/-/profile/tokens", "name", "no scopes")
                        .statusCode())
                .isEqualTo(422);
    }

    @Test
    void aNewUserChoosesAPasswordByLinkOnce() {
        HttpResponse<String> made = root.post(
                "/-/admin/users",
                "/-/admin/users",
                "username",
                "mei",
                "name",
                "<b>Mei</b>",
                "email",
                "mei@example.test");
        String link = found(made.body());
        assertThat(made.body()).contains("&lt;b&gt;Mei").doesNotContain("<b>Mei");

        RunningServer.Browser mei = server.browser();
        assertThat(mei.post(link, link, "password", "short", "again", "short").statusCode())
                .isEqualTo(422);
        assertThat(mei.post(link, link, "password", "long enough", "again", "long enough")
                        .statusCode())
                .isEqualTo(302);
        assertThat(mei.get("/-/profile/tokens").statusCode()).isEqualTo(200);
        assertThat(mei.get("/-/admin/users").statusCode()).isEqualTo(403);
        assertThat(mei.get("/-/admin/audit").statusCode()).isEqualTo(403);
        assertThat(mei.get("/root/shop/-/project_members").statusCode()).isEqualTo(404);
        assertThat(server.browser().get(link).statusCode()).isEqualTo(404);

        root.post("/root/shop/-/project_members", "/root/shop/-/project_members", "username", "mei", "role", "30");
        assertThat(mei.get("/root/shop/-/project_members").body())
                .contains("mei")
                .doesNotContain("<select");
        assertThat(mei.post("/-/profile/tokens", "/root/shop/-/project_members", "username", "root", "role", "10")
                        .statusCode())
                .isEqualTo(403);
        assertThat(root.get("/-/admin/audit?action=member.").body())
                .contains("member.add")
                .contains("root/shop");
    }

    @Test
    void theAuditLogIsSavedWholeAndNoFormulaRuns() {
        List<Integer> numbers = IntStream.range(0, 2500).boxed().toList();
        server.bean(Database.class).write(tx -> {
            Audit audit = server.bean(Audit.class);
            numbers.forEach(number -> audit.record(tx, Actor.ANONYMOUS, "test.many", "=1+" + number, "a \"b\", c"));
            return numbers;
        });

        HttpResponse<String> file = root.get("/-/admin/audit/export.csv?action=test.many");

        List<String> lines = file.body().lines().toList();
        assertThat(file.headers().firstValue("Content-Type")).contains("text/csv;charset=UTF-8");
        assertThat(file.headers().firstValue("Content-Disposition")).contains("attachment; filename=\"audit.csv\"");
        assertThat(lines).hasSize(2501);
        assertThat(lines.getFirst()).isEqualTo("id,time,actor,action,target,detail");
        assertThat(lines.get(1)).endsWith(",\"anonymous\",\"test.many\",\"'=1+2499\",\"a \"\"b\"\", c\"");
        assertThat(lines.getLast()).contains("\"'=1+0\"");
        assertThat(root.get("/-/admin/audit?action=test.many").body()).contains("/-/admin/audit/export.csv?actor=");
    }

    @Test
    void anotherAddressNeedsThePassword() {
        HttpResponse<String> refused =
                root.post("/-/profile", "/-/profile", "name", "Root", "email", "evil@example.test");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("present password is wrong");
        assertThat(root.post("/-/profile", "/-/profile", "name", "The Root", "email", "root@localhost")
                        .statusCode())
                .isEqualTo(302);
        assertThat(root.post(
                                "/-/profile",
                                "/-/profile",
                                "name",
                                "The Root",
                                "email",
                                "root@example.test",
                                "current",
                                RunningServer.PASSWORD)
                        .statusCode())
                .isEqualTo(302);

        User changed = server.bean(Users.class).find("root").orElseThrow();
        assertThat(changed.name()).isEqualTo("The Root");
        assertThat(changed.email()).isEqualTo("root@example.test");
        assertThat(root.post("/-/profile", "/-/profile", "name", " ", "email", "root@example.test")
                        .statusCode())
                .isEqualTo(422);
    }

    @Test
    void anAdministratorChangesAnAccountAndSignsItOut() {
        UserCreation made = server.bean(Accounts.class)
                .create(Actor.ANONYMOUS, "ada", "Ada", "ada@example.test", false, Optional.of("long enough"));
        String page = "/-/admin/users/" + ((UserCreation.Created) made).user().id();
        RunningServer.Browser ada = server.browser();
        ada.signIn("ada", "long enough");
        assertThat(ada.get(page).statusCode()).isEqualTo(403);

        assertThat(root.get(page).body()).contains("ada@example.test").contains("end-sessions");
        root.post(page, page + "/end-sessions");
        assertThat(ada.get("/-/profile").statusCode()).isEqualTo(302);
        root.post(page, page, "name", "Ada L", "email", "ada@example.test", "admin", "true");
        assertThat(server.bean(Users.class).find("ada").orElseThrow().admin()).isTrue();
        root.post(page, page, "name", "Ada L", "email", "ada@example.test");
        assertThat(server.bean(Users.class).find("ada").orElseThrow().admin()).isFalse();
        assertThat(root.post("/-/admin/users/1", "/-/admin/users/1", "name", "R", "email", "r@example.test")
                        .statusCode())
                .as("the last administrator stays one")
                .isEqualTo(422);
    }

    @Test
    void theLastAdministratorIsNotBlocked() {
        HttpResponse<String> answer = root.post("/-/admin/users", "/-/admin/users/1/block");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("always one administrator");
    }

    @Test
    void whoIsDeactivatedComesBackBySigningInAndWhoIsDeletedDoesNot() {
        RunningServer.Browser zoe = person("zoe");
        User user = server.bean(Users.class).find("zoe").orElseThrow();
        String page = "/-/admin/users/" + user.id();
        String token = server.bean(Database.class)
                .write(tx -> server.bean(PersonalTokens.class)
                        .create(tx, user.id(), "t", TokenScope.all(), Optional.empty()))
                .secret();

        root.post(page, page + "/deactivate");
        assertThat(root.get(page).body()).contains("deactivated", page + "/activate");
        assertThat(zoe.get("/-/profile").statusCode()).isEqualTo(302);
        assertThat(server.api("GET", "/user", token, null).statusCode()).isEqualTo(401);
        assertThat(server.bean(SignIn.class).basic("zoe", "long enough", "10.9.9.5"))
                .as("git asks by password")
                .isInstanceOf(Credentials.Outcome.Refused.class);
        assertThat(zoe.signIn("zoe", "long enough").statusCode()).isEqualTo(302);
        assertThat(server.api("GET", "/user", token, null).statusCode()).isEqualTo(200);

        root.post(page, page + "/delete");
        assertThat(zoe.get("/-/profile").statusCode()).isEqualTo(302);
        assertThat(server.browser().signIn("zoe", "long enough").statusCode()).isEqualTo(401);
        assertThat(root.get(page).statusCode()).isEqualTo(404);
        assertThat(root.get("/-/admin/users").body()).doesNotContain(">zoe<").doesNotContain(">deleted-");
        assertThat(root.get("/-/admin/audit?action=user.").body()).contains("user.deactivate", "user.delete");
    }

    @Test
    void aVisitorChoosesTheLanguage() {
        RunningServer.Browser visitor = server.browser();
        visitor.post("/-/sign-in", "/-/language", "language", "zh-CN", "to", "/-/sign-in");

        assertThat(visitor.get("/-/sign-in").body())
                .contains("<html lang=\"zh-CN\"")
                .contains("登录");
    }

    @Test
    void anotherBrowserIsSignedOutFromTheList() {
        RunningServer.Browser other = server.browser();
        other.signIn("root", RunningServer.PASSWORD);
        Matcher revoke = Pattern.compile("/-/profile/sessions/(\\d+)/revoke")
                .matcher(root.get("/-/profile/sessions").body());
        assertThat(revoke.find()).isTrue();

        root.post("/-/profile/sessions", revoke.group());
        assertThat(other.get("/-/profile/sessions").statusCode()).isEqualTo(302);
        other.signIn("root", RunningServer.PASSWORD);
        root.post("/-/profile/sessions", "/-/profile/sessions/end-others");
        assertThat(other.get("/-/profile/sessions").statusCode()).isEqualTo(302);
        assertThat(root.get("/-/profile/sessions").statusCode()).isEqualTo(200);
    }

    @Test
    void aLinkMakesSomebodyAMemberOnceAndIsShownOnce() {
        String members = "/root/shop/-/project_members";
        HttpResponse<String> made = invite(root, members, "role", "30", "uses", "1", "expires", "2999-01-31");
        String link = join(made);
        assertThat(made.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(root.get(members).body()).contains("/invitations/").doesNotContain(link);
        assertThat(server.bean(Database.class)
                        .<String>read(sql ->
                                sql.fetch("select * from member_invitations").format()))
                .doesNotContain(link.substring(Invitations.LINK.length()));
        assertThat(root.get(link).body()).contains("member already");
        assertThat(root.post(link, link).statusCode()).as("an owner stays one").isEqualTo(422);

        RunningServer.Browser visitor = server.browser();
        HttpResponse<String> page = visitor.get(link, "Accept-Language", "zh-CN");
        assertThat(page.headers().firstValue("Referrer-Policy")).contains("no-referrer");
        assertThat(page.body()).contains("root/shop", "2999-01-31").doesNotContain("identity.");
        String[] account = {
            "username", "noor", "name", "Noor", "email", "noor@example.test", "password", "long enough", "again", "?"
        };
        assertThat(visitor.post(link, link + "/account", account).body()).contains("differ");
        account[9] = "long enough";
        account[1] = "root";
        assertThat(visitor.post(link, link + "/account", account).statusCode())
                .as("somebody else has this name")
                .isEqualTo(422);
        account[1] = "noor";
        HttpResponse<String> joined = visitor.post(link, link + "/account", account);

        assertThat(joined.headers().firstValue("Location")).contains("/root/shop");
        assertThat(visitor.get(members).body()).containsOnlyOnce("2999-01-31");
        assertThat(root.get(members).body()).containsOnlyOnce("2999-01-31");
        assertThat(server.browser().get(link).statusCode()).as("used up").isEqualTo(404);
        assertThat(server.bean(Audit.class).list(new Audit.Filter("noor", "member.add", "root/shop"), 0, 9))
                .extracting(AuditEvent::detail)
                .containsExactly("noor as developer by invitation of root");
    }

    @Test
    void aLinkGivesNoMoreThanWhoMadeItHasAndEndsWithTheirRole() {
        String members = "/root/shop/-/project_members";
        RunningServer.Browser maya = person("maya");
        root.post(members, members, "username", "maya", "role", "40");
        RunningServer.Browser ivan = person("ivan");

        HttpResponse<String> above = invite(maya, members, "role", "50");
        assertThat(above.statusCode()).isEqualTo(422);
        assertThat(above.body()).contains("above your own");
        assertThat(invite(maya, members, "role", "30", "days", "91").body()).contains("1 to 90 days");
        assertThat(invite(maya, members, "role", "30", "uses", "0").body()).contains("1 to 100 times");
        assertThat(invite(maya, members, "role", "30", "expires", "2001-01-01").body())
                .contains("day in the future");
        String many = join(invite(maya, members, "role", "10", "uses", "2"));
        nothingComesOfAUseThatIsTooLate(join(invite(maya, members, "role", "10")));
        String withdrawn = join(invite(maya, members, "role", "10"));
        Matcher revoke = Pattern.compile(members + "/invitations/\\d+/revoke")
                .matcher(maya.get(members).body());
        assertThat(revoke.find()).isTrue();
        maya.post(members, revoke.group());
        assertThat(ivan.get(withdrawn).statusCode()).isEqualTo(404);

        assertThat(server.browser().get(many).body()).contains("/-/sign-in?to=%2F-%2Fjoin%2F");
        assertThat(ivan.post(many, many).headers().firstValue("Location")).contains("/root/shop");
        assertThat(ivan.get(many).body()).contains("member already");
        long id = server.bean(Users.class).find("maya").orElseThrow().id().value();
        root.post(members, members + "/" + id + "/role", "role", "30");
        assertThat(person("judy").get(many).statusCode())
                .as("maya may not invite any more")
                .isEqualTo(404);
        assertThat(ivan.get("/root/shop").statusCode()).isEqualTo(200);
    }

    /** Two people open it at the same moment, and one is slower. */
    private static void nothingComesOfAUseThatIsTooLate(String link) {
        Invitations invitations = server.bean(Invitations.class);
        String secret = link.substring(Invitations.LINK.length());
        Invitations.Opened.Good opened = (Invitations.Opened.Good) invitations.open(secret, "10.9.9.6");
        assertThat(invitations.acceptAsNew(opened, "fast", "Fast", "fast@example.test", "long enough"))
                .isPresent();
        User slow = ((UserCreation.Created) server.bean(Accounts.class)
                        .create(Actor.ANONYMOUS, "slow", "Slow", "slow@example.test", false, Optional.empty()))
                .user();

        assertThat(invitations.accept(opened, slow)).isEqualTo(new Invitations.Joined.Over());
        assertThat(server.bean(Members.class).directRole(opened.invitation().source(), slow.id()))
                .isEmpty();
        assertThat(invitations.acceptAsNew(opened, "late", "Late", "late@example.test", "long enough"))
                .isEmpty();
        assertThat(server.bean(Users.class).find("late")).isEmpty();
    }

    @Test
    void aLinkDiesWithItsGroupAndGuessesAreHeldUp() {
        assertThat(server.api(
                                "POST",
                                "/groups",
                                RunningServer.TOKEN,
                                "{\"name\":\"short-lived\",\"path\":\"short-lived\"}")
                        .statusCode())
                .isEqualTo(201);
        String link = join(invite(root, "/groups/short-lived/-/group_members", "role", "50"));
        assertThat(server.browser().get(link).body()).contains("short-lived");
        server.api("DELETE", "/groups/short-lived", RunningServer.TOKEN, null);
        assertThat(server.browser().get(link).statusCode()).isEqualTo(404);

        Invitations invitations = server.bean(Invitations.class);
        for (int i = 0; i < 30; i++) {
            invitations.open("guess" + i, "10.9.9.3");
        }
        assertThat(invitations.open("guess", "10.9.9.3")).isInstanceOf(Invitations.Opened.Throttled.class);
        assertThat(invitations.open("guess", "10.9.9.4")).isInstanceOf(Invitations.Opened.Over.class);
    }

    private static RunningServer.Browser person(String name) {
        server.bean(Accounts.class)
                .create(Actor.ANONYMOUS, name, name, name + "@example.test", false, Optional.of("long enough"));
        RunningServer.Browser browser = server.browser();
        browser.signIn(name, "long enough");
        return browser;
    }

    /** With the form's own values for what {@code fields} does not say. */
    private static HttpResponse<String> invite(RunningServer.Browser by, String members, String... fields) {
        Map<String, String> all = new LinkedHashMap<>(Map.of("days", "14", "uses", "1", "email", "", "expires", ""));
        for (int i = 0; i < fields.length; i += 2) {
            all.put(fields[i], fields[i + 1]);
        }
        return by.post(
                members,
                members + "/invitations",
                all.entrySet().stream()
                        .flatMap(field -> Stream.of(field.getKey(), field.getValue()))
                        .toArray(String[]::new));
    }

    private static String join(HttpResponse<String> made) {
        Matcher link = Pattern.compile("/-/join/[A-Za-z0-9_-]{27}").matcher(made.body());
        assertThat(link.find()).as(made.body()).isTrue();
        return link.group();
    }

    private static String found(String page) {
        Matcher secret = CODE.matcher(page);
        assertThat(secret.find()).as(page).isTrue();
        return secret.group(1);
    }
}
