package dev.tandem.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.tandem.server.build.BuildServer;
import dev.tandem.server.build.BuildServer.Repo;
import dev.tandem.server.build.ScriptedRunner;
import dev.tandem.server.code.storage.RepositoryFolders;
import dev.tandem.server.identity.PersonalTokens;
import dev.tandem.server.identity.TokenScope;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Role;
import dev.tandem.testkit.Await;
import dev.tandem.testkit.WellMade;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page after signing in, over all packages: what waits for whom, and how each project is. */
class HomeTest {
    private static final String CONFIG = """
            stages: [test, deploy]
            test: {stage: test, script: [echo]}
            ship it: {stage: deploy, script: [echo], when: manual}
            undo it: {stage: deploy, script: [echo], when: manual, environment: {name: staging, action: stop}}
            """;

    @TempDir
    static Path folder;

    private static BuildServer build;
    private static RunningServer server;
    private static Repo shop;
    private static Repo quiet;
    private static String mei;

    @BeforeAll
    static void start() {
        build = BuildServer.start(folder);
        server = build.server();
        shop = build.project("shop", CONFIG);
        quiet = build.project("quiet", "test: {script: [echo]}\n");
        mei = build.person("mei", shop, Optional.of(Role.DEVELOPER));
        join(shop);
        join(quiet);
        ScriptedRunner runner = build.runner();
        end(runner);
        end(runner);
        incident("Nobody can pay", "");
        incident("Somebody else looks", "mei");
        server.api(
                "POST",
                "/projects/" + shop.id() + "/deployments",
                RunningServer.TOKEN,
                "{\"environment\":\"production\",\"sha\":\"" + shop.git("rev-parse", "HEAD")
                        + "\",\"ref\":\"main\",\"tag\":false,\"status\":\"success\"}");
        UserId root = server.bean(Users.class).find("root").orElseThrow().id();
        Instant soon = Instant.now().plus(Duration.ofDays(3));
        server.bean(Database.class)
                .write(tx -> server.bean(PersonalTokens.class)
                        .create(tx, root, "nightly", Set.of(TokenScope.API), Optional.of(soon)));
    }

    @AfterAll
    static void stop() {
        build.close();
    }

    @Test
    void whatWaitsIsToldWithItsNextStepTheMostPressingFirst() {
        String page = signedIn().get("/").body();

        assertThat(page)
                .containsSubsequence(
                        "Incident #1 is nobody’s: Nobody can pay",
                        "Take it up",
                        "main is broken since your change",
                        "Look at #",
                        "waits for somebody to start ship it",
                        "The access token nightly ends",
                        "Make a new one",
                        "My projects")
                .doesNotContain("Somebody else looks", "undo it", "ship it and");
    }

    @Test
    void eachProjectTellsWhetherItIsGreenWhatRunsWhereAndWhatChanged() {
        RunningServer.Browser root = signedIn();

        assertThat(root.get("/").body())
                .containsSubsequence("/root/shop/-/pipelines/", "/root/shop/-/environments/", "production");
        assertThat(root.get("/root/shop").body())
                .containsSubsequence(
                        "Is it green?",
                        "data-state=\"success\"",
                        "What runs where?",
                        "production",
                        "What changed last?",
                        "first",
                        "Clone");
        assertThat(root.get("/root/quiet").body()).contains("data-state=\"failed\"", "Nothing was deployed yet.");
    }

    @Test
    void othersSeeTheirOwnAndVisitorsTheListOfProjects() {
        assertThat(server.browser().get("/").body()).doesNotContain("root/shop", "What needs me");
        String user = server.api("GET", "/user", mei, null).body();
        assertThat(user).contains("\"mei\"");
        assertThat(signedIn().get("/-/projects").body()).contains("root/shop", "root/quiet");
    }

    @Test
    void thePageIsWellMadeInBothLanguages() {
        try (WebBrowser browser = WebBrowser.on(server)) {
            for (String language : new String[] {"en", "zh-CN"}) {
                Page page = browser.signedIn(language, 1440);
                WebBrowser.go(page, "/");
                WellMade.check(page, "home " + language);
            }
            Page english = browser.signedIn("en", 1440);
            for (String path : new String[] {"/-/profile/mail", "/-/admin/settings", "/-/help/api"}) {
                WebBrowser.go(english, path);
                WellMade.check(english, path.substring(path.lastIndexOf('/') + 1));
            }
            Page page = browser.signedIn("zh-CN", 1440);
            WebBrowser.go(page, "/root/shop");
            WellMade.check(page, "project");
            page.setViewportSize(390, 900);
            page.keyboard().press("Control+k");
            page.waitForSelector(".palette li >> text=Nobody can pay");
            page.keyboard().type("gitlab-ci");
            page.waitForSelector(".palette li[aria-selected=true] >> text=.gitlab-ci.yml");
            WellMade.check(page, "palette");
            page.setViewportSize(390, 900);
            page.keyboard().press("Enter");
            page.waitForURL(url -> url.endsWith("/root/shop/-/blob/main/.gitlab-ci.yml"));
            browser.assertQuiet();
        }
    }

    @Test
    void thePaletteLeadsToIncidentsBranchesAndFilesThatOneMaySee() {
        shop.git(
                "push",
                "-q",
                server.bean(RepositoryFolders.class).folder(shop.id()).toString(),
                "HEAD:feature/till");
        RunningServer.Browser root = signedIn();

        assertThat(root.get("/-/palette?q=").body()).contains("Nobody can pay", "/root/shop/-/incidents/1");
        assertThat(root.get("/-/palette?q=%232&project=root/shop").body()).contains("/root/shop/-/incidents/2");
        assertThat(root.get("/-/palette?q=till&project=root/shop").body())
                .contains("\"href\":\"/root/shop/-/tree/feature/till\"");
        assertThat(root.get("/-/palette?q=ci.yml%20lab&project=root/shop").body())
                .contains("\"href\":\"/root/shop/-/blob/main/.gitlab-ci.yml\"");
        for (String query :
                new String[] {"q=", "q=%232&project=root/shop", "q=till&project=root/shop", "q=ci&project=root/shop"}) {
            assertThat(server.browser().get("/-/palette?" + query).body())
                    .as(query)
                    .doesNotContain("root/shop", "pay");
        }
    }

    private static RunningServer.Browser signedIn() {
        RunningServer.Browser browser = server.browser();
        browser.signIn("root", RunningServer.PASSWORD);
        return browser;
    }

    private static void join(Repo repo) {
        server.api(
                "POST",
                "/projects/" + repo.id() + "/members",
                RunningServer.TOKEN,
                "{\"user_id\":1,\"access_level\":50}");
    }

    /** Plays the next job, which only the shop survives, and waits until its pipeline says so. */
    private static void end(ScriptedRunner runner) {
        ScriptedRunner.Given job = runner.takeAndStart();
        String how = build.job(job.id()).projectId() == shop.id() ? "success" : "failed";
        runner.finishTaken(job, "", how, how.equals("failed") ? ",\"failure_reason\":\"script_failure\"" : "");
        long pipeline = build.job(job.id()).pipelineId();
        Await.until(
                "the pipeline's end",
                () -> build.pipeline(pipeline).status().wire().equals(how));
    }

    private static void incident(String title, String assignee) {
        String path = "/api/tandem/v1/projects/" + shop.id() + "/incidents";
        server.ask("POST", path, RunningServer.TOKEN, "{\"title\":\"" + title + "\"}");
        if (!assignee.isEmpty()) {
            server.ask("POST", path + "/2/assign", RunningServer.TOKEN, "{\"username\":\"" + assignee + "\"}");
        }
    }
}
