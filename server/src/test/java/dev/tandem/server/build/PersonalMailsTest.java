package dev.tandem.server.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.RunningServer;
import dev.tandem.server.build.BuildServer.Repo;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.identity.Accounts;
import dev.tandem.server.identity.Users;
import dev.tandem.server.operate.MailPreferences;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Role;
import dev.tandem.testkit.Await;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mail of what people chose, by a real mail server, and the way out that stands in it. */
class PersonalMailsTest {
    private static final Pattern LINK = Pattern.compile("(/-/mail/unsubscribe/[A-Za-z0-9_-]+)");

    @TempDir
    static Path folder;

    private static GreenMail mails;
    private static BuildServer build;
    private static RunningServer server;
    private static Repo shop;

    @BeforeAll
    static void start() {
        mails = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mails.start();
        build = BuildServer.start(
                folder, "--smtp-url=smtp://127.0.0.1:" + mails.getSmtp().getPort(), "--smtp-from=tandem@example.test");
        server = build.server();
        shop = build.project("shop", "test: {script: [echo]}\n");
        server.api(
                "POST",
                "/projects/" + shop.id() + "/members",
                RunningServer.TOKEN,
                "{\"user_id\":1,\"access_level\":50}");
    }

    @AfterAll
    static void stop() {
        build.close();
        mails.stop();
    }

    @Test
    void whoBrokeAPipelineHearsOfItOnceInTheirLanguageAndCanStopThat() throws MessagingException {
        RunningServer.Browser root = server.browser();
        root.signIn("root", RunningServer.PASSWORD);
        root.post("/-/profile/mail", "/-/profile/mail", "topics", "pipelines", "topics", "incidents");
        assertThat(root.get("/-/profile/mail").body()).contains("value=\"pipelines\" checked", "value=\"rollouts\">");
        server.bean(Accounts.class).setLanguage(id("root"), "zh-CN");
        PipelineRecord pipeline = build.awaitPipeline(shop, 0);
        ScriptedRunner runner = build.runner();
        runner.finishTaken(runner.takeAndStart(), "", "failed", ",\"failure_reason\":\"script_failure\"");

        MimeMessage mail = Await.value("the mail", () -> to("root").stream().findFirst());
        assertThat(mail.getSubject()).isEqualTo("[root/shop] main 上的流水线 #" + pipeline.id() + " 失败");
        assertThat(text(mail)).contains("first", "/root/shop/-/pipelines/" + pipeline.id(), "停止接收");
        // The same again, as after a crash: whatever comes of it is done once that of a later event is.
        server.bean(Database.class).write(tx -> {
            tx.publish(new PipelineFinished(pipeline.id(), shop.id(), "main", pipeline.sha(), JobStatus.FAILED));
            return tx;
        });

        Matcher link = LINK.matcher(text(mail));
        assertThat(link.find()).isTrue();
        RunningServer.Browser visitor = server.browser();
        assertThat(visitor.get(link.group(1), "Accept-Language", "en").body())
                .contains("You will hear no more by mail of pipelines of mine");
        assertThat(wanted("root")).as("a look stops nothing").contains(MailPreferences.Topic.PIPELINES);
        assertThat(visitor.post(link.group(1), link.group(1)).statusCode()).isEqualTo(200);
        assertThat(wanted("root")).containsExactly(MailPreferences.Topic.INCIDENTS);
        assertThat(visitor.get("/-/mail/unsubscribe/AAAA").statusCode()).isEqualTo(404);

        incident("Nobody can pay");
        Await.until("the mail of the incident", () -> to("root").size() >= 2);
        assertThat(to("root")).hasSize(2);
    }

    @Test
    void onlyDevelopersWhoWantToHearOfIncidentsDo() throws MessagingException {
        person("mei", Optional.of(Role.DEVELOPER), true);
        person("ann", Optional.of(Role.REPORTER), true);
        person("bob", Optional.of(Role.DEVELOPER), false);
        person("eve", Optional.empty(), true);

        incident("Slow <b>");

        MimeMessage mail = Await.value("the mail", () -> to("mei").stream().findFirst());
        assertThat(mail.getSubject()).startsWith("[root/shop] Incident: Slow <b> (#");
        assertThat(to("ann")).isEmpty();
        assertThat(to("bob")).isEmpty();
        assertThat(to("eve")).isEmpty();
    }

    private static void person(String name, Optional<Role> role, boolean wants) {
        build.person(name, shop, role);
        if (wants) {
            server.bean(MailPreferences.class).choose(id(name), EnumSet.of(MailPreferences.Topic.INCIDENTS));
        }
    }

    private static dev.tandem.server.identity.UserId id(String username) {
        return server.bean(Users.class).find(username).orElseThrow().id();
    }

    private static java.util.Set<MailPreferences.Topic> wanted(String username) {
        return server.bean(MailPreferences.class).of(id(username));
    }

    private static void incident(String title) {
        server.ask(
                "POST",
                "/api/tandem/v1/projects/" + shop.id() + "/incidents",
                RunningServer.TOKEN,
                "{\"title\":\"" + title + "\"}");
    }

    private static List<MimeMessage> to(String username) {
        String address = server.bean(Users.class).find(username).orElseThrow().email();
        return Arrays.stream(mails.getReceivedMessages())
                .filter(mail -> {
                    try {
                        return mail.getAllRecipients()[0].toString().equals(address);
                    } catch (MessagingException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
    }

    private static String text(MimeMessage mail) {
        try {
            return mail.getContent().toString().replace("\r\n", "\n");
        } catch (java.io.IOException | MessagingException e) {
            throw new AssertionError(GreenMailUtil.getWholeMessage(mail), e);
        }
    }
}
