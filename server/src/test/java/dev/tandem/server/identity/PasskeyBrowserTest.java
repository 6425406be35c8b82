package dev.tandem.server.identity;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import dev.tandem.server.RunningServer;
import dev.tandem.server.WebBrowser;
import dev.tandem.testkit.WellMade;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signing in as people do, with Chromium and a virtual device that keeps passkeys; and how the pages of one's own look. */
class PasskeyBrowserTest {
    private static final String PASSWORD = "long enough";

    @TempDir
    static Path data;

    private static RunningServer server;
    private static WebBrowser browser;

    @BeforeAll
    static void start() {
        server = RunningServer.start(data);
        browser = WebBrowser.on(server);
        server.bean(Accounts.class)
                .create(Actor.ANONYMOUS, "mei", "Mei", "mei@example.test", true, Optional.of(PASSWORD));
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
        server.close();
    }

    @Test
    void aPasskeyIsMadeSignsInAndIsWorthNothingWhenItIsDeleted() throws Exception {
        Page page = visitor("en");
        CDPSession device = device(page);
        passwordSignIn(page);

        WebBrowser.go(page, "/-/profile/passkeys");
        page.fill("#name", "Laptop");
        page.fill("#current", PASSWORD);
        page.click("main button.primary");
        WellMade.check(page, "a passkey being made");
        page.click("main button.primary");
        assertThat(page.locator("tbody td.strong")).hasText("Laptop");
        WellMade.check(page, "passkeys");

        signOut(page);
        page.click("a[href^='/-/sign-in/passkey']");
        page.waitForSelector("html[data-ready]");
        WellMade.check(page, "signing in with a passkey");
        Request answer = page.waitForRequest(
                request -> request.method().equals("POST"), () -> page.click("main button.primary"));
        page.waitForURL(url -> !url.contains("sign-in"));
        assertThat(page.locator("html").getAttribute("data-viewer")).isEqualTo("mei");
        assertThat(sentAgain(answer)).as("heard on the way").isEqualTo(401);

        UserId mei = server.bean(Users.class).find("mei").orElseThrow().id();
        assertThat(server.bean(Passkeys.class).list(mei).getFirst().lastUsedAt())
                .isPresent();
        WebBrowser.go(page, "/-/profile/passkeys");
        page.fill("tbody input[name=current]", "not the password");
        deletePasskey(page);
        assertThat(page.locator(".notice.failed")).containsText("password is wrong");
        page.fill("tbody input[name=current]", PASSWORD);
        deletePasskey(page);
        assertThat(page.locator("tbody td.strong")).hasCount(0);
        signOut(page);
        WebBrowser.go(page, "/-/sign-in/passkey");
        page.click("main button.primary");
        assertThat(page.locator(".notice.failed")).containsText("not known here");

        device.detach();
        page.context().close();
    }

    private static void deletePasskey(Page page) {
        page.click("tbody button.danger");
        page.click("dialog button.danger");
    }

    @Test
    void thePagesOfOnesOwnAreWellMade() {
        List<String> said = new ArrayList<>();
        Page page = visitor("en");
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                said.add(message.text());
            }
        });
        passwordSignIn(page);
        for (String path : List.of(
                "/-/profile",
                "/-/profile/sessions",
                "/-/profile/identities",
                "/-/admin/users/1",
                "/-/admin/sign-in-providers")) {
            WebBrowser.go(page, path);
            WellMade.check(page, path);
        }
        secondFactor(page);
        assertThat(said).isEmpty();
        page.context().close();
    }

    @Test
    void theWayInIsWellMadeInChinese() {
        Page page = visitor("zh-CN");
        for (String path : List.of("/-/sign-in", "/-/password/forgot")) {
            WebBrowser.go(page, path);
            WellMade.check(page, path + " zh");
        }
        passwordSignIn(page);
        secondFactor(page);
        page.context().close();
    }

    private static void secondFactor(Page page) {
        WebBrowser.go(page, "/-/profile/two-factor");
        page.fill("#current", PASSWORD);
        page.click("main button.primary");
        assertThat(page.locator("svg.qr")).isVisible();
        WellMade.check(page, "a second factor being set up");
    }

    private static int sentAgain(Request answer) throws Exception {
        HttpRequest again = HttpRequest.newBuilder(URI.create(answer.url()))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Cookie", answer.allHeaders().get("cookie"))
                .POST(HttpRequest.BodyPublishers.ofString(answer.postData()))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(again, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    /** Browsers take passkeys under a name only, and without TLS under this one alone. */
    private static Page visitor(String language) {
        return browser.visitor(URI.create("http://localhost:" + server.uri().getPort()), language, 1440);
    }

    private static void passwordSignIn(Page page) {
        page.navigate("/-/sign-in");
        page.fill("#username", "mei");
        page.fill("#password", PASSWORD);
        page.locator("#password").press("Enter");
        page.waitForURL(url -> !url.contains("sign-in"));
    }

    private static void signOut(Page page) {
        page.context().clearCookies();
        WebBrowser.go(page, "/-/sign-in");
    }

    private static CDPSession device(Page page) {
        CDPSession session = page.context().newCDPSession(page);
        session.send("WebAuthn.enable");
        JsonObject options = new JsonObject();
        options.addProperty("protocol", "ctap2");
        options.addProperty("transport", "internal");
        options.addProperty("hasResidentKey", true);
        options.addProperty("hasUserVerification", true);
        options.addProperty("isUserVerified", true);
        JsonObject parameters = new JsonObject();
        parameters.add("options", options);
        session.send("WebAuthn.addVirtualAuthenticator", parameters);
        return session;
    }
}
