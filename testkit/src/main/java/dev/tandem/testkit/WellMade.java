package dev.tandem.testkit;

import com.deque.html.axecore.args.AxeRunOptions;
import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ViewportSize;
import java.nio.file.Path;
import java.util.List;

/**
 * What every page owes its readers: accessible in both themes (axe-core), no sideways scroll on a narrow screen. With {@code -Dtandem.shots=FOLDER} it
 * leaves pictures for whoever wants to look. For the thread of the page.
 */
public final class WellMade {
    private static final List<String> RULES_OF_COLOUR = List.of("color-contrast", "link-in-text-block");
    private static final int NARROW = 390;

    private WellMade() {}

    /**
     * Looks at the page as it is now and leaves it as it was, in the light theme.
     *
     * @throws AssertionError that names what is broken
     */
    public static void check(Page page, String name) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        accessible(page, name);
        shot(page, name);
        Object light = background(page);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        if (background(page).equals(light)) {
            throw new AssertionError(name + " looks the same in the dark");
        }
        demand(axe(page).withRules(RULES_OF_COLOUR), name + " dark");
        shot(page, name + "-dark");
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        narrow(page, name);
    }

    /** No rule of axe-core is broken in the theme that is on. */
    public static void accessible(Page page, String name) {
        demand(axe(page), name);
    }

    private static void narrow(Page page, String name) {
        ViewportSize before = page.viewportSize();
        page.setViewportSize(NARROW, 844);
        shot(page, name + "-narrow");
        Object width = page.evaluate("document.documentElement.scrollWidth");
        if (!Integer.valueOf(NARROW).equals(width)) {
            throw new AssertionError(
                    name + " is " + width + " wide on a screen of " + NARROW + "; beyond it: " + page.evaluate("""
                    [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth)
                      .map(e => e.tagName + '.' + e.className).slice(0, 8).join(', ')"""));
        }
        page.setViewportSize(before.width, before.height);
    }

    private static Object background(Page page) {
        return page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
    }

    /**
     * Asks for violations only, and in the page itself: our pages hold no frames, and the way through a second page that frames need takes longer than
     * all rules together.
     */
    private static AxeBuilder axe(Page page) {
        AxeRunOptions options = new AxeRunOptions();
        options.setResultTypes(List.of("violations"));
        return new AxeBuilder(page).options(options).setLegacyMode(true);
    }

    private static void demand(AxeBuilder axe, String name) {
        List<Rule> broken = axe.analyze().getViolations();
        if (!broken.isEmpty()) {
            throw new AssertionError(name + ": " + broken);
        }
    }

    /** A picture of the whole page, when {@code -Dtandem.shots=FOLDER} asks for them. */
    public static void shot(Page page, String name) {
        String shots = System.getProperty("tandem.shots");
        if (shots != null) {
            page.screenshot(new Page.ScreenshotOptions()
                    .setFullPage(true)
                    .setPath(Path.of(shots, name.replace('/', '_') + ".png")));
        }
    }
}
