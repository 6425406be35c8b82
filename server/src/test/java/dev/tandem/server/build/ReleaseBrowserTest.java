package dev.tandem.server.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import dev.tandem.server.RunningServer;
import dev.tandem.server.build.BuildServer.Repo;
import dev.tandem.server.build.ScriptedRunner.Given;
import dev.tandem.server.build.sites.Sites;
import dev.tandem.testkit.Await;
import dev.tandem.testkit.Chromium;
import dev.tandem.testkit.WellMade;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Releases and published sites as a browser sees them: both languages, dark and light, wide and narrow. */
class ReleaseBrowserTest {
    @TempDir
    static Path folder;

    private static BuildServer build;
    private static long job;

    @BeforeAll
    static void start() throws IOException {
        build = BuildServer.start(folder);
        Repo repo = build.project("seen", "pages: {script: [make], resource_group: site}\n");
        release(repo, """
                {"tag_name":"v1.0","ref":"main","name":"The first","description":"Old"}
                """);
        release(repo, """
                {"tag_name":"v1.1","ref":"main","name":"Rounds to cents","description":"## New\\n\\n- totals are *rounded*\\n\\n`cents()`",
                 "assets":{"links":[{"name":"shop-1.1.jar","url":"https://example.org/shop-1.1.jar","filepath":"/shop.jar","link_type":"package"},
                                    {"name":"What to do when it fails","url":"https://example.org/run","link_type":"runbook"}]}}
                """);
        build.awaitPipeline(repo, 0);
        ScriptedRunner runner = build.runner();
        Given given = runner.takeAndStart();
        job = given.id();
        runner.upload(
                given,
                "",
                "artifacts.zip",
                zip(Map.of(
                        "public/index.html",
                        "<link rel=stylesheet href=style.css><title>site</title><p>text</p><script>document.title='run'</script>",
                        "public/style.css",
                        "p { color: rgb(1, 2, 3) }")));
        runner.finishTaken(given, "", "success", "");
        Await.until(
                "the site", () -> build.server().bean(Sites.class).ofJob(job).isPresent());
    }

    @AfterAll
    static void stop() {
        build.close();
    }

    @Test
    void thePagesAreWellMadeAndSitesAreHarmless() {
        Browser browser = Chromium.browser();
        for (String language : List.of("en", "zh-CN")) {
            look(browser, language);
        }
    }

    private static void look(Browser browser, String language) {
        try (BrowserContext context = browser.newContext(new Browser.NewContextOptions()
                .setBaseURL(build.server().uri().toString())
                .setLocale(language)
                .setViewportSize(1440, 900))) {
            Page page = context.newPage();
            page.navigate("/-/sign-in");
            page.fill("#username", "root");
            page.fill("#password", RunningServer.PASSWORD);
            page.locator("#password").press("Enter");
            page.waitForURL(url -> !url.contains("sign-in"));
            page.navigate("/root/seen/-/releases");
            WellMade.check(page, "releases-" + language);
            page.navigate("/root/seen/-/releases/v1.1");
            WellMade.check(page, "release-" + language);
            page.navigate("/root/seen/-/jobs/" + job);
            WellMade.check(page, "site-job-" + language);
            page.navigate("/pages/root/seen/");
            assertThat(page.url()).contains("/pages/-/");
            // The style came, though the project is hidden and a sandboxed page sends no cookie; the script did not
            // run.
            assertThat(page.evaluate("getComputedStyle(document.querySelector('p')).color"))
                    .isEqualTo("rgb(1, 2, 3)");
            assertThat(page.title()).isEqualTo("site");
        }
    }

    private static void release(Repo repo, String body) {
        int status = build.server()
                .api("POST", "/projects/" + repo.id() + "/releases", RunningServer.TOKEN, body)
                .statusCode();
        assertThat(status).isEqualTo(201);
    }

    private static byte[] zip(Map<String, String> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }
}
