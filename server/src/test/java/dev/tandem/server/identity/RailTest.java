package dev.tandem.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.build.BuildServer;
import dev.tandem.server.build.BuildServer.Repo;
import dev.tandem.server.platform.access.Role;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rail and the palette lead somebody only to pages that let them in. */
class RailTest {
    private static final Pattern ENTRY = Pattern.compile("<a href=\"([^\"]+)\"[^>]*title=");

    @TempDir
    static Path folder;

    private static BuildServer build;
    private static Repo repo;

    @BeforeAll
    static void start() {
        build = BuildServer.start(folder);
        repo = build.project("rails", "a: {script: [echo]}\n");
    }

    @AfterAll
    static void stop() {
        build.close();
    }

    @Test
    void everyEntryOpensForWhoeverSeesIt() {
        for (Role role : List.of(Role.GUEST, Role.REPORTER, Role.DEVELOPER, Role.MAINTAINER)) {
            String token = build.person("rail-" + role.accessLevel(), repo, Optional.of(role));

            List<String> entries = rail(token);

            assertThat(entries).contains("/root/rails", "/root/rails/-/project_members");
            assertThat(entries)
                    .allSatisfy(path -> assertThat(get(path, token).statusCode())
                            .as(path + " for " + role)
                            .isEqualTo(200));
            assertThat(entries.contains("/root/rails/-/pipelines")).isEqualTo(role.atLeast(Role.REPORTER));
            assertThat(entries.contains("/root/rails/-/settings")).isEqualTo(role.atLeast(Role.MAINTAINER));
            assertThat(entries.contains("/root/rails/-/settings/variables")).isEqualTo(role.atLeast(Role.MAINTAINER));
        }
    }

    @Test
    void thePaletteNamesNoPageThatRefuses() {
        String guest = build.person("palette-guest", repo, Optional.of(Role.GUEST));
        String maintainer = build.person("palette-maintainer", repo, Optional.of(Role.MAINTAINER));

        assertThat(get("/-/palette?q=variables%20rails", guest).body()).doesNotContain("/-/settings");
        assertThat(get("/-/palette?q=members%20rails", guest).body()).contains("/root/rails/-/project_members");
        assertThat(get("/-/palette?q=variables%20rails", maintainer).body())
                .contains("/root/rails/-/settings/variables");
    }

    private static List<String> rail(String token) {
        String page = get("/root/rails", token).body();
        String rail = page.substring(page.indexOf("<nav class=\"rail\""));
        return ENTRY.matcher(rail.substring(0, rail.indexOf("</nav>")))
                .results()
                .map((MatchResult entry) -> entry.group(1))
                .toList();
    }

    private static java.net.http.HttpResponse<String> get(String path, String token) {
        return build.server().send("GET", path, "PRIVATE-TOKEN", token);
    }
}
