package dev.tandem.server.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.RunningServer;
import dev.tandem.server.build.BuildServer.Repo;
import dev.tandem.server.build.ScriptedRunner.Given;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages and REST resources of pipelines and jobs, as a browser and a client see them. */
class BuildPagesTest {
    private static final String ESC = "\u001b";

    @TempDir
    static Path folder;

    private static BuildServer build;
    private static RunningServer.Browser browser;

    @BeforeAll
    static void start() {
        build = BuildServer.start(folder);
        browser = build.server().browser();
        browser.signIn("root", RunningServer.PASSWORD);
    }

    @AfterAll
    static void stop() {
        build.close();
    }

    @AfterEach
    void leaveNothing() {
        build.cancelAll();
    }

    @Test
    void aConfigurationWithErrorsShowsWhatWhereAndHow() {
        Repo repo = build.project("broken", "test:\n  scirpt: [echo]\n");
        long id = build.awaitPipeline(repo, 0).id();

        String page = browser.get("/root/broken/-/pipelines/" + id).body();

        assertThat(page).contains(".gitlab-ci.yml:2:3", "scirpt", "How to mend it");
        assertThat(browser.get("/root/broken/-/pipelines").body()).contains("invalid configuration", "#" + id);
        assertThat(api("GET", "/projects/" + repo.id() + "/pipelines/" + id).body())
                .contains("\"status\":\"failed\"", "\"yaml_errors\":\".gitlab-ci.yml:", ".gitlab-ci.yml:2:3");
    }

    @Test
    void aFailedJobShowsItsLastLinesWithEverythingEscaped() {
        Repo repo = build.project("fails", "<b>test</b>: {script: [echo]}\n");
        long id = build.awaitPipeline(repo, 0).id();
        ScriptedRunner runner = build.runner();
        Given job = runner.takeAndStart();
        String log = "section_start:1:step_script\r" + ESC + "[0Ksteps\n" + ESC + "[31m<script>alert(1)</script>" + ESC
                + "[0m\nlast line\n";
        runner.finishTaken(job, log, "failed", ",\"failure_reason\":\"script_failure\",\"exit_code\":3");

        String page = browser.get("/root/fails/-/pipelines/" + id).body();

        assertThat(page)
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;", "last line", "A command of the script failed")
                .doesNotContain("<script>alert", "<b>test</b>", "section_start", ESC);
    }

