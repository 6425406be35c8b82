package dev.tandem.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.tandem.testkit.Chromium;
import dev.tandem.testkit.WellMade;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real pages, after the demo's story, in a browser: what people read, what moves by itself, what buttons do. */
class BrowserTest {
    private static final String SHOP = "/root/shop";

    /** A whole pipeline goes to production meanwhile, on a machine that runs other tests beside. */
    private static final double PATIENCE_MILLIS = 180_000;

    /** Pages that the story fills; those of a repository, of figures and the start page are looked at beside their package. */
    private static final List<String> PAGES = List.of(
            SHOP,
            SHOP + "/-/pipelines",
            SHOP + "/-/pipelines/4",
            SHOP + "/-/jobs/1",
            SHOP + "/-/environments",
            SHOP + "/-/environments/2",
            SHOP + "/-/deployments/4",
            SHOP + "/-/deployments/6",
            SHOP + "/-/incidents",
            SHOP + "/-/incidents/1",
            "/root/two-jobs/-/incidents",
            "/root/two-jobs/-/dora",
            SHOP + "/-/project_members",
            SHOP + "/-/settings",
            "/root/two-jobs/-/environments",
            "/-/projects/new",
            "/-/profile/tokens",
            "/-/admin/users",
            "/-/admin/audit");

    private static @Nullable ToldStory told;

    private final List<BrowserContext> visitors = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    @BeforeAll
    static void tell() throws Exception {
        Distribution.required();
        Chromium.browser();
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
        told = ToldStory.tell();
    }

    @AfterAll
    static void close() {
        if (told != null) {
            told.close();
        }
    }

    @AfterEach
    void noFaultsInTheConsole() {
        visitors.forEach(BrowserContext::close);
        assertThat(faults).isEmpty();
    }

    @Test
    void aWrongPasswordIsRefusedAndTheRightOneLeadsToWhatWasAskedFor() {
        Page page = visitor("en-US", 1440, ColorScheme.LIGHT).newPage();
        page.navigate(story().url(SHOP + "/-/pipelines"));
        assertThat(page).hasURL(Pattern.compile(".*/-/sign-in.*"));
        signIn(page, "not-the-password");
        assertThat(page.locator(".notice.failed")).isVisible();
        assertThat(page.locator("input[name=username]")).hasValue("root");
        assertThat(page.locator("input[name=password]")).hasValue("");
        WellMade.accessible(page, "sign-in");
        signIn(page, ToldStory.PASSWORD);
        assertThat(page).hasURL(Pattern.compile(".*" + SHOP + "/-/pipelines$"));
    }

    /** Loads each page once and looks at it in both themes and on a narrow screen. */
    @Test
    void everyPageIsWellMade() {
        Page page = signedIn("en-US", 1440, ColorScheme.LIGHT);
        for (String path : PAGES) {
            go(page, path);
            WellMade.check(page, path);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "en-US, Commit, Traffic moved, deployed, Environments, requests of the new revision failed",
        "zh-CN, 提交, 流量已转移, 已部署, 环境, 个请求中有",
    })
    void aDeploymentTellsItsStoryOnTwoRails(
            String language, String commit, String moved, String deployed, String environments, String failed) {
        Page page = signedIn(language, 1440, ColorScheme.LIGHT);
        go(page, SHOP + "/-/environments");
        assertThat(page.locator("h1")).hasText(environments);
        go(page, SHOP + "/-/deployments/4");
        assertThat(page.locator(".heading .state-word")).hasText(deployed);
        assertThat(page.locator(".moment.development").first()).containsText(commit);
        assertThat(page.locator(".moment.operation", having(moved))).hasCount(2);
        assertThat(page.locator("link[rel=icon]")).hasAttribute("href", Pattern.compile(".*favicon-success.svg"));
        go(page, SHOP + "/-/deployments/6");
        assertThat(page.locator(".notice.failed")).containsText(failed);
    }

    @Test
    void aPipelineShowsStagesJobsAndWhatFailedFirst() {
        Page page = signedIn("en-US", 1440, ColorScheme.LIGHT);
        go(page, SHOP + "/-/pipelines/4");
        assertThat(page.locator(".graph-stage h3"))
                .hasText(new String[] {"build", "test", "package", "staging", "production"});
        assertThat(page.locator(".job-node .name"))
                .hasText(new String[] {"compile", "test", "package", "staging", "production"});
        assertThat(page.locator("#pipeline pre").first()).containsText("Job failed: exit code 1");
        page.locator(".job-node", having("production")).locator("a").first().click();
        assertThat(page.locator(".log-text .ansi-fg-1")).containsText("Job failed: exit code 1");
    }

    @Test
    void thePaletteGoesToAPageOfTheProject() {
        Page page = signedIn("en-US", 1440, ColorScheme.LIGHT);
        go(page, SHOP);
        page.keyboard().press("Control+k");
        page.locator(".palette input").fill("environments");
        assertThat(page.locator(".palette li[aria-selected=true]")).containsText("Environments");
        page.locator(".palette input").press("Enter");
        assertThat(page).hasURL(Pattern.compile(".*" + SHOP + "/-/environments$"));
    }

