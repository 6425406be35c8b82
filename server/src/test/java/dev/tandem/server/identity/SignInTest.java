package dev.tandem.server.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tandem.server.RunningServer;
import dev.tandem.server.platform.SettingsException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class SignInTest {
    @TempDir
    static Path data;

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(data);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aPageThatNeedsASignedInPersonLeadsToSignInAndBack() {
        RunningServer.Browser browser = server.browser();

        HttpResponse<String> refused = browser.get("/-/profile/password");
        assertThat(refused.statusCode()).isEqualTo(302);
        assertThat(location(refused)).isEqualTo("/-/sign-in?to=%2F-%2Fprofile%2Fpassword");

        HttpResponse<String> signedIn = browser.post(
                location(refused),
                "/-/sign-in",
                "username",
                "root",
                "password",
                RunningServer.PASSWORD,
                "to",
                "/-/profile/password");
        assertThat(signedIn.statusCode()).isEqualTo(302);
        assertThat(location(signedIn)).isEqualTo("/-/profile/password");
        assertThat(browser.get("/-/profile/password").statusCode()).isEqualTo(200);
    }

    @Test
    void signingInNeverLeadsToAnotherSite() {
        for (String elsewhere : new String[] {"//evil.test", "https://evil.test/", "/\\evil.test", "javascript:1"}) {
            HttpResponse<String> signedIn = server.browser()
                    .post(
                            "/-/sign-in",
                            "/-/sign-in",
                            "username",
                            "root",
                            "password",
                            RunningServer.PASSWORD,
                            "to",
                            elsewhere);
            assertThat(location(signedIn)).isEqualTo("/");
        }
    }

    @Test
    void wrongPasswordAndUnknownUserGetTheSameAnswer() {
        HttpResponse<String> wrong = server.browser().signIn("somebody-else", "wrong password");

        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(wrong.body()).contains("do not belong together");
    }

    @Test
    void aFormWithoutItsTokenIsRefused() {
        RunningServer.Browser browser = server.browser();
        HttpResponse<String> anonymous =
                browser.postRaw("/-/sign-in", "username", "root", "password", RunningServer.PASSWORD);
        assertThat(anonymous.statusCode()).isEqualTo(403);
        assertThat(anonymous.body()).contains("out of date");

        browser.signIn("root", RunningServer.PASSWORD);
        assertThat(browser.postRaw("/-/sign-out").statusCode()).isEqualTo(403);
        assertThat(browser.get("/-/profile/password").statusCode()).isEqualTo(200);
    }

    @Test
    void aSessionCookieAloneChangesNothingThroughTheApi() {
        RunningServer.Browser browser = server.browser();
        browser.signIn("root", RunningServer.PASSWORD);

        assertThat(browser.get("/api/v4/user").statusCode()).isEqualTo(200);
        HttpResponse<String> post = browser.postRaw("/api/v4/user/personal_access_tokens", "name", "x");
        assertThat(post.statusCode()).isEqualTo(403);
        assertThat(post.body()).isEqualTo("{\"message\":\"403 Forbidden\"}");
    }

    @Test
    void aSessionIsRotatedAtSignInAndDeadAfterSignOut() {
        RunningServer.Browser browser = server.browser();
        browser.signIn("root", RunningServer.PASSWORD);
        String first = browser.cookie("tandem_session");
        browser.post("/-/profile/password", "/-/sign-in", "username", "root", "password", RunningServer.PASSWORD);
        String second = browser.cookie("tandem_session");

        assertThat(second).isNotEqualTo(first).hasSizeGreaterThan(20);
        assertThat(withCookie(first).statusCode()).isEqualTo(302);
        assertThat(withCookie(second).statusCode()).isEqualTo(200);

        browser.post("/-/profile/password", "/-/sign-out");
        assertThat(withCookie(second).statusCode()).isEqualTo(302);
    }

    @Test
    void aSessionSurvivesARestart(@TempDir Path folder) {
        String cookie;
        try (RunningServer before = RunningServer.start(folder)) {
            RunningServer.Browser browser = before.browser();
            browser.signIn("root", RunningServer.PASSWORD);
            cookie = browser.cookie("tandem_session");
        }
        try (RunningServer after = RunningServer.start(folder)) {
            assertThat(after.browser()
                            .get("/-/profile/password", "Cookie", "tandem_session=" + cookie)
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void theOneTimePasswordMustBeReplacedBeforeAnythingElse(@TempDir Path folder) throws Exception {
        try (RunningServer fresh = RunningServer.start(folder, Map.of())) {
            Path file = folder.resolve("initial-root-password");
            String oneTime = Files.readString(file).strip();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");

            RunningServer.Browser browser = fresh.browser();
            assertThat(location(browser.signIn("root", oneTime))).isEqualTo("/-/profile/password");
            assertThat(fresh.browser().signIn("root", oneTime).statusCode()).isEqualTo(401);
            assertThat(location(browser.get("/-/admin/users"))).isEqualTo("/-/profile/password");
            assertThat(browser.get("/api/v4/user").statusCode()).isEqualTo(403);
            assertThat(browser.post("/-/profile/password", "/-/profile/password", "password", oneTime, "again", oneTime)
                            .statusCode())
                    .isEqualTo(422);

            HttpResponse<String> done = browser.post(
                    "/-/profile/password", "/-/profile/password", "password", "my own words", "again", "my own words");
            assertThat(done.statusCode()).isEqualTo(302);
            assertThat(file).doesNotExist();
            assertThat(browser.get("/-/admin/users").statusCode()).isEqualTo(200);
            assertThat(fresh.browser().signIn("root", oneTime).statusCode()).isEqualTo(401);
        }
    }

    @Test
    void aOneTimePasswordThatWasUsedButNeverReplacedIsMadeAnewAtTheNextStart(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("initial-root-password");
        String first;
        String cookie;
        try (RunningServer fresh = RunningServer.start(folder, Map.of())) {
            first = Files.readString(file).strip();
            RunningServer.Browser browser = fresh.browser();
            browser.signIn("root", first);
            cookie = browser.cookie("tandem_session");
        }
        try (RunningServer again = RunningServer.start(folder, Map.of())) {
            String second = Files.readString(file).strip();

            assertThat(second).isNotEqualTo(first);
            assertThat(again.browser()
                            .get("/-/profile/password", "Cookie", "tandem_session=" + cookie)
                            .statusCode())
                    .isEqualTo(302);
            assertThat(again.browser().signIn("root", first).statusCode()).isEqualTo(401);
            assertThat(location(again.browser().signIn("root", second))).isEqualTo("/-/profile/password");
        }
    }

    @Test
    void guessingAPasswordHasToWaitFromWhereverItIsTried() {
        SignIn signIn = server.bean(SignIn.class);
        for (int i = 0; i < 5; i++) {
            assertThat(signIn.signIn("victim", "guess " + i, new SignIn.Origin("10.7.7." + i, "")))
                    .isInstanceOf(SignIn.Result.Wrong.class);
        }

        HttpResponse<String> page = server.browser().signIn("victim", "the right one, perhaps");
        assertThat(page.statusCode()).isEqualTo(429);
        assertThat(page.headers().firstValue("Retry-After")).isPresent();
        for (int i = 0; i < 20; i++) {
            signIn.signIn("somebody" + i, "password", new SignIn.Origin("10.7.8.1", ""));
        }
        assertThat(signIn.signIn("another", "password", new SignIn.Origin("10.7.8.1", "")))
                .as("one password tried on many accounts")
                .isInstanceOf(SignIn.Result.Throttled.class);
    }

    /** Addresses end up in histories, logs and referrers. */
    @Test
    void aTokenInAnAddressIsNoTokenAndSecretsAreNotLogged() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        log.start();
        root.addAppender(log);
        try {
            for (String name : List.of("private_token", "access_token")) {
                assertThat(server.send("GET", "/api/v4/user?" + name + "=" + RunningServer.TOKEN)
                                .statusCode())
                        .isEqualTo(401);
            }
            server.send("GET", "/-/invitations/secretsecretsecret");
            server.send("GET", "/-/password/reset/secretsecretsecret");
            server.browser().signIn("nobody-here", "secretsecretsecret");
            server.browser().signIn("root", RunningServer.PASSWORD);
        } finally {
            root.detachAppender(log);
        }

        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .noneMatch(line -> line.contains("secretsecretsecret")
                        || line.contains(RunningServer.PASSWORD)
                        || line.contains(RunningServer.TOKEN));
    }

    @Test
    void noAnswerOfAnyKindLetsItselfBeFramed() {
        RunningServer.Browser browser = server.browser();
        for (String path : List.of("/-/sign-in", "/-/sign-in/passkey", "/nothing/here", "/api/v4/user", "/-/health")) {
            HttpResponse<String> answer = browser.get(path);
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
                    .as(path)
                    .contains("frame-ancestors 'none'");
            assertThat(answer.headers().firstValue("X-Frame-Options")).as(path).contains("DENY");
        }
    }

    @Test
    void everyPageForbidsInlineScriptAndFraming() {
        HttpResponse<String> page = server.browser().get("/-/sign-in");

        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'self'")
                .contains("frame-ancestors 'none'")
                .contains("base-uri 'none'")
                .contains("form-action 'self'")
                .doesNotContain("unsafe");
        assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(page.headers().firstValue("Referrer-Policy")).contains("same-origin");
        assertThat(page.headers().allValues("Set-Cookie"))
                .allMatch(cookie -> cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"));
    }

    /** One server behind a proxy that ends TLS: what it says of itself, and whom it sees. */
    @Test
    void anInstallationBehindAProxyKnowsItsAddressAndItsClients(@TempDir Path folder) {
        String external = "https://tandem.example.test";
        try (RunningServer secure =
                RunningServer.start(folder, "--external-url", external, "--trusted-proxies", "127.0.0.0/8")) {
            assertThat(secure.browser().get("/-/sign-in").headers().allValues("Set-Cookie"))
                    .isNotEmpty()
                    .allMatch(cookie -> cookie.contains("Secure"));
            secure.api("POST", "/projects", RunningServer.TOKEN, "{\"name\":\"shop\"}");
            HttpResponse<String> list = secure.api("GET", "/projects?per_page=1", RunningServer.TOKEN, null);
            assertThat(list.body()).contains("\"http_url_to_repo\":\"" + external + "/root/shop.git\"");
            assertThat(list.headers().firstValue("Link").orElseThrow())
                    .contains("<" + external + "/api/v4/projects?page=1&per_page=1>");

            // The proxy appends whom it heard; what stands before that the client made up.
            int status = 401;
            for (int i = 0; i < 60 && status == 401; i++) {
                String forwarded = "192.0.2." + i + ", 203.0.113.9";
                status = secure.send("GET", "/api/v4/user", "PRIVATE-TOKEN", "wrong", "X-Forwarded-For", forwarded)
                        .statusCode();
            }
            assertThat(status).isEqualTo(429);
            assertThat(secure.send("GET", "/api/v4/user", "PRIVATE-TOKEN", "wrong", "X-Forwarded-For", "192.0.2.1")
                            .statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void aSecondServerInTheSameFolderIsRefusedAndDisturbsNothing() {
        assertThatThrownBy(() -> RunningServer.start(data))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("another Tandem server (process "
                        + ProcessHandle.current().pid() + ") works in " + data)
                .hasMessageContaining("--data");
        assertThat(server.send("GET", "/-/ready").statusCode()).isEqualTo(200);
    }

    private static HttpResponse<String> withCookie(String value) {
        return server.browser().get("/-/profile/password", "Cookie", "tandem_session=" + value);
    }

    private static String location(HttpResponse<String> response) {
        return response.headers().firstValue("Location").orElseThrow();
    }
}
