package dev.tandem.testkit;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * Debian's Chromium, headless; one for all tests of this JVM, which each take contexts of their own. For the thread that runs the tests.
 *
 * <p>The shell without a desktop's browser around it renders the same pages in half of the processor time, so it goes first where it is installed.
 */
public final class Chromium {
    private static final List<Path> PLACES =
            List.of(Path.of("/usr/bin/chromium-headless-shell"), Path.of("/usr/bin/chromium"));

    private static Optional<Browser> running = Optional.empty();

    private Chromium() {}

    /** The browser; whoever asked closes the contexts that it opened, not the browser. Skips the test where none is installed. */
    public static Browser browser() {
        if (running.filter(Browser::isConnected).isEmpty()) {
            running = Optional.of(launch());
        }
        return running.get();
    }

    private static Browser launch() {
        Optional<Path> program = PLACES.stream().filter(Files::isExecutable).findFirst();
        Assumptions.assumeTrue(program.isPresent(), "no Chromium; Debian: apt-get install chromium");
        // Ends with the JVM: its driver stops when its standard input does.
        return Playwright.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")))
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(program.get())
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync")));
    }
}
