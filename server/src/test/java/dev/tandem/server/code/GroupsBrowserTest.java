package dev.tandem.server.code;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.tandem.server.RunningServer;
import dev.tandem.server.WebBrowser;
import dev.tandem.testkit.WellMade;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages of groups as people see them: both languages, dark and light, wide and narrow; and one way through them by hand. */
class GroupsBrowserTest {
    @TempDir
    Path data;

    @Test
    void groupsAreMadeFilledAndDeletedInABrowser() {
        try (RunningServer server = RunningServer.start(data, "--deletion-delay-days", "7");
                WebBrowser browser = WebBrowser.on(server)) {
            Page page = browser.signedIn("en", 1440);
            WebBrowser.go(page, "/-/groups/new");
            page.fill("#name", "Shop");
            page.locator("main button[type=submit]").click();
            page.waitForURL("**/shop");
            assertThat(page.locator("h1").textContent()).isEqualTo("Shop");
            new CodeFixture(server).person("mei");
            assertThat(server.api(
                                    "POST",
                                    "/groups/shop/members?username=mei&access_level=30&expires_at=2199-01-31",
                                    RunningServer.TOKEN,
                                    null)
                            .statusCode())
                    .isEqualTo(201);
            String id =
                    page.locator("main a[href*='parent=']").getAttribute("href").replaceAll("\\D", "");
            for (String made : new String[] {
                "/groups?name=Backend&path=backend&parent_id=" + id,
                "/projects?name=web&namespace_id=" + id,
                "/projects?name=old&namespace_id=" + id,
                "/groups/shop/variables?key=TOKEN&value=abc"
            }) {
                assertThat(server.api("POST", made, RunningServer.TOKEN, null).statusCode())
                        .as(made)
                        .isEqualTo(201);
            }
            assertThat(server.api("DELETE", "/projects/shop%2Fold", RunningServer.TOKEN, null)
                            .statusCode())
                    .isEqualTo(202);

            Map<String, String> pages = new LinkedHashMap<>();
            pages.put("group", "/shop");
            pages.put("group-members", "/groups/shop/-/group_members");
            pages.put("group-settings", "/groups/shop/-/edit");
            pages.put("group-variables", "/groups/shop/-/settings/variables");
            pages.put("groups", "/-/groups");
            pages.put("group-new", "/-/groups/new?parent=" + id);
            pages.put("project-new", "/-/projects/new?namespace=shop");
            pages.put("project-settings", "/shop/web/-/settings");
            pages.put("project-marked", "/shop/old");
            pages.put("marked", "/-/marked");
            pages.put("user", "/root");
            pages.forEach((name, path) -> {
                WebBrowser.go(page, path);
                WellMade.check(page, name);
            });
            WebBrowser.go(page, "/groups/shop/-/group_members");
            page.click("#invitations form.row button");
            String join = page.locator("#invitations pre").innerText().replaceFirst("^.*?(?=/-/join/)", "");
            WellMade.accessible(page, "an invitation, shown once");
            Page invited = browser.visitor(server.uri(), "en", 1440);
            WebBrowser.go(invited, join);
            WellMade.check(invited, "join");
            Page chinese = browser.signedIn("zh-CN", 390);
            for (String path : new String[] {"/shop", "/groups/shop/-/edit", "/shop/old"}) {
                WebBrowser.go(chinese, path);
                WellMade.accessible(chinese, path + " in Chinese");
                WellMade.shot(chinese, path + "-zh");
            }

            WebBrowser.go(page, "/groups/shop/-/edit");
            page.locator("form[action$='/delete'] button").click();
            page.locator("dialog button:has-text('Delete shop')").click();
            page.waitForURL("**/shop");
            page.locator("form[action$='/restore'] button").click();
            page.waitForSelector("text=shop is back");
            browser.assertQuiet();
        }
    }
}
