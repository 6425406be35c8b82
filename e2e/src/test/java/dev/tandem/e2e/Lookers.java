package dev.tandem.e2e;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.tandem.testkit.Chromium;

/** Those who look at the told story in Debian's Chromium. */
final class Lookers {
    private Lookers() {}

    /** A visitor of her own: no cookies of others. */
    static BrowserContext visitor(String locale, int width, int height, ColorScheme scheme) {
        BrowserContext context = Chromium.browser()
                .newContext(new Browser.NewContextOptions()
                        .setLocale(locale)
                        .setTimezoneId("UTC")
                        .setViewportSize(width, height)
                        .setColorScheme(scheme));
        context.setDefaultTimeout(20_000);
        return context;
    }

    /** Signs in through the page; the page it leads to. */
    static Page signIn(BrowserContext visitor, ToldStory story) {
        Page page = visitor.newPage();
        page.navigate(story.url("/-/sign-in"));
        page.fill("input[name=username]", "root");
        page.fill("input[name=password]", ToldStory.PASSWORD);
        page.press("input[name=password]", "Enter");
        page.waitForURL(url -> !url.contains("/-/sign-in"));
        return page;
    }
}
