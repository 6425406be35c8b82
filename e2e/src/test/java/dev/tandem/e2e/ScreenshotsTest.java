package dev.tandem.e2e;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Takes docs/screenshots anew from the demo's story: {@code mvn -pl e2e -am test -Dtest=ScreenshotsTest -Dtandem.screenshots=true}. */
@EnabledIfSystemProperty(
        named = "tandem.screenshots",
        matches = "true",
        disabledReason = "writes docs/screenshots; -Dtandem.screenshots=true")
class ScreenshotsTest {
    private static final Path FOLDER = Path.of(System.getProperty("tandem.root"), "docs/screenshots");

    @Test
    void takeThemAll() throws Exception {
        Distribution.chromiumRequired();
        try (ToldStory story = ToldStory.tell();
                Chromium chromium = new Chromium()) {
            Map<String, String> pages = new LinkedHashMap<>(Map.of(
                    "projects", "/",
                    "project", "/root/shop",
                    "pipelines", "/root/shop/-/pipelines",
                    "pipeline", "/root/shop/-/pipelines/1",
                    "failed-pipeline", "/root/shop/-/pipelines/4",
                    "job", "/root/shop/-/jobs/2",
                    "environments", "/root/shop/-/environments",
                    "deployment", "/root/shop/-/deployments/2",
                    "failed-deployment", "/root/shop/-/deployments/3"));
            take(chromium, story, "en-US", 1440, ColorScheme.LIGHT, "", pages);
            take(chromium, story, "en-US", 1440, ColorScheme.DARK, "-dark", pages);
            take(chromium, story, "en-US", 390, ColorScheme.LIGHT, "-narrow", pages);
            take(chromium, story, "zh-CN", 1440, ColorScheme.LIGHT, "-zh", pages);
        }
    }

    private static void take(
            Chromium chromium,
            ToldStory story,
            String locale,
            int width,
            ColorScheme scheme,
            String suffix,
            Map<String, String> pages) {
        BrowserContext visitor = chromium.visitor(locale, width, 900, scheme);
        Page page = Chromium.signIn(visitor, story);
        pages.forEach((name, path) -> {
            page.navigate(story.url(path));
            page.waitForLoadState();
            page.screenshot(new Page.ScreenshotOptions()
                    .setPath(FOLDER.resolve(name + suffix + ".png"))
                    .setFullPage(true));
        });
        visitor.close();
    }
}
