package dev.tandem.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.RunningServer;
import dev.tandem.server.WebBrowser;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signing in by another server, which in some tests lies. */
class ProviderSignInTest {
    private static final String PASSWORD = "long enough";
    private static final String ADMIN = "/-/admin/sign-in-providers";

    @TempDir
    static Path data;

    private static RunningServer server;
    private static TestProvider provider;
    private static RunningServer.Browser root;

    @BeforeAll
    static void start() {
        provider = new TestProvider();
        server = RunningServer.start(data);
        root = server.browser();
        root.signIn("root", RunningServer.PASSWORD);
        HttpResponse<String> saved = root.post(ADMIN, ADMIN, form("company", "example.test"));
        assertThat(saved.statusCode()).isEqualTo(302);
        assertThat(root.get(ADMIN).body()).contains("Company is saved, and answers");
    }

    @AfterAll
    static void stop() {
        server.close();
        provider.close();
    }

    @BeforeEach
    void honest() {
        provider.bend(claims -> claims);
        provider.sign(TestProvider.Signature.RIGHT);
        provider.setDown(false);
    }

    @Test
    void thePageOfAProviderIsWellMade() {
        try (WebBrowser browser = WebBrowser.on(server)) {
            browser.lookAt(browser::signedIn, List.of(ADMIN + "/company"));
            browser.assertQuiet();
        }
    }

    @Test
    void whoIsNewGetsAnAccountAndIsKnownBySubjectAfterwards() {
        assertThat(server.browser().get("/-/sign-in?to=/-/profile").body())
                .contains("/-/sign-in/with/company?to=%2F-%2Fprofile")
                .contains("Sign in with Company");
        RunningServer.Browser browser = server.browser();

        HttpResponse<String> done =
                signIn(browser, "/-/profile", person("1", "Mei.Tan@elsewhere.test", "mei@example.test"));

        assertThat(done.headers().firstValue("Location")).contains("/-/profile");
        assertThat(done.headers().firstValue("Referrer-Policy")).contains("no-referrer");
        assertThat(browser.get("/-/profile").body()).contains("mei.tan").contains("mei@example.test");
        User mei = server.bean(Users.class).find("mei.tan").orElseThrow();
        assertThat(server.bean(Users.class).activity(mei.id()).orElseThrow().hasPassword())
                .isFalse();

        RunningServer.Browser again = server.browser();
        signIn(again, "/", person("1", "renamed", "other@example.test"));
        assertThat(again.get("/api/v4/user").body())
                .contains("\"username\":\"mei.tan\"")
                .contains("\"extern_uid\":\"1\"");
    }

    @Test
    void anAddressAloneOpensNobodysAccount() {
        user("omar");

        assertRefused(person("2", "omar", "omar@example.test"), "already");
        assertRefused(person("3", "eve", "eve@evil.test"), "another domain");
        Map<String, Object> unverified =
                Map.of("sub", "4", "preferred_username", "eve", "email", "eve@example.test", "name", "Eve");
        assertRefused(unverified, "not verified");
        assertRefused(person("5", "admin", "admin@example.test"), "no username here");
        assertThat(server.bean(Users.class).find("eve")).isEmpty();
    }

    @Test
    void whatTheIdTokenDoesNotSayIsAskedForOfTheSamePersonOnly() {
        String info = "{\"sub\":\"%s\",\"preferred_username\":\"nia\",\"name\":\"Nia\",\"email\":\"nia@example.test\","
                + "\"email_verified\":%s}";
        provider.setUserInfo(info.formatted("41", true));
        assertRefused(Map.of("sub", "40"), "another domain");
        provider.setUserInfo(info.formatted("40", false));
        assertRefused(Map.of("sub", "40"), "not verified");
        provider.setUserInfo(info.formatted("40", true));
        RunningServer.Browser browser = server.browser();
        signIn(browser, "/", Map.of("sub", "40", "name", "Nia of the token"));

        User nia = server.bean(Users.class).find("nia").orElseThrow();
        assertThat(nia.email()).isEqualTo("nia@example.test");
        assertThat(nia.name()).isEqualTo("Nia of the token");
        provider.setUserInfo("not json");
        RunningServer.Browser again = server.browser();
        signIn(again, "/", Map.of("sub", "40"));
        assertThat(again.get("/api/v4/user").body()).contains("\"username\":\"nia\"");
    }

