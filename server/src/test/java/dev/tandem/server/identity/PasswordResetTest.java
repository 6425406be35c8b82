package dev.tandem.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.tandem.server.RunningServer;
import dev.tandem.server.WebBrowser;
import dev.tandem.server.platform.Database;
import dev.tandem.testkit.Await;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is mailed to people: links for those who forgot their password, and for those who are invited. */
class PasswordResetTest {
    private static final Pattern LINK = Pattern.compile("/-/(?:password/reset|join)/([A-Za-z0-9_-]{27})");
    private static final String ASK = "/-/password/forgot";

    @TempDir
    static Path data;

    private static GreenMail mails;
    private static RunningServer server;

    @BeforeAll
    static void start() {
        mails = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mails.start();
        server = RunningServer.start(
                data,
                "--smtp-url",
                "smtp://127.0.0.1:" + mails.getSmtp().getPort(),
                "--smtp-from",
                "tandem@example.test");
        for (String name : List.of("mei", "omar", "lin")) {
            user(name);
        }
    }

    @AfterAll
    static void stop() {
        server.close();
        mails.stop();
    }

    @Test
    void aLinkInTheMailSetsThePasswordOnceAndEndsAllSessions() throws Exception {
        RunningServer.Browser signedIn = server.browser();
        signedIn.signIn("mei", "long enough");
        assertThat(server.browser().get("/-/sign-in").body()).contains(ASK);

        HttpResponse<String> asked = server.browser().post(ASK, ASK, "who", "MEI@example.test");
        assertThat(asked.statusCode()).isEqualTo(200);
        String secret = secretFor("mei@example.test");
        assertThat(server.bean(Database.class)
                        .<String>read(sql ->
                                sql.fetch("select * from password_resets").format()))
                .doesNotContain(secret);

        RunningServer.Browser browser = server.browser();
        String link = PasswordResets.LINK + secret;
        assertThat(browser.get(link).headers().firstValue("Referrer-Policy")).contains("no-referrer");
        assertThat(browser.post(link, link, "password", "short", "again", "short")
                        .statusCode())
                .isEqualTo(422);
        assertThat(browser.post(link, link, "password", "another one", "again", "another one")
                        .statusCode())
                .isEqualTo(302);

        assertThat(signedIn.get("/-/profile").statusCode()).isEqualTo(302);
        assertThat(server.browser().get(link).statusCode()).isEqualTo(404);
        assertThat(server.browser().signIn("mei", "long enough").statusCode()).isEqualTo(401);
        assertThat(server.browser().signIn("mei", "another one").statusCode()).isEqualTo(302);
    }

    @Test
    void thePageBehindTheLinkIsWellMade() throws Exception {
        try (WebBrowser browser = WebBrowser.on(server)) {
            user("kai");
            answer("kai");
            browser.lookAt(browser::visitor, List.of(PasswordResets.LINK + secretFor("kai@example.test")));
            browser.assertQuiet();
        }
    }

    @Test
    void whoAsksLearnsNothingAndAnAccountGetsOneMailAtATime() throws Exception {
        String known = answer("omar");
        String unknown = answer("omah");
        assertThat(unknown.replace("omah", "omar")).isEqualTo(known);

        String first = secretFor("omar@example.test");
        answer("omar");
        answer("lin");
        secretFor("lin@example.test");
        assertThat(received("omar@example.test")).containsExactly(first);
        assertThat(server.bean(Audit.class).list(new Audit.Filter("", "user.reset-mail", "omar"), 0, 10))
                .hasSize(1);
    }

    @Test
    void anInvitationForAnAddressIsMailedAndForItsOwnerOnly() throws Exception {
        assertThat(server.api("POST", "/groups", RunningServer.TOKEN, "{\"name\":\"crew\",\"path\":\"crew\"}")
                        .statusCode())
                .isEqualTo(201);
        HttpResponse<String> made = server.api(
                "POST",
                "/groups/crew/invitations",
                RunningServer.TOKEN,
                "{\"email\":\"Ines@example.test\",\"access_level\":30}");
        assertThat(made.body()).contains("\"status\":\"success\"");
        String link = Invitations.LINK + secretFor("Ines@example.test");
        assertThat(made.body()).contains(link);

        RunningServer.Browser lin = server.browser();
        lin.signIn("lin", "long enough");
        assertThat(lin.get(link).body()).contains("is for Ines@example.test");
        assertThat(lin.post("/-/profile", link).statusCode()).isEqualTo(422);
        RunningServer.Browser ines = server.browser();
        HttpResponse<String> joined = ines.post(
                link,
                link + "/account",
                "username",
                "ines",
                "name",
                "Ines",
                "email",
                "another@example.test",
                "password",
                "long enough",
                "again",
                "long enough");

        assertThat(joined.headers().firstValue("Location")).contains("/groups/crew");
        assertThat(server.bean(Users.class).find("ines").orElseThrow().email()).isEqualTo("Ines@example.test");
        assertThat(server.api("GET", "/groups/crew/members", RunningServer.TOKEN, null)
                        .body())
                .contains("\"ines\"");
    }

    @Test
    void askingTooOftenHasToWait() {
        HttpResponse<String> last = null;
        for (int i = 0; i < 6; i++) {
            last = server.browser().post(ASK, ASK, "who", "nobody-at-all");
        }

        assertThat(last.statusCode()).isEqualTo(429);
        assertThat(last.headers().firstValue("Retry-After")).isPresent();
    }

    private static String answer(String who) {
        HttpResponse<String> answer = server.browser().post(ASK, ASK, "who", who);
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body().replaceAll("name=\"_csrf\" value=\"[^\"]+\"|data-live-position=\"[^\"]*\"", "");
    }

    private static String secretFor(String to) throws Exception {
        Await.until("a mail to " + to, () -> !received(to).isEmpty());
        return received(to).getLast();
    }

    private static List<String> received(String to) {
        return Arrays.stream(mails.getReceivedMessages())
                .flatMap(mail -> {
                    try {
                        boolean mine = mail.getAllRecipients()[0].toString().equals(to);
                        Matcher link = LINK.matcher(mail.getContent().toString());
                        return mine && link.find()
                                ? Optional.of(link.group(1)).stream()
                                : Optional.<String>empty().stream();
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
    }

    private static void user(String name) {
        server.bean(Accounts.class)
                .create(Actor.ANONYMOUS, name, name, name + "@example.test", false, Optional.of("long enough"));
    }
}
