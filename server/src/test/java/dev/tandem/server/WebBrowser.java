package dev.tandem.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import dev.tandem.testkit.Chromium;
import dev.tandem.testkit.WellMade;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Debian's Chromium on a server of the test; what its console complains of is remembered. For one thread. */
public final class WebBrowser implements AutoCloseable {
    private static final double PATIENCE_MILLIS = 60_000;

    private final RunningServer server;
    private final Browser browser = Chromium.browser();
    private final List<BrowserContext> contexts = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    private WebBrowser(RunningServer server) {
        this.server = server;
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
    }

    /** Skips the test where there is no Chromium. */
    public static WebBrowser on(RunningServer server) {
        return new WebBrowser(server);
    }

    /** A page of root's, signed in through the sign-in page. */
    public Page signedIn(String language, int width) {
        Page page = visitor(server.uri(), language, width);
        page.navigate("/-/sign-in");
        page.fill("#username", "root");
        page.fill("#password", RunningServer.PASSWORD);
        page.locator("#password").press("Enter");
        page.waitForURL(url -> !url.contains("sign-in"));
        return page;
    }

    /** A page of nobody's, in a browser of its own. */
    public Page visitor(String language, int width) {
        return visitor(server.uri(), language, width);
    }

    /** The same of another address. */
    public Page visitor(URI base, String language, int width) {
        BrowserContext context = browser.newContext(new Browser.NewContextOptions()
                .setBaseURL(base.toString())
                .setLocale(language)
                .setViewportSize(width, 900));
        contexts.add(context);
        context.setDefaultTimeout(PATIENCE_MILLIS);
        Page page = context.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                faults.add(page.url() + ": " + message.text());
            }
        });
        page.onPageError(fault -> faults.add(page.url() + ": " + fault));
        return page;
    }

    /** Opens a page and waits for its scripts. */
    public static void go(Page page, String path) {
        page.navigate(path);
        page.waitForSelector("html[data-ready]");
    }

    /** Somebody's page in a language and a width. */
    public interface Person {
        Page page(String language, int width);
    }

    /** Each page in each language, as everybody may see it who looks closely. */
    public void lookAt(Person person, Iterable<String> paths) {
        for (String language : List.of("en-US", "zh-CN")) {
            Page page = person.page(language, 1440);
            for (String path : paths) {
                go(page, path);
                assertThat(page.locator("h1").first().isVisible()).as(path).isTrue();
                WellMade.check(page, language + " " + path);
            }
        }
    }

    /** Nothing was said on a console. */
    public void assertQuiet() {
        assertThat(faults).isEmpty();
    }

    @Override
    public void close() {
        contexts.forEach(BrowserContext::close);
    }
}
