package dev.tandem.gallery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.tandem.server.platform.live.LiveHub;
import dev.tandem.testkit.Chromium;
import dev.tandem.testkit.WellMade;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;

/** The face in a real browser. Skipped with a hint where no Chromium is installed. */
class BrowserTest {
    private static ConfigurableApplicationContext server;
    private static Browser browser;
    private static String origin;

    private BrowserContext context;
    private Page page;
    private final List<String> faults = new ArrayList<>();

    @BeforeAll
    static void start() {
        browser = Chromium.browser();
        server = GalleryServer.start(0);
        origin = "http://localhost:" + server.getEnvironment().getProperty("local.server.port");
        PlaywrightAssertions.setDefaultAssertionTimeout(20_000);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void open() {
        context = browser.newContext(new Browser.NewContextOptions().setViewportSize(1440, 900));
        page = newPage();
    }

    @AfterEach
    void noFaults() {
        context.close();
        assertThat(faults).isEmpty();
    }

    private Page newPage() {
        Page fresh = context.newPage();
        fresh.setDefaultTimeout(30_000);
        fresh.onConsoleMessage(message -> {
            if (message.type().equals("error") && !message.text().contains("status of 404")) {
                faults.add(message.text());
            }
        });
        fresh.onPageError(faults::add);
        return fresh;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/gallery",
                "/gallery/live",
                "/gallery/error/404",
                "/gallery?nobody",
                "/gallery/job/axe",
                "/gallery/charts"
            })
    void axeFindsNothingInEitherTheme(String path) {
        gallery().log("axe", "plain\n\u001b[31mred\u001b[0m and \u001b[2mfaint\u001b[0m\n".getBytes(UTF_8), true);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        go(path);
        if (path.contains("job")) {
            PlaywrightAssertions.assertThat(page.locator(".log-row").first()).isVisible();
        }
        if (path.contains("charts")) {
            PlaywrightAssertions.assertThat(page.locator(".chart canvas")).hasCount(6);
        }
        WellMade.check(page, path);
    }

    @Test
    void themeChoiceComesFromTheServerNextTime() {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        go("/gallery/live");
        page.locator("[data-theme-switch]").click();
        go("/gallery/live");
        PlaywrightAssertions.assertThat(page.locator("html")).hasAttribute("data-theme", "dark");
        assertThat(page.evaluate("getComputedStyle(document.body.parentElement).backgroundColor"))
                .isEqualTo("rgb(14, 17, 19)");
    }

    @Test
    void pageFitsANarrowScreen() {
        page.setViewportSize(390, 844);
        go("/gallery");
        assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(390);
    }

    @Test
    void readsWithoutJavaScript() {
        try (BrowserContext plain = browser.newContext(new Browser.NewContextOptions().setJavaScriptEnabled(false))) {
            Page fresh = plain.newPage();
            fresh.navigate(origin + "/gallery");
            PlaywrightAssertions.assertThat(fresh.locator(".moment")).hasCount(9);
            PlaywrightAssertions.assertThat(fresh.locator(".job-node")).hasCount(8);
        }
    }

    @Test
    void liveElementChangesInPlaceAndKeepsWhatIsOpen() {
        go("/gallery/live");
        page.locator("details summary")
                .filter(new Locator.FilterOptions().setHasText("More"))
                .click();
        connected(1);
        gallery().change("success");
        PlaywrightAssertions.assertThat(page.locator("#status .state-word")).hasText("passed");
        assertThat(page.locator("#status details").getAttribute("open")).isNotNull();
        assertThat(page.locator("link[rel=icon]").getAttribute("href")).endsWith("favicon-success.svg");
        gallery().change("running");
        PlaywrightAssertions.assertThat(page.locator("#status .state-word")).hasText("running");
    }

    @Test
    void eightTabsShareOneStreamAndTheNextTakesOver() {
        List<Page> tabs = new ArrayList<>(List.of(page));
        for (int i = 1; i < 8; i++) {
            tabs.add(newPage());
        }
        for (Page tab : tabs) {
            tab.navigate(origin + "/gallery/live");
        }
        connected(1);
        gallery().change("failed");
        for (Page tab : tabs) {
            PlaywrightAssertions.assertThat(tab.locator("#status .state-word")).hasText("failed");
        }
        assertThat(hub().connected()).isEqualTo(1);
        Page leader = tabs.stream()
                .filter(tab -> "leader".equals(tab.locator("html").getAttribute("data-live")))
                .findFirst()
                .orElseThrow();
        leader.close();
        tabs.remove(leader);
        gallery().change("success");
        for (Page tab : tabs) {
            PlaywrightAssertions.assertThat(tab.locator("#status .state-word")).hasText("passed");
        }
        connected(1);
    }

