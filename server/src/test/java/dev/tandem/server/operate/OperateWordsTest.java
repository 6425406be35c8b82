package dev.tandem.server.operate;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The small decisions and words of operate. */
class OperateWordsTest {
    private static final Notice NOTICE = new Notice(
            Notice.Event.INCIDENT_OPENED,
            "k",
            "root/shop",
            "Incident: <production>\r\nBcc: all@example.org 坏了",
            List.of("First suspect: 4f2c9e1."),
            "https://tandem.example.org/root/shop/-/incidents/1",
            OperateRows.NOW,
            Map.of("incident_iid", "1"));

    @ParameterizedTest
    @CsvSource({"200, 200, true", "2xx, 204, true", "2XX, 304, false", "'200, 301', 301, true", "'200, 301', 302, false"
    })
    void statusesAreExpectedAsWritten(String expected, int status, boolean fine) {
        assertThat(UptimeResult.isExpectation(expected)).isTrue();
        assertThat(UptimeResult.expects(expected, status)).isEqualTo(fine);
    }

    @ParameterizedTest
    @CsvSource({"20", "2x", "600", "''", "'200;201'"})
    void whatIsNoStatusIsRefused(String expected) {
        assertThat(UptimeResult.isExpectation(expected)).isFalse();
    }

    @Test
    void theLastLineForAllNamesTheOwners() {
        assertThat(Owners.ofAll("# x\n*.js @js\n* @old\n\n*   @team-a @b # ours\n/docs/ @d\n"))
                .containsExactly("@team-a", "@b");
        assertThat(Owners.ofAll("/docs/ @d")).isEmpty();
    }

    @Test
    void pausesGrowToAnHour() {
        assertThat(Notifications.pause(1)).isEqualTo(Duration.ofSeconds(5));
        assertThat(Notifications.pause(3)).isEqualTo(Duration.ofSeconds(80));
        assertThat(Notifications.pause(Notifications.MOST_ATTEMPTS)).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void aSignatureIsTheHmacOfTimeAndBody() {
        // echo -n '1700000000.{}' | openssl dgst -sha256 -hmac secret
        assertThat(WebhookSender.signature("secret", "1700000000", "{}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163");
    }

    @Test
    void slackGetsNoMarkupOfOthers() {
        assertThat(WebhookSender.body(NOTICE).get("text").toString()).contains("&lt;production&gt;");
    }

    @Test
    void aMailServerTakesTheMail() throws Exception {
        GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        try {
            String url = "smtp://127.0.0.1:" + server.getSmtp().getPort();
            MailSender sender = new MailSender(url, "", "tandem@example.org", Clock.systemUTC());
            Sender.Outcome outcome = sender.send(channel("mei@example.org, li@example.org"), NOTICE, 1);

            assertThat(outcome).isEqualTo(new Sender.Outcome(true, false, "The mail server took it."));
            assertThat(server.getReceivedMessages()).hasSize(2);
            var mail = server.getReceivedMessages()[0];
            assertThat(mail.getSubject()).isEqualTo("[root/shop] Incident: <production> Bcc: all@example.org 坏了");
            assertThat(mail.getContent().toString()).contains("First suspect: 4f2c9e1.", "/-/incidents/1");
            assertThat(mail.getHeader("Bcc")).isNull();
        } finally {
            server.stop();
        }
    }

    @Test
    void aMailServerThatIsAwayIsTriedAgainAndNoneIsNot() {
        Sender away = new MailSender("smtp://127.0.0.1:1", "", "tandem@example.org", Clock.systemUTC());
        assertThat(away.send(channel("mei@example.org"), NOTICE, 1).again()).isTrue();
        Sender none = new MailSender("", "", "", Clock.systemUTC());
        assertThat(none.send(channel("mei@example.org"), NOTICE, 1).again()).isFalse();
    }

    private static Channel channel(String to) {
        return new Channel(1, 1, Channel.Kind.EMAIL, to, null, Set.of(Notice.Event.INCIDENT_OPENED), OperateRows.NOW);
    }
}
