package dev.tandem.e2e;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.tandem.cli.drive.Api;
import dev.tandem.cli.drive.Await;
import dev.tandem.cli.drive.Load;
import dev.tandem.cli.drive.Service;
import dev.tandem.testkit.Chromium;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import tools.jackson.databind.JsonNode;

/** Takes docs/screenshots anew from the demo's story: {@code mvn -pl e2e -am test -Dtest=ScreenshotsTest -Dtandem.screenshots=true}. */
@EnabledIfSystemProperty(
        named = "tandem.screenshots",
        matches = "true",
        disabledReason = "writes docs/screenshots; -Dtandem.screenshots=true")
class ScreenshotsTest {
    private static final Path FOLDER = Path.of(System.getProperty("tandem.root"), "docs/screenshots");

    /** What README and the pages under docs show: name of the file, language, width, theme, page. */
    private static final List<Shot> SHOTS = List.of(
            new Shot("deployment", "en-US", 1440, ColorScheme.LIGHT, "/root/shop/-/deployments/4"),
            new Shot("deployment-zh", "zh-CN", 1440, ColorScheme.LIGHT, "/root/shop/-/deployments/4"),
            new Shot("deployment-narrow", "en-US", 390, ColorScheme.LIGHT, "/root/shop/-/deployments/4"),
            new Shot("failed-deployment", "en-US", 1440, ColorScheme.LIGHT, "/root/shop/-/deployments/6"),
            new Shot("failed-deployment-dark", "en-US", 1440, ColorScheme.DARK, "/root/shop/-/deployments/6"),
            new Shot("pipeline", "en-US", 1440, ColorScheme.LIGHT, "/root/shop/-/pipelines/4"),
            new Shot("environment", "en-US", 1440, ColorScheme.LIGHT, "/root/shop/-/environments/2"),
            new Shot("commit", "en-US", 1440, ColorScheme.LIGHT, "/root/shop/-/commit/main"),
            new Shot("incident", "en-US", 1440, ColorScheme.LIGHT, "/root/shop/-/incidents/1"),
            new Shot("dora", "en-US", 1440, ColorScheme.LIGHT, "/root/shop/-/dora"),
            new Shot("incident-narrow", "zh-CN", 390, ColorScheme.DARK, "/root/shop/-/incidents/1"),
            new Shot("job-dark", "en-US", 1440, ColorScheme.DARK, "/root/shop/-/jobs/1"));

    private record Shot(String name, String language, int width, ColorScheme scheme, String path) {}

    @Test
    void takeThemAll() throws Exception {
        Distribution.required();
        Chromium.browser();
        Files.createDirectories(FOLDER);
        try (ToldStory story = ToldStory.tell()) {
            for (Shot shot : SHOTS) {
                take(story, shot);
            }
            takeAChange(story);
            takeARollout(story);
        }
    }

    private static void takeAChange(ToldStory story) {
        try (BrowserContext visitor = Lookers.visitor("en-US", 1440, 900, ColorScheme.LIGHT)) {
            Page page = Lookers.signIn(visitor, story);
            page.navigate(story.url("/root/shop/-/deployments/6"));
            page.locator("#deployment-facts a[href*='/-/changes/']").click();
            PlaywrightAssertions.assertThat(page.locator("#change")).isVisible();
            save(page, "change");
        }
    }

    /** Version 4 on its way to production, at its second step, under load. */
    private static void takeARollout(ToldStory story) throws Exception {
        Service service = new Service(production(story));
        try (BrowserContext english = Lookers.visitor("en-US", 1440, 900, ColorScheme.LIGHT);
                BrowserContext chinese = Lookers.visitor("zh-CN", 1440, 900, ColorScheme.LIGHT);
                Load load = Load.start(service.request(), 250)) {
            Page page = Lookers.signIn(english, story);
            Page other = Lookers.signIn(chinese, story);
            story.pushVersionFour();
            long deployment = Await.until(
                    Duration.ofMinutes(3),
                    Duration.ofMillis(200),
                    () -> atItsSecondStep(story),
                    () -> "version 4 did not come to its second step");
            openRollout(page, story, deployment);
            save(page, "rollout");
            openRollout(other, story, deployment);
            save(other, "rollout-zh");
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
            page.setViewportSize(390, 844);
            save(page, "rollout-narrow");
        }
    }

    private static void openRollout(Page page, ToldStory story, long deployment) {
        page.navigate(story.url("/root/shop/-/deployments/" + deployment));
        PlaywrightAssertions.assertThat(page.locator(".chart canvas")).hasCount(3);
        PlaywrightAssertions.assertThat(page.locator("#signal-rate:not([data-empty])"))
                .hasCount(1);
        PlaywrightAssertions.assertThat(page.locator("#verdict ~ .table td.num").first())
                .not()
                .hasText("0");
    }

    private static URI production(ToldStory story) throws Exception {
        for (JsonNode environment : story.api().get("/projects/" + Api.encoded("root/shop") + "/environments")) {
            if (environment.path("name").asString().equals("production")) {
                return URI.create(environment.path("external_url").asString());
            }
        }
        throw new AssertionError("the story has no production");
    }

    private static Optional<Long> atItsSecondStep(ToldStory story) throws Exception {
        JsonNode newest = story.api()
                .get("tandem:/projects/" + Api.encoded("root/shop") + "/rollouts?environment=production")
                .path(0);
        return newest.path("percent").asInt() == 50 && !newest.path("over").asBoolean()
                ? Optional.of(newest.path("deployment_id").asLong())
                : Optional.empty();
    }

    private static void save(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(FOLDER.resolve(name + ".png"))
                .setFullPage(true));
    }

    private static void take(ToldStory story, Shot shot) {
        try (BrowserContext visitor = Lookers.visitor(shot.language(), shot.width(), 900, shot.scheme())) {
            Page page = Lookers.signIn(visitor, story);
            page.navigate(story.url(shot.path()));
            PlaywrightAssertions.assertThat(page.locator("html[data-ready]")).hasCount(1);
            if (shot.path().contains("/-/jobs/")) {
                PlaywrightAssertions.assertThat(page.locator(".log[data-log-ended]"))
                        .hasCount(1);
            }
            save(page, shot.name());
        }
    }
}