    @Test
    void anIdTokenThatIsNotGoodIsRefused() {
        Map<String, Object> lin = person("9", "lin", "lin@example.test");
        provider.bend(claims -> claims.claim("nonce", "another"));
        assertRefused(lin, "did not confirm");
        provider.bend(claims -> claims.audience("another-client"));
        assertRefused(lin, "did not confirm");
        provider.bend(claims -> claims.issuer("https://evil.test"));
        assertRefused(lin, "did not confirm");
        provider.bend(claims -> claims.expirationTime(Date.from(Instant.now().minusSeconds(600))));
        assertRefused(lin, "did not confirm");
        provider.bend(claims -> claims);
        for (TestProvider.Signature wrong : List.of(
                TestProvider.Signature.NONE,
                TestProvider.Signature.OTHER_KEY,
                TestProvider.Signature.WITH_CLIENT_SECRET)) {
            provider.sign(wrong);
            assertRefused(lin, "did not confirm");
        }
        assertThat(server.bean(Users.class).find("lin")).isEmpty();
        assertThat(server.bean(Audit.class).count(new Audit.Filter("", "session.refused", "sign-in provider company")))
                .isGreaterThanOrEqualTo(7);
    }

    @Test
    void anAnswerCountsOnceAndOnlyInTheBrowserThatAsked() {
        Map<String, Object> sue = person("10", "sue", "sue@example.test");
        RunningServer.Browser browser = server.browser();
        String answer = provider.authorize(begin(browser, "/"), sue);

        assertSays(server.browser(), callback(server.browser(), answer), "another browser");
        HttpResponse<String> forged = callback(browser, answer.replaceFirst("state=[^&]+", "state=forged"));
        assertSays(browser, forged, "did not confirm");
        assertSays(browser, callback(browser, answer), "another browser");
        assertThat(browser.cookie("tandem_session")).isEmpty();
    }

    @Test
    void aProviderThatIsDownIsSaidToBe() {
        RunningServer.Browser browser = server.browser();
        String answer = provider.authorize(begin(browser, "/"), person("11", "tom", "tom@example.test"));
        provider.setDown(true);
        assertSays(browser, callback(browser, answer), "does not answer");
        assertThat(browser.cookie("tandem_session")).isEmpty();

        root.post(ADMIN, ADMIN, form("other", ""));
        assertThat(root.get(ADMIN).body()).contains("does not work yet");
        HttpResponse<String> away = server.browser().get("/-/sign-in/with/other");
        assertThat(away.headers().firstValue("Location")).contains("/-/sign-in");
        root.post(ADMIN, ADMIN + "/other/delete");
        assertThat(server.browser().get("/-/sign-in/with/other").statusCode()).isEqualTo(404);
    }

