package dev.tandem.server.code;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import dev.tandem.server.RunningServer;
import dev.tandem.testkit.Chromium;
import dev.tandem.testkit.WellMade;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A repository's pages as people see them: both languages, dark and light, wide and narrow. */
class RepositoryBrowserTest {
    private static final String HOME = "/root/browsed";

    @TempDir
    static Path data;

    @TempDir
    static Path work;

    private static RunningServer server;
    private static String head;

    @BeforeAll
    static void start() {
        server = RunningServer.start(data);
        CodeFixture fixture = new CodeFixture(server);
        Project project = fixture.project(fixture.root(), "browsed", false);
        Git git = Git.init(work.resolve("browsed"));
        git.commit("src/main/java/shop/Total.java", """
                package shop;

                /**
                 * Sums up
                 * what a basket costs.
                 */
                final class Total {
                    static final String NAME = "total";

                    long cents(long[] prices) {
                        long sum = 0;
                        for (long price : prices) {
                            sum += price; // all of them
                        }
                        return sum;
                    }
                }
                """, "Sum up a basket");
        git.commit("README.md", """
                # Checkout

                Basket and **payment** of the shop. See [the total](src/main/java/shop/Total.java#L7-9).

                ## Run it

                ```java
                int answer = 42; // the usual
                ```

                | step | time |
                |---|--:|
                | build | 1 s |

                - [x] done
                - [ ] open

                ![logo](logo.svg)

                > Quoted, with `code`.
                """, "Describe the service");
        git.commit(
                "logo.svg",
                "<svg xmlns='http://www.w3.org/2000/svg' width='120' height='40'><rect width='120' height='40'"
                        + " rx='4' fill='#1a4f9c'/></svg>",
                "A logo");
        git.commit("paper.pdf", "%PDF-1.4\n%%EOF\n", "A paper");
        git.commit("a name with spaces 和中文.txt", "text\n", "Names of all kinds");
        head = git.commit("src/main/java/shop/Total.java", """
                package shop;

                /**
                 * Sums up
                 * what a basket costs, in cents.
                 */
                final class Total {
                    static final String NAME = "sum";

                    long cents(long[] prices) {
                        long sum = 0;
                        for (long price : prices) {
                            sum += price;
                        }
                        return sum;
                    }
                }
                """, "Say in which unit");
        git.must("tag", "-a", "v1.0.0", "-m", "The first that ships", "HEAD~2");
        git.must("tag", "v1.1.0");
        git.must("branch", "merged-already", "HEAD~1");
        git.must("checkout", "-q", "-b", "feature/round", "HEAD~3");
        git.commit("src/round.txt", "round\n", "Round to cents");
        git.must("push", fixture.url(project, fixture.root()), "--all");
        git.must("push", fixture.url(project, fixture.root()), "--tags");
        server.api("POST", "/projects/" + project.id() + "/protected_tags", RunningServer.TOKEN, "{\"name\":\"v*\"}");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "zh-CN"})
    void thePagesAreWellMade(String language) {
        Browser browser = Chromium.browser();
        look(browser, language);
    }

    private void look(Browser browser, String language) {
        try (BrowserContext context = browser.newContext(new Browser.NewContextOptions()
                .setBaseURL(server.uri().toString())
                .setLocale(language)
                .setViewportSize(1440, 900))) {
            Page page = context.newPage();
            List<String> complaints = new ArrayList<>();
            page.onConsoleMessage(message -> {
                if (message.type().equals("error")) {
                    complaints.add(message.text());
                }
            });
            page.navigate("/-/sign-in");
            page.fill("#username", "root");
            page.fill("#password", RunningServer.PASSWORD);
            page.locator("#password").press("Enter");
            page.waitForURL(url -> !url.contains("sign-in"));

            page.navigate(HOME);
            page.waitForSelector("#readme .hljs-comment");
            assertThat(page.evaluate("document.querySelector('#readme img').naturalWidth"))
                    .isEqualTo(120);
            WellMade.check(page, "project-" + language);
            page.navigate(HOME + "/-/tree/main/src/main/java/shop");
            WellMade.check(page, "tree-" + language);
            aFile(page, language);
            page.navigate(HOME + "/-/blame/main/src/main/java/shop/Total.java");
            page.waitForSelector(".hljs-keyword");
            WellMade.check(page, "blame-" + language);
            page.navigate(HOME + "/-/blob/main/logo.svg");
            WellMade.check(page, "picture-" + language);
            page.navigate(HOME + "/-/blob/main/paper.pdf");
            WellMade.check(page, "pdf-" + language);
            page.navigate(HOME + "/-/commits/main?search=basket");
            WellMade.check(page, "commits-" + language);
            page.navigate(HOME + "/-/commit/" + head);
            WellMade.check(page, "commit-" + language);
            page.navigate(HOME + "/-/compare/feature/round...main?view=split");
            assertThat(page.locator(".source.sides").last().boundingBox().height)
                    .isGreaterThan(200);
            WellMade.check(page, "compare-" + language);
            page.navigate(HOME + "/-/search?search=cents");
            WellMade.check(page, "search-" + language);
            page.navigate("/-/search?search=cents");
            WellMade.check(page, "search-everywhere-" + language);
            for (String name : List.of("branches", "tags", "settings", "settings/deploy-keys")) {
                page.navigate(HOME + "/-/" + name);
                WellMade.check(page, name + "-" + language);
            }
            if (language.equals("en")) {
                aBranchComesAndGoes(page);
            }
            assertThat(complaints).isEmpty();
        }
    }

    private static void aBranchComesAndGoes(Page page) {
        page.navigate(HOME + "/-/branches");
        page.fill("#name", "made/here");
        page.locator("form.form button[type=submit]").click();
        page.waitForSelector("text=Branch made/here was created.");
        page.locator("li", new Page.LocatorOptions().setHasText("made/here"))
                .locator("button")
                .click();
        page.locator("dialog button.danger").click();
        page.waitForSelector("text=Branch made/here was deleted.");
        page.fill("#name", "no..name");
        page.locator("form.form button[type=submit]").click();
        page.waitForSelector("text=no..name is no name that can be used here.");
    }

    private static void aFile(Page page, String language) {
        page.navigate(HOME + "/-/blob/main/src/main/java/shop/Total.java#L3-6");
        page.waitForSelector(".hljs-keyword");
        assertThat(page.locator("tr.picked").count()).isEqualTo(4);
        assertThat(page.locator("#L4 td.text span").getAttribute("class"))
                .as("a comment goes on over lines")
                .isEqualTo("hljs-comment");
        page.locator("#L8 td.line a").click();
        page.locator("#L10 td.line a")
                .click(new com.microsoft.playwright.Locator.ClickOptions()
                        .setModifiers(List.of(com.microsoft.playwright.options.KeyboardModifier.SHIFT)));
        assertThat(page.url()).endsWith("#L8-10");
        assertThat(page.locator("tr.picked").count()).isEqualTo(3);
        WellMade.check(page, "file-" + language);
    }
}