    @Test
    void theLogIsReadInPiecesAndWhole() {
        build.project("log", "a: {script: [echo]}\n");
        ScriptedRunner runner = build.runner();
        Given job = runner.takeAndStart();
        runner.patch(job, 0, "one\n".getBytes(StandardCharsets.UTF_8));
        String path = "/root/log/-/jobs/" + job.id();

        HttpResponse<String> piece = browser.get(path + "/trace?offset=2");
        assertThat(piece.body()).isEqualTo("e\n");
        assertThat(piece.headers().firstValue("X-Tandem-Next-Offset")).contains("4");
        assertThat(piece.headers().firstValue("X-Tandem-Done")).contains("false");
        runner.finish(job, "success", "one\n".getBytes(StandardCharsets.UTF_8), "");

        assertThat(browser.get(path + "/trace?offset=4").headers().firstValue("X-Tandem-Done"))
                .contains("true");
        HttpResponse<String> raw = browser.get(path + "/raw");
        assertThat(raw.body()).isEqualTo("one\n");
        assertThat(raw.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
        assertThat(raw.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(browser.get(path).statusCode()).isEqualTo(200);
        assertThat(api("GET", "/projects/root%2Flog/jobs/" + job.id() + "/trace")
                        .body())
                .isEqualTo("one\n");
    }

    @Test
    void hostileNamesInAnArchiveDoNotExist() throws IOException {
        build.project("zip", "a: {script: [echo], artifacts: {paths: [x]}}\n");
        ScriptedRunner runner = build.runner();
        Given job = runner.takeAndStart();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (String name : new String[] {"../../evil", "/abs", "a/../b", "ok/page.html"}) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write("<script>".getBytes(StandardCharsets.UTF_8));
            }
        }
        runner.upload(job, "", "artifacts.zip", bytes.toByteArray());
        runner.finishTaken(job, "", "success", "");
        String path = "/root/zip/-/jobs/" + job.id() + "/artifacts";

        assertThat(browser.get(path + "/browse").body()).contains(">ok<").doesNotContain("evil", "abs<");
        assertThat(browser.get(path + "/browse?path=ok%2F").body()).contains("page.html");
        HttpResponse<String> file = browser.get(path + "/file?path=ok%2Fpage.html");
        assertThat(file.body()).isEqualTo("<script>");
        assertThat(file.headers().firstValue("Content-Disposition").orElseThrow())
                .startsWith("attachment");
        assertThat(file.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("sandbox");
        assertThat(browser.get(path + "/file?path=..%2F..%2Fevil").statusCode()).isEqualTo(404);
    }

    @Test
    void clientsListStartCancelAndRetry() {
        Repo repo = build.project("rest", "a: {script: [echo]}\n");
        long first = build.awaitPipeline(repo, 0).id();
        String base = "/projects/" + repo.id();

        HttpResponse<String> made = api("POST", base + "/pipeline?ref=main");
        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(made.body()).contains("\"source\":\"api\"", "\"status\":\"pending\"", "\"username\":\"root\"");
        HttpResponse<String> list = api("GET", base + "/pipelines?per_page=1");
        assertThat(list.headers().firstValue("X-Total")).contains("2");
        HttpResponse<String> canceled = api("POST", base + "/pipelines/" + first + "/cancel");
        assertThat(canceled.statusCode()).isEqualTo(200);
        assertThat(canceled.body()).contains("\"status\":\"canceled\"");
        HttpResponse<String> again = api("POST", base + "/pipelines/" + first + "/retry");
        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(again.body()).contains("\"status\":\"pending\"");
        assertThat(api("GET", base + "/pipelines/" + first + "/jobs").body())
                .contains("\"name\":\"a\"", "\"created_at\":\"20", "\"pipeline\":{");
        assertThat(api("POST", base + "/pipeline?ref=nowhere").statusCode()).isEqualTo(400);
        assertThat(api("GET", base + "/pipelines/999999").statusCode()).isEqualTo(404);
    }

    @Test
    void variablesAreKeptSecretAndReachProtectedRefsOnly() {
        Repo repo = build.project("vars", "a: {script: [echo]}\n");
        build.awaitPipeline(repo, 0);
        String base = "/projects/" + repo.id() + "/variables";

        assertThat(build.server()
                        .api(
                                "POST",
                                base,
                                RunningServer.TOKEN,
                                "{\"key\":\"SECRET\",\"value\":\"hunter2hunter2\",\"masked\":true,\"protected\":true}")
                        .statusCode())
                .isEqualTo(201);
        assertThat(build.server()
                        .api("POST", base, RunningServer.TOKEN, "{\"key\":\"bad-key\",\"value\":\"x\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(api("GET", base).body()).contains("hunter2hunter2");
        repo.git("checkout", "-q", "-b", "topic");
        repo.push("on a topic branch");
        Given topic = job("topic");

        assertThat(topic.payload().get("variables").toString()).doesNotContain("hunter2hunter2");
        assertThat(api("DELETE", base + "/SECRET").statusCode()).isEqualTo(204);
    }

    @Test
    void maintainersKeepVariablesOnTheirPage() {
        Repo repo = build.project("settings", "a: {script: [echo], environment: review/1}\n");
        RunningServer.Browser root = build.server().browser();
        root.signIn("root", RunningServer.PASSWORD);
        String page = "/root/settings/-/settings/variables";
        assertThat(root.get(page).body()).contains("No variable yet");

        assertThat(root.post(page, page, "key", "2X", "value", "v").statusCode())
                .isEqualTo(422);
        assertThat(root.post(page, page, "key", "SHORT", "value", "abc", "masked", "true")
                        .body())
                .contains("This value cannot be masked");
        assertThat(root.post(page, page, "key", "TOKEN", "value", "secret-one", "masked", "true", "scope", "review/*")
                        .statusCode())
                .isEqualTo(302);
        assertThat(root.post(page, page, "key", "TOKEN", "value", "other", "scope", "review/*")
                        .body())
                .contains("already");
        String list = root.get(page, "Accept-Language", "zh-CN").body();
        assertThat(list).contains("TOKEN", "review/*", "掩码").doesNotContain("secret-one");
        String edit = page + "/edit?key=TOKEN&scope=review%2F*";
        assertThat(root.get(edit).body()).contains("secret-one");
        root.post(edit, page + "/edit", "key", "TOKEN", "scope", "review/*", "value", "secret-two", "masked", "true");

        var payload = build.runner().take().payload();
        assertThat(payload.get("variables").toString()).contains("secret-two").doesNotContain("secret-one");
        assertThat(root.post(page, page + "/delete", "key", "TOKEN", "scope", "review/*")
                        .statusCode())
                .isEqualTo(302);
        assertThat(root.get(page).body()).contains("No variable yet");
        assertThat(root.get(edit).statusCode()).isEqualTo(404);
        assertThat(root.get("/-/admin/audit").body())
                .contains("variable.update")
                .doesNotContain("secret-");
        assertThat(repo.id()).isPositive();
    }

    @Test
    void administratorsMakePauseAndRemoveRunners() {
        RunningServer.Browser root = build.server().browser();
        root.signIn("root", RunningServer.PASSWORD);
        String page = "/-/admin/runners";
        assertThat(root.post(page, page, "description", "box", "untagged", "false")
                        .statusCode())
                .isEqualTo(422);
        String made = root.post(page, page, "description", "box <1>", "tags", "gpu, linux", "untagged", "true")
                .body();
        java.util.regex.Matcher shown =
                java.util.regex.Pattern.compile("glrt-[A-Za-z0-9]+").matcher(made);
        assertThat(shown.find()).isTrue();
        assertThat(made)
                .contains("tandem runner --url http://localhost:"
                        + build.server().uri().getPort() + " --work")
                .contains("box &lt;1&gt;", "never seen");
        assertThat(root.get(page).body()).doesNotContain(shown.group());
        long id = build.server()
                .bean(dev.tandem.server.platform.Database.class)
                .read(sql -> build.server()
                        .bean(dev.tandem.server.build.store.RunnerStore.class)
                        .list(sql)
                        .getLast()
                        .id());
        ScriptedRunner runner = new ScriptedRunner(build.server().uri(), shown.group(), id);
        String rest = "/runners/" + id;
        assertThat(json(api("GET", rest)).get("status").asString()).isEqualTo("never_contacted");

        assertThat(runner.ask(java.util.Optional.empty()).statusCode()).isEqualTo(204);
        assertThat(json(api("GET", rest)).get("status").asString()).isEqualTo("online");
        assertThat(json(api("GET", rest)).get("tag_list").toString()).isEqualTo("[\"gpu\",\"linux\"]");
        root.post(page, page + "/" + id + "/pause");
        build.project("waits", "a: {script: [echo], tags: [gpu]}\n");
        assertThat(runner.ask(java.util.Optional.empty()).statusCode()).isEqualTo(204);
        root.post(page, page + "/" + id + "/resume");
        var job = runner.takeAndStart();
        assertThat(root.get(page).body()).contains("scripted", "<td class=\"num\">1</td>");

        assertThat(root.post(page, page + "/" + id + "/reset-token").body()).contains("glrt-");
        assertThat(runner.ask(java.util.Optional.empty()).statusCode()).isEqualTo(403);
        root.post(page, page + "/" + id + "/delete");
        assertThat(build.server().api("GET", rest, RunningServer.TOKEN, null).statusCode())
                .isEqualTo(404);
        runner.finishTaken(job, "", "success", "");
        assertThat(build.job(job.id()).status()).isEqualTo(dev.tandem.pipeline.state.JobStatus.SUCCESS);
        assertThat(root.get("/-/admin/audit").body())
                .contains("runner.create", "runner.pause", "runner.resume", "runner.reset-token", "runner.delete");
    }

    @Test
    void clientsManageRunners() {
        var made = build.server()
                .api(
                        "POST",
                        "/user/runners",
                        RunningServer.TOKEN,
                        "{\"runner_type\":\"instance_type\",\"description\":\"rest\"}");
        assertThat(made.statusCode()).isEqualTo(201);
        long id = json(made).get("id").asLong();
        assertThat(json(made).get("token").asString()).startsWith("glrt-");

        assertThat(json(build.server()
                                .api(
                                        "PUT",
                                        "/runners/" + id,
                                        RunningServer.TOKEN,
                                        "{\"paused\":true,\"tag_list\":[\"a\"]}"))
                        .get("paused")
                        .asBoolean())
                .isTrue();
        assertThat(build.server()
                        .api("PUT", "/runners/" + id, RunningServer.TOKEN, "{\"tag_list\":[],\"run_untagged\":false}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(json(api("GET", "/runners/all?paused=true&tag_list=a")).toString())
                .contains("\"rest\"");
        assertThat(json(api("GET", "/runners?paused=false")).toString()).doesNotContain("\"rest\"");
        assertThat(build.server()
                        .api("POST", "/runners/" + id + "/reset_authentication_token", RunningServer.TOKEN, "null")
                        .statusCode())
                .isEqualTo(201);
        assertThat(build.server()
                        .api("DELETE", "/runners/" + id, RunningServer.TOKEN, null)
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void thePaletteLeadsToAllThatOneMaySeeAndToNothingElse() {
        Repo repo = build.project("kaleidoscope", "a: {script: [echo]}\n");
        long id = build.awaitPipeline(repo, 0).id();
        RunningServer.Browser root = build.server().browser();
        root.signIn("root", RunningServer.PASSWORD);

        assertThat(root.get("/-/palette?q=kaleido").body()).contains("\"href\":\"/root/kaleidoscope\"");
        assertThat(root.get("/-/palette?q=pipelines%20kaleido").body())
                .contains("\"href\":\"/root/kaleidoscope/-/pipelines\"");
        assertThat(root.get("/-/palette?q=kaleido%20run").body())
                .contains("\"href\":\"/root/kaleidoscope/-/pipelines/new\"");
        assertThat(root.get("/-/palette?q=%E6%B5%81%E6%B0%B4%E7%BA%BF%20kaleido", "Accept-Language", "zh")
                        .body())
                .contains("\"label\":\"流水线\"", "/root/kaleidoscope/-/pipelines");
        assertThat(root.get("/-/palette?q=%23" + id).body())
                .contains("\"href\":\"/root/kaleidoscope/-/pipelines/" + id + "\"");
        assertThat(root.get("/-/palette?q=first&project=root/kaleidoscope").body())
                .contains("#" + id + " first");

        RunningServer.Browser stranger = build.server().browser();
        for (String query : new String[] {
            "q=kaleido", "q=pipelines", "q=" + id, "q=first&project=root/kaleidoscope", "q=run", "q=production"
        }) {
            assertThat(stranger.get("/-/palette?" + query).body()).as(query).doesNotContain("kaleidoscope");
        }
    }

    @Test
    void aJobTellsItsCoverageAndItsPipelineTheMiddle() {
        Repo repo = build.project("covered", """
                one: {script: [echo], coverage: '/Total: \\d+\\.\\d+/'}
                two: {script: [echo], coverage: '/Total: \\d+/'}
                """);
        long id = build.awaitPipeline(repo, 0).id();
        ScriptedRunner runner = build.runner();
        for (int i = 0; i < 2; i++) {
            runner.run("Total: 87.5%\n", "success", "");
        }

        long one = build.jobs(id).getFirst().id();
        dev.tandem.testkit.Await.until(
                "both logs are read",
                () -> json(api("GET", "/projects/" + repo.id() + "/pipelines/" + id))
                        .get("coverage")
                        .asString()
                        .equals("87.25"));
        assertThat(json(api("GET", "/projects/" + repo.id() + "/jobs/" + one))
                        .get("coverage")
                        .asDouble())
                .isEqualTo(87.5);
        RunningServer.Browser root = build.server().browser();
        root.signIn("root", RunningServer.PASSWORD);
        assertThat(root.get("/root/covered/-/jobs/" + one).body()).contains("87.50 %");
        assertThat(root.get("/root/covered/-/pipelines/" + id).body()).contains("87.25 %");
    }

    @Test
    void artifactsGoWhenTheirTimeIsOverUnlessSomebodyKeepsThem() {
        Repo repo =
                build.project("expiring", "one: {script: [echo], artifacts: {paths: [a]}}\ntwo: {script: [echo]}\n");
        ScriptedRunner runner = build.runner();
        Given soon = runner.takeAndStart();
        Given kept = runner.takeAndStart();
        runner.upload(soon, "?expire_in=1%20second", "a.zip", new byte[] {1});
        runner.upload(kept, "?expire_in=1%20day", "a.zip", new byte[] {1});
        String base = "/projects/" + repo.id() + "/jobs/";

        dev.tandem.testkit.Await.until(
                "the first is gone",
                () -> json(api("GET", base + soon.id())).get("artifacts").isEmpty());
        assertThat(json(api("GET", base + kept.id())).get("artifacts_expire_at").isNull())
                .isFalse();
        RunningServer.Browser root = build.server().browser();
        root.signIn("root", RunningServer.PASSWORD);
        String page = "/root/expiring/-/jobs/" + kept.id();
        assertThat(root.post(page, page + "/artifacts/keep").statusCode()).isEqualTo(302);
        assertThat(json(api("GET", base + kept.id())).get("artifacts_expire_at").isNull())
                .isTrue();
        assertThat(json(api("GET", base + kept.id())).get("artifacts")).hasSize(1);
        assertThat(api("POST", base + soon.id() + "/artifacts/keep").statusCode())
                .isEqualTo(404);
        assertThat(api("DELETE", base + kept.id() + "/artifacts").statusCode()).isEqualTo(204);
        assertThat(api("GET", base + kept.id() + "/artifacts").statusCode()).isEqualTo(404);
    }

    @Test
    void nobodyElseSeesOrMovesAnything() {
        Repo repo = build.project("closed", "a: {script: [echo]}\n");
        long id = build.awaitPipeline(repo, 0).id();
        long job = build.jobs(id).getFirst().id();
        RunningServer.Browser stranger = build.server().browser();

        for (String path : new String[] {
            "/-/pipelines",
            "/-/pipelines/" + id,
            "/-/jobs/" + job,
            "/-/jobs/" + job + "/raw",
            "/-/jobs/" + job + "/trace",
            "/-/pipelines/new",
            "/-/jobs/" + job + "/artifacts/browse"
        }) {
            assertThat(stranger.get("/root/closed" + path).statusCode())
                    .as(path)
                    .isEqualTo(302);
        }
        String base = "/projects/" + repo.id();
        for (String path : new String[] {
            "/pipelines",
            "/pipelines/" + id,
            "/jobs/" + job,
            "/jobs/" + job + "/trace",
            "/variables",
            "/pipelines/" + id + "/jobs"
        }) {
            assertThat(build.server().api("GET", base + path, null, null).statusCode())
                    .as(path)
                    .isIn(401, 404);
        }
        assertThat(build.server()
                        .api("POST", base + "/jobs/" + job + "/cancel", null, null)
                        .statusCode())
                .isIn(401, 404);
    }

    @Test
    void buttonsWork() {
        Repo repo = build.project("acts", "a: {script: [echo]}\nhand: {script: [echo], when: manual}\n");
        long id = build.awaitPipeline(repo, 0).id();
        long hand = build.jobs(id).get(1).id();
        String page = "/root/acts/-/jobs/" + hand;

        assertThat(browser.post(page, page + "/play").statusCode()).isEqualTo(302);
        assertThat(build.job(hand).status().wire()).isEqualTo("pending");
        assertThat(browser.post(page, "/root/acts/-/pipelines/" + id + "/cancel")
                        .statusCode())
                .isEqualTo(302);
        assertThat(build.job(hand).status().wire()).isEqualTo("canceled");
        assertThat(browser.post(page, page + "/retry").statusCode()).isEqualTo(302);
        assertThat(browser.post("/root/acts/-/pipelines/new", "/root/acts/-/pipelines", "ref", "main")
                        .statusCode())
                .isEqualTo(302);
        assertThat(build.pipelines(repo.id())).hasSize(2);
    }

    private static Given job(String ref) {
        ScriptedRunner runner = build.runner();
        while (true) {
            Given given = runner.take();
            if (given.payload().get("git_info").get("ref").asString().equals(ref)) {
                return given;
            }
        }
    }

    private static tools.jackson.databind.JsonNode json(HttpResponse<String> answer) {
        return tools.jackson.databind.json.JsonMapper.builder().build().readTree(answer.body());
    }

    private static HttpResponse<String> api(String method, String path) {
        return build.server().api(method, path, RunningServer.TOKEN, null);
    }
}