    /** Eight tabs are open while a change goes to production; none is loaded again. Then the change is undone. */
    @Test
    void pagesFollowAPushByThemselvesAndAButtonUndoesIt() throws Exception {
        Page first = signedIn("en-US", 1440, ColorScheme.LIGHT);
        List<Page> tabs = new ArrayList<>(List.of(first));
        while (tabs.size() < 8) {
            tabs.add(watched(first.context().newPage()));
        }
        for (Page tab : tabs) {
            go(tab, SHOP + "/-/pipelines");
            tab.evaluate("window.sameLoad = true");
        }
        String commit = story().pushVersionFour();
        Page job = tabs.get(0);
        Page pipeline = tabs.get(1);
        for (Page tab : tabs) {
            assertThat(tab.locator("tbody tr").first()).containsText("Say version 4");
        }
        pipeline.locator("tbody tr").first().locator("a").first().click();
        pipeline.evaluate("window.sameLoad = true");
        job.navigate(pipeline.url());
        job.locator(".job-node", having("production")).locator("a").first().click();
        assertThat(job.locator(".log[data-log]")).hasCount(1);
        job.evaluate("window.sameLoad = true");
        assertThat(job.locator(".log-text", having("Job succeeded"))).isVisible();
        assertThat(job.locator("#job-head .heading .state-word")).hasText("passed");
        assertThat(pipeline.locator("#pipeline .heading .state-word")).hasText("passed");
        assertThat(pipeline.locator("link[rel=icon]")).hasAttribute("href", Pattern.compile(".*favicon-success.svg"));
        for (Page tab : tabs.subList(2, tabs.size())) {
            assertThat(tab.locator("tbody tr").first().locator(".state-word")).hasText("passed");
        }
        for (Page tab : tabs) {
            assertThat(tab.evaluate("window.sameLoad")).isEqualTo(true);
        }
        rollBack(first, commit);
    }

    /** What serves in staging goes to a tenth of production's requests, and there it stays until somebody says so. */
    @Test
    void aCanaryObeysItsButtons() throws Exception {
        Page page = signedIn("en-US", 1440, ColorScheme.LIGHT);
        go(page, SHOP + "/-/deployments/" + story().beginCanary());
        assertThat(page.locator(".split-legend strong").first()).hasText("10 %");
        Locator acts = page.locator(".heading-acts");
        acts.getByText("Pause").click();
        page.locator("dialog button.primary").click();
        assertThat(page.locator(".notice.warning")).containsText("Paused by root");
        acts.getByText("Resume").click();
        page.locator("dialog button.primary").click();
        assertThat(page.locator(".flash")).containsText("The rollout goes on.");
        acts.getByText("Promote to 50 %").click();
        page.locator("dialog button.primary").click();
        assertThat(page.locator(".split-legend strong").first()).hasText("50 %");
        acts.getByText("Abort: back to").click();
        assertThat(page.locator("dialog")).containsText("All new requests go back to");
        page.locator("dialog button.danger").click();
        assertThat(page.locator("#deployment .heading .state-word")).hasText("canceled");
    }

    /** Asks first; to leave the question changes nothing. */
    private static void rollBack(Page page, String commit) {
        go(page, SHOP + "/-/environments/2");
        assertThat(page.locator("tbody tr").first()).containsText(commit.substring(0, 8));
        Locator button = page.locator(".heading-acts button.danger");
        assertThat(button).containsText("Roll production back to");
        button.click();
        assertThat(page.locator("dialog h2")).containsText("Roll production back to");
        WellMade.accessible(page, "confirmation");
        page.keyboard().press("Escape");
        assertThat(page.locator("dialog")).hasCount(0);
        assertThat(page).hasURL(Pattern.compile(".*/-/environments/2$"));
        button.click();
        page.locator("dialog button.danger").click();
        assertThat(page).hasURL(Pattern.compile(".*/-/deployments/\\d+$"));
        assertThat(page.locator(".flash")).containsText("Rolling production back.");
        assertThat(page.locator("#deployment .heading .state-word")).hasText("deployed");
    }

    private static ToldStory story() {
        return Objects.requireNonNull(told);
    }

    private BrowserContext visitor(String language, int width, ColorScheme scheme) {
        BrowserContext visitor = Lookers.visitor(language, width, 900, scheme);
        visitor.setDefaultTimeout(PATIENCE_MILLIS);
        visitors.add(visitor);
        return visitor;
    }

    private Page signedIn(String language, int width, ColorScheme scheme) {
        return watched(Lookers.signIn(visitor(language, width, scheme), story()));
    }

    private Page watched(Page page) {
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                faults.add(page.url() + ": " + message.text());
            }
        });
        page.onPageError(fault -> faults.add(page.url() + ": " + fault));
        return page;
    }

    private static void signIn(Page page, String password) {
        page.fill("input[name=username]", "root");
        page.fill("input[name=password]", password);
        page.press("input[name=password]", "Enter");
        page.waitForLoadState();
    }

    /** Opens a page and waits until its scripts have started and a log, if it has one, is read to its end. */
    private static void go(Page page, String path) {
        page.navigate(story().url(path));
        assertThat(page.locator("html[data-ready]")).hasCount(1);
        if (path.contains("/-/jobs/")) {
            assertThat(page.locator(".log[data-log-ended]")).hasCount(1);
        }
    }

    private static Page.LocatorOptions having(String text) {
        return new Page.LocatorOptions().setHasText(text);
    }
}
