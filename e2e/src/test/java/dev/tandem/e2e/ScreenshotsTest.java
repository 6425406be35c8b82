package dev.tandem.e2e;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

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
        Distribution.chromiumRequired();
        Files.createDirectories(FOLDER);
        try (ToldStory story = ToldStory.tell();
                Chromium chromium = new Chromium()) {
            for (Shot shot : SHOTS) {
                take(chromium, story, shot);
            }
        }
    }

    private static void take(Chromium chromium, ToldStory story, Shot shot) {
        try (BrowserContext visitor = chromium.visitor(shot.language(), shot.width(), 900, shot.scheme())) {
            Page page = Chromium.signIn(visitor, story);
            page.navigate(story.url(shot.path()));
            PlaywrightAssertions.assertThat(page.locator("html[data-ready]")).hasCount(1);
            if (shot.path().contains("/-/jobs/")) {
                PlaywrightAssertions.assertThat(page.locator(".log[data-log-ended]"))
                        .hasCount(1);
            }
            page.screenshot(new Page.ScreenshotOptions()
                    .setPath(FOLDER.resolve(shot.name() + ".png"))
                    .setFullPage(true));
        }
    }
}