    @Test
    void dialogAsksBeforeADangerousAct() {
        go("/gallery/live");
        String before = page.locator("#count").textContent();
        page.locator("main button.danger").click();
        PlaywrightAssertions.assertThat(page.locator("dialog h2")).hasText("Roll production back to 3d19aa70?");
        page.keyboard().press("Escape");
        PlaywrightAssertions.assertThat(page.locator("dialog")).hasCount(0);
        PlaywrightAssertions.assertThat(page.locator("#count")).hasText(before);
        page.locator("main button.danger").click();
        page.locator("dialog button.danger").click();
        PlaywrightAssertions.assertThat(page.locator("#count")).hasText(String.valueOf(Integer.parseInt(before) + 1));
    }

    @Test
    void paletteFindsPagesAndProjects() {
        go("/gallery");
        page.keyboard().press("Control+k");
        PlaywrightAssertions.assertThat(
                        page.locator(".palette li").filter(new Locator.FilterOptions().setHasText("<b>bold</b>")))
                .hasCount(1);
        page.keyboard().type("paym");
        PlaywrightAssertions.assertThat(page.locator(".palette li[aria-selected=true]"))
                .containsText("root/payments");
        WellMade.accessible(page, "page");
        page.keyboard().press("Enter");
        page.waitForURL("**/gallery?project=payments");
    }

    @Test
    void keysGoAndMove() {
        go("/gallery");
        page.keyboard().press("j");
        page.keyboard().press("j");
        PlaywrightAssertions.assertThat(page.locator("tr[data-selected]")).containsText("#211");
        page.keyboard().press("Enter");
        page.waitForURL("**/gallery?row=1");
        page.keyboard().press("g");
        page.keyboard().press("p");
        page.waitForURL("**/root/shop/-/pipelines");
    }

    @Test
    void graphShowsWhatAJobNeedsOverAnyDistance() {
        go("/gallery");
        page.locator("#job-6 a").hover();
        PlaywrightAssertions.assertThat(page.locator(".graph-lines path")).hasCount(8);
        PlaywrightAssertions.assertThat(page.locator(".job-node[data-traced]")).hasCount(7);
    }

    @Test
    void chartsFollowTheirTablesAndAreReadWithKeys() {
        page.setViewportSize(390, 844);
        go("/gallery/charts");
        Locator weeks = page.locator("#weeks");
        PlaywrightAssertions.assertThat(page.locator(".chart canvas")).hasCount(6);
        assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(390);
        weeks.locator("summary").click();
        connected(1);
        String before = weeks.locator("output").textContent();
        gallery().change("running");
        PlaywrightAssertions.assertThat(weeks.locator("output")).hasText(String.valueOf(Integer.parseInt(before) + 1));
        PlaywrightAssertions.assertThat(weeks.locator("canvas")).hasCount(1);
        PlaywrightAssertions.assertThat(weeks.locator("tbody")).isVisible();
        weeks.locator(".chart-plot").focus();
        page.keyboard().press("ArrowLeft");
        page.keyboard().press("ArrowLeft");
        PlaywrightAssertions.assertThat(weeks.locator("output")).hasText("0");
        PlaywrightAssertions.assertThat(weeks.locator(".chart-at")).hasText("Nov 9");
        page.keyboard().press("Escape");
        PlaywrightAssertions.assertThat(weeks.locator(".chart-at")).hasText("");
    }

    @Test
    void chartWithASourceAppendsWhatIsNew() {
        double start = SampleCharts.START.toEpochMilli();
        gallery().point(start, 40, 80);
        go("/gallery/charts");
        PlaywrightAssertions.assertThat(page.locator("#live output")).hasText(new String[] {"40 ms", "80 ms"});
        connected(1);
        gallery().point(start + 1000, 1234, 81.25);
        PlaywrightAssertions.assertThat(page.locator("#live output")).hasText(new String[] {"1.23 s", "81.3 ms"});
    }

    @Test
    void logIsInertAndFolded() {
        gallery().log("inert", trickyLog().getBytes(UTF_8), true);
        go("/gallery/job/inert");
        PlaywrightAssertions.assertThat(page.locator(".log[data-log-ended]")).hasCount(1);
        assertThat(page.locator(".log img, .log script, .log b").count()).isZero();
        assertThat(page.locator(".log-text").allTextContents())
                .containsExactly(
                        "Running with tandem",
                        "Getting sources",
                        "Running the script",
                        "<img src=x onerror=alert(1)><script>alert(2)</script>",
                        "red bold 256",
                        "100 %",
                        "joined line",
                        "Job failed: exit code 1");
        assertThat(page.locator(".log-text .ansi-fg-1").allTextContents()).containsExactly("red ", "bold");
        PlaywrightAssertions.assertThat(page.locator(".log-duration").first()).hasText("5.0s");
        page.locator(".log-fold").first().click();
        PlaywrightAssertions.assertThat(page.locator(".log-text").nth(2)).hasText("Fetching changes");
    }

