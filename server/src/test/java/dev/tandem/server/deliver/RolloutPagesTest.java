package dev.tandem.server.deliver;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.tandem.host.Archives;
import dev.tandem.server.code.NewProject;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.Projects;
import dev.tandem.server.deliver.DeliverServer.Reply;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.TokenScope;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.Users;
import dev.tandem.testkit.Await;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of a rollout in a real browser, while the rollout goes on: what it shows, and what its buttons do. */
class RolloutPagesTest {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final FakeBuild BUILD = new FakeBuild();

    @TempDir
    static Path data;

    @TempDir
    static Path folder;

    private static DeliverServer server;
    private static FakeAgent agent;
    private static Playwright playwright;
    private static Browser browser;
    private static User root;
    private static Project shop;
    private static long jobs = 100;

    private final List<String> faults = new ArrayList<>();

    @BeforeAll
    static void start() {
        Assumptions.assumeTrue(Files.isExecutable(CHROMIUM), "no " + CHROMIUM);
        server = new DeliverServer(data, BUILD);
        root = server.bean(Users.class).find("root").orElseThrow();
        Agents.Registered registered = server.bean(Agents.class).register("test");
        agent = new FakeAgent(server.uri, registered.token(), FakeAgent.behaviours());
        server.bean(Projects.class)
                .create(
                        new Actor.Person(root, TokenScope.all()),
                        root,
                        new NewProject("root", "shop", "shop", "", false, "main"));
        shop = server.bean(Projects.class).findByPath("root/shop").orElseThrow();
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        .setArgs(List.of("--no-sandbox", "--disable-gpu")));
        PlaywrightAssertions.setDefaultAssertionTimeout(30_000);
    }

    @AfterAll
    static void stop() throws Exception {
        if (playwright != null) {
            playwright.close();
            agent.close();
            server.close();
        }
    }

    @Test
    void aCanaryIsWatchedPausedPromotedTakenBackAndAborted() throws Exception {
        long first = deploy("1".repeat(40), "v1", Map.of());
        Await.until("v1 serves", () -> over(first));
        agent.traffic(200, 0);
        long second = deploy("2".repeat(40), "v2", patient());
        Page page = signedIn("en");
        page.navigate(address(second));
        assertThat(page.locator("#verdict")).containsText("no harm so far");
        assertThat(page.locator(".rollout-step")).containsText("Step 1 of 3");
        assertThat(page.locator("#verdict ~ .table").last()).containsText("Fails fewer requests than allowed");
        wellMade(page, "canary");
        chinese(second);
        Page plain = plain(second);
        pauseAndResume(page);
        promote(page);
        // What a page from before that shows is refused: nobody promotes a step that they have not seen.
        plain.locator("form[action$='/promote'] button").first().click();
        assertThat(plain.locator(".flash")).containsText("has moved on");
        agent.traffic(200, 40);
        assertThat(page.locator(".heading .state-word")).hasText("failed");
        assertThat(page.locator(".notice.failed")).containsText("requests of the new revision failed");
        assertThat(page.locator("#steps ~ .table tr").last()).containsText("judged worse, taken back");
        assertThat(page.locator("#verdict")).containsText("worse");
        wellMade(page, "worse");
        agent.traffic(0, 0);
        long third = deploy("3".repeat(40), "v3", patient());
        abort(page, third);
        assertThat(faults).isEmpty();
    }

    private static void pauseAndResume(Page page) {
        page.locator(".heading-acts").getByText("Pause").click();
        assertThat(page.locator("dialog")).containsText("10 % of new requests stay on 22222222 until somebody resumes");
        page.locator("dialog button.primary").click();
        assertThat(page.locator(".notice.warning").first()).containsText("Paused by");
        shot(page, "paused");
        page.locator(".heading-acts").getByText("Resume").click();
        page.locator("dialog button.primary").click();
        assertThat(page.locator(".flash")).containsText("goes on");
        assertThat(page.locator(".notice.warning")).hasCount(0);
    }

    private static void promote(Page page) {
        page.locator(".heading-acts").getByText("Promote to 50 %").click();
        assertThat(page.locator("dialog")).containsText("without waiting for more evidence");
        page.locator("dialog button.primary").click();
        assertThat(page.locator(".split-legend strong").first()).hasText("50 %");
        assertThat(page.locator("#steps ~ .table tr").nth(1)).containsText("let on by a person");
    }

    private static void abort(Page page, long deployment) {
        page.navigate(address(deployment));
        page.locator(".heading-acts").getByText("Abort: back to 11111111").click();
        assertThat(page.locator("dialog")).containsText("All new requests go back to 11111111 at once");
        page.locator("dialog button.danger").click();
        assertThat(page.locator(".heading .state-word")).hasText("canceled");
        assertThat(page.locator(".heading-acts form[action$='/cancel']")).hasCount(0);
    }

    private void chinese(long deployment) {
        Page page = signedIn("zh-CN");
        page.navigate(address(deployment));
        assertThat(page.locator("#verdict")).containsText("目前无损害");
        assertThat(page.locator(".rollout-step")).containsText("第 1 步，共 3 步");
        page.setViewportSize(390, 844);
        assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(390);
        shot(page, "canary-zh");
        page.context().close();
    }

    /** Without JavaScript the buttons post at once. */
    private static Page plain(long deployment) {
        BrowserContext context = browser.newContext(
                new Browser.NewContextOptions().setJavaScriptEnabled(false).setLocale("en"));
        Page page = signIn(context.newPage());
        page.navigate(address(deployment));
        return page;
    }

    private static Map<String, Object> patient() {
        return Map.of("strategy", "canary", "steps", "10,50", "min_step", "10m", "bake", "20m");
    }

    private static boolean over(long deployment) {
        return server.bean(Deployments.class)
                .find(deployment)
                .orElseThrow()
                .status()
                .isTerminal();
    }

    private static long deploy(String sha, String content, Map<String, Object> more) throws Exception {
        String token = BUILD.run(++jobs, shop.id(), sha, "production", root.id());
        byte[] bundle = pack(content);
        String digest =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bundle));
        Reply stored = server.put(token, tandem("/bundles/" + digest), bundle);
        assertThat(stored.status()).as(stored.text()).isIn(200, 201);
        Map<String, Object> parameters = new LinkedHashMap<>(Map.of("environment", "production", "bundle", digest));
        parameters.putAll(more);
        Reply asked = server.post(token, tandem("/rollouts"), parameters);
        assertThat(asked.status()).as(asked.text()).isEqualTo(201);
        return asked.json().path("deployment_id").asLong();
    }

    private static byte[] pack(String content) throws Exception {
        Path app = Files.createTempDirectory(folder, "app");
        Files.writeString(app.resolve("Procfile"), "web: ./" + content + "\n");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Archives.packTarGz(app, Archives.tree(app), bytes);
        return bytes.toByteArray();
    }

    private static String tandem(String rest) {
        return "/api/tandem/v1/projects/" + shop.id() + rest;
    }

    private static String address(long deployment) {
        return server.uri.resolve("/root/shop/-/deployments/" + deployment).toString();
    }

    private Page signedIn(String language) {
        Page page = browser.newContext(
                        new Browser.NewContextOptions().setLocale(language).setViewportSize(1440, 900))
                .newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                faults.add(page.url() + ": " + message.text());
            }
        });
        page.onPageError(faults::add);
        return signIn(page);
    }

    private static Page signIn(Page page) {
        page.navigate(server.uri.resolve("/-/sign-in").toString());
        page.fill("input[name=username]", "root");
        page.fill("input[name=password]", "correct horse battery");
        page.press("input[name=password]", "Enter");
        page.waitForURL(url -> !url.contains("/-/sign-in"));
        return page;
    }

    private static void wellMade(Page page, String name) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        assertThat(new AxeBuilder(page).analyze().getViolations())
                .as(name + " dark")
                .isEmpty();
        shot(page, name + "-dark");
        page.setViewportSize(390, 844);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        assertThat(page.evaluate("document.documentElement.scrollWidth"))
                .as(name)
                .isEqualTo(390);
        assertThat(new AxeBuilder(page).analyze().getViolations())
                .as(name + " narrow")
                .isEmpty();
        shot(page, name + "-narrow");
        page.setViewportSize(1440, 900);
        shot(page, name);
    }

    /** For whoever wants to look: -Dtandem.shots=FOLDER. */
    private static void shot(Page page, String name) {
        String shots = System.getProperty("tandem.shots");
        if (shots != null) {
            page.screenshot(new Page.ScreenshotOptions().setFullPage(true).setPath(Path.of(shots, name + ".png")));
        }
    }
}
