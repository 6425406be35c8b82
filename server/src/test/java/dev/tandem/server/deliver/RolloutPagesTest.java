package dev.tandem.server.deliver;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import dev.tandem.server.deliver.DeliverServer.Reply;
import dev.tandem.testkit.Chromium;
import dev.tandem.testkit.WellMade;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page of a rollout in a real browser, while the rollout goes on: what it shows, and what its buttons do. */
class RolloutPagesTest extends DeliverScene {
    private static Browser browser;

    private final List<String> faults = new ArrayList<>();

    @BeforeAll
    static void browser() {
        browser = Chromium.browser();
        PlaywrightAssertions.setDefaultAssertionTimeout(30_000);
    }

    @AfterEach
    void noTraffic() {
        agent.traffic(0, 0);
    }

    @Test
    void aCanaryIsWatchedPausedPromotedTakenBackAndAborted() throws Exception {
        deploy(first, bundle("v1"));
        agent.traffic(200, 0);
        long canary = begin(second, "v2");
        Page page = signedIn("en");
        page.navigate(address(canary));
        assertThat(page.locator("#verdict")).containsText("no harm so far");
        assertThat(page.locator(".rollout-step")).containsText("Step 1 of 3");
        assertThat(page.locator("#verdict ~ .table").last()).containsText("Fails fewer requests than allowed");
        assertThat(page.locator(".chart canvas")).hasCount(3);
        assertThat(page.locator("#signal-rate output").first()).containsText("/s");
        assertThat(page.locator("#signal-p95 output").first()).containsText("ms");
        WellMade.check(page, "canary");
        chinese(canary);
        Page plain = plain(canary);
        pauseAndResume(page);
        promote(page);
        // What a page from before that shows is refused: nobody promotes a step that they have not seen.
        plain.locator("form[action$='/promote'] button").first().click();
        assertThat(plain.locator(".flash")).containsText("has moved on");
        agent.traffic(200, 40);
        assertThat(page.locator(".heading .state-word")).hasText("failed");
        assertThat(page.locator(".notice.failed")).containsText("requests of the new revision failed");
        assertThat(page.locator("#steps ~ .table tr").last()).containsText("judged worse, taken back");
        assertThat(page.locator("#verdict")).containsText("worse");
        WellMade.check(page, "worse");
        agent.traffic(0, 0);
        abort(page, begin(third, "v3"));
        assertThat(faults).isEmpty();
    }

    private void pauseAndResume(Page page) {
        page.locator(".heading-acts").getByText("Pause").click();
        assertThat(page.locator("dialog"))
                .containsText("10 % of new requests stay on " + second.substring(0, 8) + " until somebody resumes");
        page.locator("dialog button.primary").click();
        assertThat(page.locator(".notice.warning").first()).containsText("Paused by");
        WellMade.shot(page, "paused");
        page.locator(".heading-acts").getByText("Resume").click();
        page.locator("dialog button.primary").click();
        assertThat(page.locator(".flash")).containsText("goes on");
        assertThat(page.locator(".notice.warning")).hasCount(0);
    }

    private static void promote(Page page) {
        page.locator(".heading-acts").getByText("Promote to 50 %").click();
        assertThat(page.locator("dialog")).containsText("without waiting for more evidence");
        page.locator("dialog button.primary").click();
        assertThat(page.locator(".split-legend strong").first()).hasText("50 %");
        assertThat(page.locator("#steps ~ .table tr").nth(1)).containsText("let on by a person");
    }

    private void abort(Page page, long deployment) {
        page.navigate(address(deployment));
        page.locator(".heading-acts")
                .getByText("Abort: back to " + first.substring(0, 8))
                .click();
        assertThat(page.locator("dialog"))
                .containsText("All new requests go back to " + first.substring(0, 8) + " at once");
        page.locator("dialog button.danger").click();
        assertThat(page.locator(".heading .state-word")).hasText("canceled");
        assertThat(page.locator(".heading-acts form[action$='/cancel']")).hasCount(0);
    }

    private void chinese(long deployment) {
        Page page = signedIn("zh-CN");
        page.navigate(address(deployment));
        assertThat(page.locator("#verdict")).containsText("目前无损害");
        assertThat(page.locator(".rollout-step")).containsText("第 1 步，共 3 步");
        WellMade.shot(page, "canary-zh");
        page.context().close();
    }

    /** Without JavaScript the buttons post at once. */
    private Page plain(long deployment) {
        BrowserContext context = browser.newContext(
                new Browser.NewContextOptions().setJavaScriptEnabled(false).setLocale("en"));
        Page page = signIn(context.newPage());
        page.navigate(address(deployment));
        return page;
    }

    private static Map<String, Object> patient() {
        return Map.of("strategy", "canary", "steps", "10,50", "min_step", "10m", "bake", "20m");
    }

    /** A canary's deployment. */
    private long begin(String sha, String content) throws Exception {
        Reply asked = ask(job(sha, "production"), bundle(content), patient());
        assertThat(asked.status()).as(asked.text()).isEqualTo(201);
        return asked.json().path("deployment_id").asLong();
    }

    private String address(long deployment) {
        return server.uri
                .resolve("/root/" + shop.path() + "/-/deployments/" + deployment)
                .toString();
    }

    private Page signedIn(String language) {
        Page page = browser.newContext(
                        new Browser.NewContextOptions().setLocale(language).setViewportSize(1440, 900))
                .newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                faults.add(page.url() + ": " + message.text());
            }
        });
        page.onPageError(faults::add);
        return signIn(page);
    }

    private static Page signIn(Page page) {
        page.navigate(server.uri.resolve("/-/sign-in").toString());
        page.fill("input[name=username]", "root");
        page.fill("input[name=password]", "correct horse battery");
        page.press("input[name=password]", "Enter");
        page.waitForURL(url -> !url.contains("/-/sign-in"));
        return page;
    }
}