    @Test
    void logFollowsWhileTheJobRuns() {
        gallery().log("follow", "first\n".getBytes(UTF_8), false);
        go("/gallery/job/follow");
        PlaywrightAssertions.assertThat(page.locator(".log-text")).hasText(new String[] {"first"});
        connected(1);
        gallery().log("follow", ("first\n" + "more\n".repeat(500) + "50 %\r60 %").getBytes(UTF_8), false);
        PlaywrightAssertions.assertThat(page.locator(".log-text").last()).hasText("60 %");
        gallery().log("follow", ("first\n" + "more\n".repeat(500) + "50 %\r60 %\r100 %\nend\n").getBytes(UTF_8), true);
        PlaywrightAssertions.assertThat(page.locator(".log-text").last()).hasText("end");
        PlaywrightAssertions.assertThat(page.locator(".log")).hasAttribute("data-lines", "503");
    }

    @Test
    void fiftyMegabytesScrollAndSearchWithoutStutter() {
        int lines = 700_000;
        gallery().log("huge", huge(lines), true);
        go("/gallery/job/huge#L654321");
        PlaywrightAssertions.assertThat(page.locator(".log[data-log-ended]"))
                .hasCount(
                        1,
                        new com.microsoft.playwright.assertions.LocatorAssertions.HasCountOptions().setTimeout(90_000));
        assertThat(page.locator(".log").getAttribute("data-lines")).isEqualTo(String.valueOf(lines));
        PlaywrightAssertions.assertThat(page.locator(".log-row[data-target] .log-number"))
                .hasText("654321");
        assertThat(page.locator(".log-row").count()).isLessThan(120);
        Object slowest = page.evaluate("""
                async () => {
                  const screen = document.querySelector(".log-screen");
                  let slowest = 0;
                  for (let i = 0; i < 60; i++) {
                    screen.scrollTop = (i % 2 ? 1 : i / 60) * screen.scrollHeight / 2;
                    const before = performance.now();
                    await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
                    slowest = Math.max(slowest, performance.now() - before);
                  }
                  return slowest;
                }""");
        System.out.println("slowest frame of 60 jumps through 50 MB: " + slowest + " ms");
        page.locator(".log-bar input").fill("needle in line 699999");
        PlaywrightAssertions.assertThat(page.locator(".log-count")).hasText("1 / 1");
        PlaywrightAssertions.assertThat(page.locator(".log-row[data-target] .log-text mark"))
                .hasText("needle in line 699999");
        page.locator(".log-bar button").last().click();
        page.keyboard().press("End");
        PlaywrightAssertions.assertThat(page.locator(".log-number").last()).hasText(String.valueOf(lines));
    }

    private static byte[] huge(int lines) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(60 << 20);
        for (int i = 1; i <= lines; i++) {
            String text = i % 7 == 0 ? "\u001b[32mok\u001b[0m" : i == lines - 1 ? "needle" : "line";
            byte[] line = (text + " in line " + i + " of a long log that says the same again and again ......\n")
                    .getBytes(UTF_8);
            bytes.writeBytes(line);
        }
        assertThat(bytes.size()).isGreaterThan(50_000_000);
        return bytes.toByteArray();
    }

    private static String trickyLog() {
        String head = "2026-08-22T10:15:%02d.000000Z 01O%s";
        return stamp(head, 0, " ") + "Running with tandem\n"
                + stamp(head, 1, " ") + "section_start:1787393701:get_sources\r\u001b[0K\n"
                + stamp(head, 1, "+") + "\u001b[36;1mGetting sources\u001b[0;m\n"
                + stamp(head, 2, " ") + "Fetching changes\n"
                + stamp(head, 6, " ") + "section_end:1787393706:get_sources\r\u001b[0K\n"
                + stamp(head, 6, "+") + "section_start:1787393706:step_script\r\u001b[0K\n"
                + stamp(head, 6, "+") + "Running the script\n"
                + stamp(head, 7, " ") + "<img src=x onerror=alert(1)><script>alert(2)</script>\n"
                + stamp(head, 7, " ") + "\u001b[31mred \u001b[1mbold\u001b[0m \u001b[38;5;208m256\u001b[0m\n"
                + stamp(head, 8, " ") + "50 %\r\n"
                + stamp(head, 8, "+") + "100 %\n"
                + stamp(head, 9, " ") + "joined \n"
                + stamp(head, 9, "+") + "line\n"
                + stamp(head, 9, " ") + "section_end:1787393709:step_script\r\u001b[0K\n"
                + stamp(head, 9, "+") + "Job failed: exit code 1\n";
    }

    private static String stamp(String head, int second, String joint) {
        return String.format(Locale.ROOT, head, second, joint);
    }

    private void go(String path) {
        page.navigate(origin + path);
        PlaywrightAssertions.assertThat(page.locator("html[data-ready]")).hasCount(1);
    }

    /** Waits until the hub has that many streams. */
    private void connected(int streams) {
        page.waitForCondition(() -> hub().connected() == streams);
    }

    private static LiveHub hub() {
        return server.getBean(LiveHub.class);
    }

    private static GalleryController gallery() {
        return server.getBean(GalleryController.class);
    }
}
