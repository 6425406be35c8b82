package dev.tandem.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.tandem.server.RunningServer;
import dev.tandem.server.WebBrowser;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Role;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signing in with a password and a code, on a server that asks everybody for one. */
class TwoFactorTest {
    private static final String PASSWORD = "long enough";
    private static final String PAGE = "/-/profile/two-factor";
    private static final String CODE = "/-/sign-in/code";

    @TempDir
    static Path data;

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(data, "--two-factor-required", "true", "--invited-accounts", "false");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Somebody with a second factor: the key, and the recovery codes. */
    private record Enrolled(String name, RunningServer.Browser browser, String key, List<String> recovery) {}

    @Test
    void whoHasNoSecondFactorSetsItUpBeforeAnythingElse() {
        user("mei");
        RunningServer.Browser browser = server.browser();
        browser.signIn("mei", PASSWORD);
        UserId user = id("mei");
        String older = server.bean(Database.class)
                .write(tx -> server.bean(PersonalTokens.class)
                        .create(tx, user, "t", Set.of(TokenScope.API), Optional.empty()))
                .secret();

        assertThat(server.api("GET", "/user", older, null).statusCode())
                .as("tokens of before go on working, as in GitLab")
                .isEqualTo(200);
        assertThat(browser.post(PAGE, "/-/profile/tokens", "name", "x", "scopes", "api")
                        .statusCode())
                .as("but none is made")
                .isEqualTo(403);
        assertThat(browser.get("/-/profile/tokens").headers().firstValue("Location"))
                .contains(PAGE);
        assertThat(browser.get("/api/v4/user").statusCode()).isEqualTo(403);
        Enrolled mei = enrol("mei", browser);
        assertThat(browser.get("/-/profile/tokens").statusCode()).isEqualTo(200);
        assertThat(mei.recovery()).hasSize(10).doesNotHaveDuplicates();
        assertThat(stored())
                .doesNotContain(mei.key())
                .doesNotContain(mei.recovery().getFirst());
        assertThat(server.bean(Audit.class).count(new Audit.Filter("mei", "two-factor.enable", "")))
                .isEqualTo(1);
    }

    @Test
    void afterThePasswordACodeIsAskedForWhichIsGoodOnce() {
        Enrolled omar = enrolled("omar");
        RunningServer.Browser browser = server.browser();

        HttpResponse<String> first =
                browser.post("/-/sign-in", "/-/sign-in", "username", "omar", "password", PASSWORD, "to", "/-/profile");
        assertThat(first.headers().firstValue("Location")).contains(CODE + "?to=%2F-%2Fprofile");
        assertThat(browser.cookie("tandem_session")).isEmpty();
        assertThat(browser.get("/-/profile").statusCode()).isEqualTo(302);

        assertThat(browser.post(CODE, CODE, "code", usedCode(omar)).statusCode())
                .as("the code with which it was set up")
                .isEqualTo(401);
        HttpResponse<String> done = browser.post(CODE, CODE, "code", nextCode(omar), "to", "//evil.test");
        assertThat(done.headers().firstValue("Location")).contains("/");
        assertThat(browser.get("/-/profile").statusCode()).isEqualTo(200);

        RunningServer.Browser other = server.browser();
        other.signIn("omar", PASSWORD);
        assertThat(other.post(CODE, CODE, "code", nextCode(omar)).statusCode())
                .as("seen over a shoulder")
                .isEqualTo(401);
    }

    @Test
    void thePageThatAsksForTheCodeIsWellMade() {
        try (WebBrowser browser = WebBrowser.on(server)) {
            enrolled("ria");
            browser.lookAt(
                    (language, width) -> {
                        Page page = browser.visitor(language, width);
                        page.navigate("/-/sign-in");
                        page.fill("#username", "ria");
                        page.fill("#password", PASSWORD);
                        page.locator("#password").press("Enter");
                        page.waitForURL(url -> url.contains(CODE));
                        return page;
                    },
                    List.of(CODE));
            browser.assertQuiet();
        }
    }

    @Test
    void aRecoveryCodeLetsInOnce() {
        Enrolled lin = enrolled("lin");
        String recovery = lin.recovery().getFirst();

        assertThat(withCode("lin", recovery.toUpperCase(java.util.Locale.ROOT)).statusCode())
                .isEqualTo(302);
        assertThat(withCode("lin", recovery).statusCode()).isEqualTo(401);
        assertThat(server.bean(SecondFactors.class).status(id("lin")).recoveryCodes())
                .isEqualTo(9);
        lin.browser().post(PAGE, PAGE + "/recovery-codes", "current", PASSWORD);
        assertThat(withCode("lin", lin.recovery().get(1)).statusCode())
                .as("others were made")
                .isEqualTo(401);
    }

