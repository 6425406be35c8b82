package dev.tandem.server.build;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.tandem.server.WebBrowser;
import dev.tandem.server.build.BuildServer.Repo;
import dev.tandem.server.build.ScriptedRunner.Given;
import dev.tandem.testkit.WellMade;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pipelines in a browser: the buttons do what they say while the page follows by itself, and the pages are well made. */
class BuildBrowserTest {
    @TempDir
    static Path folder;

    private static BuildServer build;
    private static WebBrowser browser;

    @BeforeAll
    static void start() {
        build = BuildServer.start(folder);
        browser = WebBrowser.on(build.server());
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
        build.close();
    }

    @AfterEach
    void leaveNothing() {
        build.cancelAll();
        browser.assertQuiet();
    }

    @Test
    void cancelRetryAndStartDoWhatTheySay() {
        Repo repo = build.project("pressed", """
                first: {script: [echo]}
                last: {stage: deploy, script: [echo], when: manual}
                """);
        String pipeline =
                "/root/pressed/-/pipelines/" + build.awaitPipeline(repo, 0).id();
        ScriptedRunner runner = build.runner();
        Page page = browser.signedIn("en-US", 1440);
        WebBrowser.go(page, pipeline);
        page.evaluate("window.sameLoad = true");

        Given canceled = runner.takeAndStart();
        assertThat(state(page)).hasText("running");
        press(page, "Cancel pipeline");
        page.locator("dialog button.danger").click();
        // As the protocol tells a runner: the job is being canceled, and ends when the runner says so.
        assertThat(page.locator(".job-node [data-state=canceling]")).hasCount(1);
        assertThat(runner.put(canceled, "running", "").headers().firstValue("Job-Status"))
                .contains("canceling");
        runner.finishTaken(canceled, "", "failed", ",\"failure_reason\":\"job_canceled\"");
        assertThat(state(page)).hasText("canceled");

        press(page, "Retry failed jobs");
        assertThat(state(page)).hasText("pending");
        runner.run("again\n", "success", "");
        assertThat(state(page)).not().hasText("pending");

        page.locator(".job-node", new Page.LocatorOptions().setHasText("last"))
                .locator("a")
                .first()
                .click();
        press(page, "Start job");
        assertThat(page.locator("#job-head .heading .state-word")).hasText("pending");
        runner.run("started by hand\n", "success", "");
        assertThat(page.locator("#job-head .heading .state-word")).hasText("passed");
        assertThat(page.locator(".log-text", new Page.LocatorOptions().setHasText("started by hand")))
                .isVisible();

        String before = page.url();
        press(page, "Retry job");
        page.waitForURL(url -> url.contains("/-/jobs/") && !url.equals(before));
        runner.run("once more\n", "success", "");
        assertThat(page.locator("#job-head .heading .state-word")).hasText("passed");
        WebBrowser.go(page, pipeline);
        assertThat(state(page)).hasText("passed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"en-US", "zh-CN"})
    void thePagesAreWellMade(String language) {
        String name = "made-" + language.substring(0, 2);
        Repo repo = build.project(name, """
                stages: [test, deploy]
                test: {script: [echo], parallel: {matrix: [{OS: [linux, mac], JDK: ["21", "25"]}]}}
                lint: {script: [echo]}
                child: {stage: deploy, needs: [lint], trigger: {include: [{local: child.yml}]}}
                """);
        repo.write("child.yml", "inner: {script: [echo]}\n");
        long before = build.awaitPipeline(repo, 0).id();
        repo.push("with a child");
        long id = build.awaitPipeline(repo, before).id();
        build.runner();
        Page page = browser.signedIn(language, 1440);
        for (String path : List.of(
                "/root/" + name + "/-/pipelines/" + id,
                "/root/" + name + "/-/settings/variables",
                "/root/" + name + "/-/ci/lint",
                "/-/admin/runners")) {
            WebBrowser.go(page, path);
            assertThat(page.locator("h1").first()).isVisible();
            WellMade.check(page, language + " " + path);
        }
    }

    private static Locator state(Page page) {
        return page.locator("#pipeline > .heading .state-word");
    }

    private static void press(Page page, String label) {
        page.locator(".heading-acts button", new Page.LocatorOptions().setHasText(label))
                .click();
    }
}
