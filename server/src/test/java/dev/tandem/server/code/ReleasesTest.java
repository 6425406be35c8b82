package dev.tandem.server.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.RunningServer;
import dev.tandem.server.build.BuildServer;
import dev.tandem.server.build.BuildServer.Repo;
import dev.tandem.server.build.ScriptedRunner.Given;
import dev.tandem.server.platform.access.Role;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Releases in the REST API and on their pages. */
class ReleasesTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    static Path folder;

    private static BuildServer build;

    @BeforeAll
    static void start() {
        build = BuildServer.start(folder);
    }

    @AfterAll
    static void stop() {
        build.close();
    }

    @Test
    void aReleaseOfAMissingTagMakesItAndHasGitLabsShape() {
        Repo repo = build.project("shape", "a: {script: [echo]}\n");
        String sha = repo.git("rev-parse", "HEAD");

        HttpResponse<String> made = post(repo, RunningServer.TOKEN, """
                {"tag_name": "v1.0", "ref": "main", "name": "First", "description": "## Notes",
                 "assets": {"links": [{"name": "jar", "url": "https://example.org/a.jar", "direct_asset_path": "/bin/a.jar", "link_type": "package"}]}}
                """);

        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        JsonNode release = JSON.readTree(made.body());
        assertThat(release.get("tag_name").asString()).isEqualTo("v1.0");
        assertThat(release.get("name").asString()).isEqualTo("First");
        assertThat(release.get("author").get("username").asString()).isEqualTo("root");
        assertThat(release.get("commit").get("id").asString()).isEqualTo(sha);
        assertThat(release.get("upcoming_release").asBoolean()).isFalse();
        assertThat(release.get("assets").get("count").asInt()).isEqualTo(3);
        assertThat(release.get("_links").get("self").asString()).endsWith("/root/shape/-/releases/v1.0");
        assertThat(build.server()
                        .bean(Branches.class)
                        .tag(repo.id(), "v1.0")
                        .orElseThrow()
                        .commit()
                        .sha())
                .isEqualTo(sha);
        String file = "/projects/" + repo.id() + "/releases/v1.0/downloads/bin/a.jar";
        HttpResponse<String> redirect = build.server().api("GET", file, RunningServer.TOKEN, null);
        assertThat(redirect.statusCode()).isEqualTo(302);
        assertThat(redirect.headers().firstValue("Location")).contains("https://example.org/a.jar");
    }

    @Test
    void whatCannotBeReleasedIsToldApart() {
        Repo repo = build.project("refused", "a: {script: [echo]}\n");
        assertThat(post(repo, RunningServer.TOKEN, "{\"tag_name\":\"v1\",\"ref\":\"main\"}")
                        .statusCode())
                .isEqualTo(201);

        assertRefused(repo, "{\"tag_name\":\"v1\",\"ref\":\"main\"}", 409, "Release already exists");
        assertRefused(repo, "{\"tag_name\":\"v2\"}", 422, "Ref is not specified");
        assertRefused(repo, "{\"tag_name\":\"v2\",\"ref\":\"nowhere\"}", 400, "nowhere");
        assertRefused(repo, "{\"tag_name\":\"a..b\",\"ref\":\"main\"}", 400, "name");
        assertRefused(
                repo,
                "{\"tag_name\":\"v2\",\"ref\":\"main\",\"assets\":{\"links\":[{\"name\":\"x\",\"url\":\"javascript:alert(1)\"}]}}",
                400,
                "http");
        assertRefused(repo, "{\"tag_name\":\"v2\",\"ref\":\"main\",\"milestones\":[\"m\"]}", 400, "Milestone");
        assertThat(build.server().bean(Branches.class).tag(repo.id(), "v2")).isEmpty();
    }

    @Test
    void developersReleaseReportersReadAndJobsReleaseInTheNameOfTheirUser() {
        Repo repo = build.project("rights", "a: {script: [echo]}\n");
        build.awaitPipeline(repo, 0);
        String reporter = build.person("rita", repo, Optional.of(Role.REPORTER));
        String developer = build.person("dan", repo, Optional.of(Role.DEVELOPER));

        assertThat(post(repo, reporter, "{\"tag_name\":\"v1\",\"ref\":\"main\"}")
                        .statusCode())
                .isEqualTo(403);
        assertThat(post(repo, developer, "{\"tag_name\":\"v1\",\"ref\":\"main\"}")
                        .statusCode())
                .isEqualTo(201);
        assertThat(build.server()
                        .api("GET", "/projects/" + repo.id() + "/releases", reporter, null)
                        .body())
                .contains("\"tag_name\":\"v1\"");
        Given job = jobOf(repo);
        HttpResponse<String> byJob = build.server()
                .send(
                        "POST",
                        "/api/v4/projects/" + repo.id() + "/releases?tag_name=v2&ref=main",
                        "JOB-TOKEN",
                        job.token());
        assertThat(byJob.statusCode()).as(byJob.body()).isEqualTo(201);
        assertThat(byJob.body()).contains("\"username\":\"root\"");
        assertThat(build.server()
                        .send("DELETE", "/api/v4/projects/" + repo.id() + "/releases/v2", "JOB-TOKEN", job.token())
                        .statusCode())
                .isEqualTo(403);
        Repo other = build.project("elsewhere", "a: {script: [echo]}\n");
        assertThat(build.server()
                        .send(
                                "POST",
                                "/api/v4/projects/" + other.id() + "/releases?tag_name=v2&ref=main",
                                "JOB-TOKEN",
                                job.token())
                        .statusCode())
                .isIn(403, 404);
    }

    @Test
    void aReleaseIsChangedGetsLinksAndGoesWhileItsTagStays() {
        Repo repo = build.project("changes", "a: {script: [echo]}\n");
        post(repo, RunningServer.TOKEN, "{\"tag_name\":\"v1\",\"ref\":\"main\",\"description\":\"old\"}");
        String one = "/projects/" + repo.id() + "/releases/v1";

        JsonNode changed = JSON.readTree(build.server()
                .api("PUT", one, RunningServer.TOKEN, "{\"name\":\"New\",\"released_at\":\"2999-01-01T00:00:00Z\"}")
                .body());
        assertThat(changed.get("name").asString()).isEqualTo("New");
        assertThat(changed.get("description").asString()).isEqualTo("old");
        assertThat(changed.get("upcoming_release").asBoolean()).isTrue();
        JsonNode link = JSON.readTree(build.server()
                .api(
                        "POST",
                        one + "/assets/links",
                        RunningServer.TOKEN,
                        "{\"name\":\"a\",\"url\":\"https://example.org/\"}")
                .body());
        assertThat(build.server()
                        .api("DELETE", one + "/assets/links/" + link.get("id").asLong(), RunningServer.TOKEN, null)
                        .statusCode())
                .isEqualTo(200);
        assertThat(build.server()
                        .api("GET", one + "/assets/links", RunningServer.TOKEN, null)
                        .body())
                .isEqualTo("[]");
        assertThat(build.server().api("DELETE", one, RunningServer.TOKEN, null).statusCode())
                .isEqualTo(200);
        assertThat(build.server().api("GET", one, RunningServer.TOKEN, null).statusCode())
                .isEqualTo(404);
        assertThat(build.server().bean(Branches.class).tag(repo.id(), "v1")).isPresent();
    }

    @Test
    void thePageShowsReleasesNewestFirstAndNothingOfThemRuns() {
        Repo repo = build.project("page", "a: {script: [echo]}\n");
        RunningServer.Browser browser = build.server().browser();
        browser.signIn("root", RunningServer.PASSWORD);
        assertThat(browser.get("/root/page/-/releases").body()).contains("Nothing was released yet");
        post(repo, RunningServer.TOKEN, "{\"tag_name\":\"v1\",\"ref\":\"main\",\"name\":\"One\"}");
        post(repo, RunningServer.TOKEN, """
                {"tag_name":"rel/2","ref":"main","name":"<b>Two</b>","description":"**strong** <script>alert(1)</script>",
                 "assets":{"links":[{"name":"file","url":"https://example.org/f","filepath":"/f"}]}}
                """);

        String list = browser.get("/root/page/-/releases").body();
        assertThat(list)
                .containsSubsequence(
                        "&lt;b&gt;Two&lt;/b&gt;", "<strong>strong</strong>", "https://example.org/f", "One")
                .doesNotContain("<script>alert");
        assertThat(browser.get("/root/page/-/releases/rel%2F2").body())
                .contains("<strong>strong</strong>")
                .doesNotContain(">One<");
        HttpResponse<String> file = browser.get("/root/page/-/releases/rel%2F2/downloads/f");
        assertThat(file.statusCode()).isEqualTo(302);
        assertThat(file.headers().firstValue("Location")).contains("https://example.org/f");
        assertThat(browser.get("/root/page/-/releases/none").statusCode()).isEqualTo(404);
    }

    /** Other tests leave jobs, too. */
    private static Given jobOf(Repo repo) {
        Given job = build.runner().takeAndStart();
        while (job.payload().get("job_info").get("project_id").asLong() != repo.id()) {
            job = build.runner().takeAndStart();
        }
        return job;
    }

    private static void assertRefused(Repo repo, String body, int status, String why) {
        HttpResponse<String> answer = post(repo, RunningServer.TOKEN, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains(why);
    }

    private static HttpResponse<String> post(Repo repo, String token, String body) {
        return build.server().api("POST", "/projects/" + repo.id() + "/releases", token, body);
    }
}