    @Test
    void guessingCodesHasToWait() {
        enrolled("ada");
        RunningServer.Browser browser = server.browser();
        browser.signIn("ada", PASSWORD);
        HttpResponse<String> last = null;
        for (int i = 0; i < 6; i++) {
            last = browser.post(CODE, CODE, "code", "00000" + i);
        }

        assertThat(last.statusCode()).isEqualTo(429);
        assertThat(last.headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void gitTakesTokensButNoPassword() {
        Enrolled eve = enrolled("eve");
        UserId user = id(eve.name());
        String token = server.bean(Database.class)
                .write(tx -> server.bean(PersonalTokens.class)
                        .create(tx, user, "t", Set.of(TokenScope.WRITE_REPOSITORY), Optional.empty()))
                .secret();
        Credentials credentials = server.bean(Credentials.class);

        assertThat(credentials.basic("eve", PASSWORD, "10.8.8.8")).isInstanceOf(Credentials.Outcome.Refused.class);
        assertThat(credentials.basic("eve", token, "10.8.8.8")).isInstanceOf(Credentials.Outcome.Accepted.class);
        assertThat(credentials.basic("root", RunningServer.PASSWORD, "10.8.8.8"))
                .as("everybody needs a second factor here")
                .isInstanceOf(Credentials.Outcome.Refused.class);
    }

    @Test
    void aPasswordLinkIsNoWayAroundTheCodeAndAnAdministratorHelps() {
        Enrolled kim = enrolled("kim");
        User root = server.bean(Users.class).find("root").orElseThrow();
        Actor administrator = new Actor.Person(root, TokenScope.all());
        Accounts.Invited.Done link = server.bean(Accounts.class)
                .inviteAgain(administrator, id("kim"))
                .orElseThrow();
        RunningServer.Browser thief = server.browser();
        String path = "/-/invitations/" + link.secret();

        HttpResponse<String> set = thief.post(path, path, "password", "changed words", "again", "changed words");
        assertThat(set.headers().firstValue("Location")).contains("/-/sign-in");
        assertThat(thief.cookie("tandem_session")).isEmpty();
        assertThat(kim.browser().get(PAGE).statusCode()).isEqualTo(302);

        User user = server.bean(Users.class).find("kim").orElseThrow();
        assertThat(server.bean(SecondFactors.class).remove(administrator, user)).isTrue();
        assertThat(thief.signIn("kim", "changed words").headers().firstValue("Location"))
                .contains("/");
    }

    @Test
    void anInvitationMakesNoAccountWhereOnlyAdministratorsDo() {
        User root = server.bean(Users.class).find("root").orElseThrow();
        Actor.Person person = new Actor.Person(root, TokenScope.all());
        GroupChange made = server.bean(Namespaces.class)
                .create(person, root.id(), new NewGroup(Optional.empty(), "crew", "crew", "", false));
        MemberSource crew = MemberSource.of(((GroupChange.Done) made).group());
        Invitation.Terms terms = new Invitation.Terms(Role.GUEST, Optional.empty(), Optional.empty());
        Invitations.Made link = server.bean(Invitations.class).make(person, crew, "crew", terms, 1, 1);
        String path = URI.create(((Invitations.Made.Done) link).url()).getPath();
        RunningServer.Browser visitor = server.browser();

        assertThat(visitor.get(path).body())
                .contains("made by administrators here")
                .doesNotContain("name=\"password\"");
        assertThat(visitor.post("/-/sign-in", path + "/account", "username", "wim")
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void switchingOffNeedsThePassword() {
        Enrolled sam = enrolled("sam");

        assertThat(sam.browser().post(PAGE, PAGE + "/remove").statusCode()).isEqualTo(422);
        assertThat(sam.browser()
                        .post(PAGE, PAGE + "/remove", "current", PASSWORD)
                        .statusCode())
                .isEqualTo(302);
        assertThat(server.bean(SecondFactors.class).status(id("sam")).since()).isEmpty();
    }

    @Test
    void nobodyStartsInTheMiddle() {
        HttpResponse<String> answer = server.browser().post("/-/sign-in", CODE, "code", "000000");

        assertThat(answer.headers().firstValue("Location")).contains("/-/sign-in");
    }

    private static Enrolled enrolled(String name) {
        user(name);
        RunningServer.Browser browser = server.browser();
        browser.signIn(name, PASSWORD);
        return enrol(name, browser);
    }

    private static Enrolled enrol(String name, RunningServer.Browser browser) {
        assertThat(browser.post(PAGE, PAGE + "/begin", "current", "wrong words").statusCode())
                .isEqualTo(422);
        String begun = browser.post(PAGE, PAGE + "/begin", "current", PASSWORD).body();
        String key = found(begun, "[A-Z2-7]{32}").getFirst();
        assertThat(begun).contains("<path d=\"M");
        String code = Totp.code(key, Totp.step(Instant.now()));
        List<String> recovery =
                found(browser.post(PAGE, PAGE + "/confirm", "code", code).body(), "\\b[a-z2-7]{4}(-[a-z2-7]{4}){3}\\b");
        return new Enrolled(name, browser, key, recovery.stream().distinct().toList());
    }

    /** The code of the half minute in which it was set up, unless that has just passed: then still a used one. */
    private static String usedCode(Enrolled who) {
        long user = id(who.name()).value();
        long used = server.bean(Database.class)
                .read(sql -> sql.fetchSingle("select last_step from authenticators where user_id = ?", user)
                        .get(0, Long.class));
        return Totp.code(who.key(), used);
    }

    /** The one after it; clocks may be half a minute off. */
    private static String nextCode(Enrolled who) {
        return Totp.code(who.key(), Totp.step(Instant.now()) + 1);
    }

    private static HttpResponse<String> withCode(String name, String code) {
        RunningServer.Browser browser = server.browser();
        browser.signIn(name, PASSWORD);
        return browser.post(CODE, CODE, "code", code);
    }

    private static String stored() {
        return server.bean(Database.class)
                .read(sql -> sql.fetch("select * from authenticators").format(1000)
                        + sql.fetch("select * from recovery_codes").format(1000));
    }

    private static List<String> found(String page, String pattern) {
        List<String> all = Pattern.compile(pattern)
                .matcher(page)
                .results()
                .map(MatchResult::group)
                .toList();
        assertThat(all).as(page).isNotEmpty();
        return all;
    }

    private static UserId id(String name) {
        return server.bean(Users.class).find(name).orElseThrow().id();
    }

    private static void user(String name) {
        server.bean(Accounts.class)
                .create(Actor.ANONYMOUS, name, name, name + "@example.test", false, Optional.of(PASSWORD));
    }
}
