package dev.tandem.server.operate;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.tandem.agent.protocol.AgentReport;
import dev.tandem.agent.protocol.RevisionState;
import dev.tandem.agent.protocol.RevisionStatus;
import dev.tandem.agent.protocol.RevisionTraffic;
import dev.tandem.server.RunningServer;
import dev.tandem.server.WebBrowser;
import dev.tandem.server.deliver.Agents;
import dev.tandem.server.deliver.Deployment.Kind;
import dev.tandem.server.deliver.DeploymentStatus;
import dev.tandem.server.deliver.Tier;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.Database;
import dev.tandem.testkit.Await;
import dev.tandem.testkit.Chromium;
import dev.tandem.testkit.WellMade;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Service and incident as people see them: both languages, dark and light, wide and narrow. */
@ExtendWith(OperateServer.class)
class OperateBrowserTest {
    private static final String HOME = "/root/browsed/-/";

    private final RunningServer server = OperateServer.get();
    private final OperateRows rows = new OperateRows(server.bean(Database.class));

    @Test
    void serviceAndIncidentAreWellMade() {
        Browser browser = Chromium.browser();
        sickService();
        for (String language : List.of("en", "zh-CN")) {
            look(browser, language);
        }
    }

    @Test
    void thePageThatStopsMailsIsWellMade() {
        User root = server.bean(Users.class).find("root").orElseThrow();
        String ticket = server.bean(MailPreferences.class).ticket(root.id(), MailPreferences.Topic.PIPELINES);
        try (WebBrowser browser = WebBrowser.on(server)) {
            browser.lookAt(browser::visitor, List.of("/-/mail/unsubscribe/" + ticket));
            browser.assertQuiet();
        }
    }

    private void look(Browser browser, String language) {
        boolean english = language.equals("en");
        try (BrowserContext context = browser.newContext(new Browser.NewContextOptions()
                .setBaseURL(server.uri().toString())
                .setLocale(language)
                .setViewportSize(1440, 900))) {
            Page page = context.newPage();
            page.navigate("/-/sign-in");
            page.fill("#username", "root");
            page.fill("#password", RunningServer.PASSWORD);
            page.locator("#password").press("Enter");
            page.waitForURL(url -> !url.contains("sign-in"));

            page.navigate(HOME + "service?span=15m");
            assertThat(page.locator(".heading-sub").innerText())
                    .contains(english ? "incident #1 is open" : "事件 #1 未解决");
            page.waitForSelector("#chart-requests canvas");
            WellMade.check(page, "service-" + language);
            page.navigate(HOME + "service/settings");
            WellMade.check(page, "service-settings-" + language);

            page.navigate(HOME + "incidents/1");
            assertThat(page.locator("#saw").innerText()).contains(english ? "requests failed" : "个请求中有");
            if (english) {
                page.selectOption("#assignee", "root");
                page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Assign"))
                        .click();
                page.waitForSelector(".timeline >> text=assigned it to");
                page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Take it up"))
                        .click();
                page.waitForSelector(".timeline >> text=took it up");
            }
            WellMade.check(page, "incident-" + language);
        }
    }

    /** In production, with traffic, a check, an open incident. */
    private void sickService() {
        long project = rows.project("browsed", 1);
        long production = rows.environment(project, "production", Tier.PRODUCTION);
        long good = rows.deployment(project, production, Kind.JOB, DeploymentStatus.SUCCESS, 'a');
        long agent = server.bean(Agents.class).register("browsed").agent().id();
        rows.runOn(production, agent);
        rows.serve(project, production, good, "d" + good);
        String service = "p" + project + "-production";
        Instant now = Instant.now();
        for (int second = 240; second >= 0; second--) {
            counted += 20 + second % 7;
            report(service, agent, good, second, now.minusSeconds(second));
        }
        server.bean(SignalKeeper.class).store();
        server.api(
                "POST",
                "/projects/" + project + "/members",
                RunningServer.TOKEN,
                "{\"user_id\":1,\"access_level\":50}");
        String api = "/api/tandem/v1/projects/" + project;
        server.ask(
                "POST",
                api + "/uptime_checks",
                RunningServer.TOKEN,
                "{\"environment\":\"production\",\"name\":\"front page\",\"url\":\"http://10.0.0.1/\"}");
        Await.until(
                "the incident opens",
                () -> server.ask("GET", api + "/incidents/1", RunningServer.TOKEN, null)
                                .statusCode()
                        == 200);
    }

    private long counted;

    private void report(String service, long agent, long deployment, int second, Instant at) {
        List<Long> buckets = new ArrayList<>(Collections.nCopies(25, 0L));
        buckets.set(4, counted - counted / 10);
        buckets.set(12, counted / 10);
        boolean sick = second < 60;
        AgentReport report = new AgentReport(
                "test",
                "boot",
                at,
                1,
                List.of(new RevisionStatus(
                        service,
                        "d" + deployment,
                        sick ? RevisionState.UNHEALTHY : RevisionState.HEALTHY,
                        at,
                        0,
                        null,
                        sick ? "GET /health answered 503 three times" : "",
                        List.of())),
                List.of(new RevisionTraffic(service, "d" + deployment, "e", counted, counted / 50, 0, buckets)),
                Map.of(service, Map.of("d" + deployment, 100)),
                new AgentReport.ProxyStatus(true, 80, 1, 1));
        server.bean(SignalKeeper.class).heard(agent, report, at);
        server.bean(HealthWatch.class).heard(agent, report, at);
    }
}