    @Test
    void aUserConnectsAnAccountAfterThePasswordAndKeepsTheSecondFactor() {
        User ada = user("ada");
        RunningServer.Browser browser = server.browser();
        browser.signIn("ada", PASSWORD);
        String page = "/-/profile/identities";

        assertThat(browser.post(page, page + "/company", "current", "wrong words")
                        .statusCode())
                .isEqualTo(422);
        Matcher next = Pattern.compile("href=\"(" + provider.issuer() + "[^\"]+)\"")
                .matcher(browser.post(page, page + "/company", "current", PASSWORD)
                        .body());
        assertThat(next.find()).isTrue();
        String address = next.group(1).replace("&amp;", "&");
        Map<String, Object> claims = person("20", "whoever", "whoever@elsewhere.test");
        assertThat(callback(browser, provider.authorize(address, claims))
                        .headers()
                        .firstValue("Location"))
                .contains(page);
        assertThat(browser.get(page).body()).contains("<code>20</code>");

        RunningServer.Browser other = server.browser();
        signIn(other, "/", claims);
        assertThat(other.get("/api/v4/user").body()).contains("\"username\":\"ada\"");
        SecondFactors factors = server.bean(SecondFactors.class);
        String key = factors.begin(ada, "Tandem").orElseThrow().secret();
        factors.confirm(ada, Totp.code(key, Totp.step(Instant.now())), 0, "10.0.0.1");
        assertThat(signIn(server.browser(), "/", claims).headers().firstValue("Location"))
                .contains("/-/sign-in/code?to=%2F");
    }

    @Test
    void onlyAdministratorsNameProvidersAndNoneIsAskedUnencrypted() {
        user("kim");
        RunningServer.Browser kim = server.browser();
        kim.signIn("kim", PASSWORD);
        assertThat(kim.get(ADMIN).statusCode()).isEqualTo(403);

        String[] plain = form("plain", "");
        plain[3] = "http://idp.example.test";
        assertThat(root.post(ADMIN, ADMIN, plain).body()).contains("must be an https address");
        assertThat(root.get(ADMIN + "/company").body())
                .contains("/-/sign-in/callback/company")
                .doesNotContain(TestProvider.SECRET);
        assertThat(server.bean(dev.tandem.server.platform.Database.class)
                        .<String>read(sql ->
                                sql.fetch("select * from sign_in_providers").format(1000)))
                .doesNotContain(TestProvider.SECRET);
    }

    private static void assertRefused(Map<String, Object> claims, String why) {
        RunningServer.Browser browser = server.browser();
        assertSays(browser, signIn(browser, "/", claims), why);
        assertThat(browser.cookie("tandem_session")).isEmpty();
    }

    private static void assertSays(RunningServer.Browser browser, HttpResponse<String> answer, String what) {
        assertThat(answer.headers().firstValue("Location")).contains("/-/sign-in");
        String flash = answer.headers().allValues("Set-Cookie").stream()
                .filter(cookie -> cookie.startsWith("tandem_flash="))
                .findFirst()
                .orElseThrow()
                .split(";")[0];
        assertThat(browser.get("/-/sign-in", "Cookie", flash).body()).contains(what);
    }

    private static HttpResponse<String> signIn(RunningServer.Browser browser, String to, Map<String, Object> claims) {
        return callback(browser, provider.authorize(begin(browser, to), claims));
    }

    private static String begin(RunningServer.Browser browser, String to) {
        return browser.get("/-/sign-in/with/company?to=" + to)
                .headers()
                .firstValue("Location")
                .orElseThrow();
    }

    private static HttpResponse<String> callback(RunningServer.Browser browser, String query) {
        return browser.get("/-/sign-in/callback/company" + query);
    }

    private static Map<String, Object> person(String subject, String username, String email) {
        return Map.of(
                "sub",
                subject,
                "preferred_username",
                username,
                "email",
                email,
                "email_verified",
                true,
                "name",
                "N. N.");
    }

    private static String[] form(String name, String domains) {
        return new String[] {
            "name",
            name,
            "issuer",
            provider.issuer(),
            "title",
            "Company",
            "clientId",
            TestProvider.CLIENT,
            "clientSecret",
            TestProvider.SECRET,
            "scopes",
            "profile email",
            "usernameClaim",
            "preferred_username",
            "createsAccounts",
            "true",
            "emailDomains",
            domains
        };
    }

    private static User user(String name) {
        return ((UserCreation.Created) server.bean(Accounts.class)
                        .create(Actor.ANONYMOUS, name, name, name + "@example.test", false, Optional.of(PASSWORD)))
                .user();
    }
}
