package dev.tandem.server.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.RunningServer;
import dev.tandem.server.build.BuildServer.Repo;
import dev.tandem.server.build.ScriptedRunner.Given;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.platform.access.Role;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What else than a plain push starts pipelines, and what such a pipeline is given. */
class CausesTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String ASKS = """
            spec:
              inputs:
                size: {type: number, default: 2, description: How many machines}
                where: {options: [here, there], default: here}
            ---
            variables:
              GREETING: {value: hello, description: What it says}
              TARGET: {value: stage, options: [stage, live], description: Where it goes}
              QUIET: "1"
            say:
              script:
                - echo $[[ inputs.size ]] $[[ inputs.where ]]
            """;

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

    @AfterEach
    void leaveNothing() {
        build.cancelAll();
    }

    @Test
    void pushOptionsOfRealGitGiveVariablesAndInputsAndSkip() {
        Repo repo = build.project("options", ASKS);
        long first = build.awaitPipeline(repo, 0).id();
        build.cancelAll();
        String url = build.server().uri().toString().replace("http://", "http://root:" + RunningServer.TOKEN + "@")
                + "/" + repo.path() + ".git";

        repo.git("commit", "-q", "--allow-empty", "-m", "with options");
        repo.git(
                "push",
                "-q",
                "-o",
                "ci.variable=GREETING=a=b c",
                "-o",
                "ci.input=size=7",
                "-o",
                "merge_request.create",
                url,
                "HEAD:refs/heads/main");

        PipelineRecord pipeline = build.awaitPipeline(repo, first);
        assertThat(pipeline.source()).isEqualTo("push");
        Given job = build.runner().takeAndStart();
        assertThat(value(job, "GREETING")).isEqualTo("a=b c");
        assertThat(script(job)).contains("echo 7 here");
        assertThat(api("GET", "/projects/" + repo.id() + "/pipelines/" + pipeline.id() + "/variables", null)
                        .body())
                .contains("GREETING", "a=b c");

        repo.git("commit", "-q", "--allow-empty", "-m", "not built");
        repo.git("push", "-q", "-o", "ci.skip", url, "HEAD:refs/heads/main");
        repo.git("commit", "-q", "--allow-empty", "-m", "nor this [skip ci]");
        repo.git("push", "-q", url, "HEAD:refs/heads/main");
        repo.git("commit", "-q", "--allow-empty", "-m", "wrong");
        repo.git("push", "-q", "-o", "ci.variable=1X=y", "-o", "ci.input=nothing", url, "HEAD:refs/heads/main");

        PipelineRecord wrong = build.awaitPipeline(repo, pipeline.id());
        assertThat(wrong.title()).isEqualTo("wrong");
        assertThat(build.pipelines(repo.id())).hasSize(3);
        assertThat(browser().get("/root/options/-/pipelines/" + wrong.id()).body())
                .contains("is no name for a variable", "has no value: write NAME=value");
    }

    @Test
    void theFormAsksWhatTheConfigurationOfTheRefDescribes() {
        Repo repo = build.project("asks", "a: {script: [echo], rules: [{when: never}]}\n");
        repo.git("checkout", "-q", "-b", "topic/x");
        repo.write(".gitlab-ci.yml", ASKS);
        repo.push("asks [skip ci]");
        RunningServer.Browser root = browser();
        String form = "/root/asks/-/pipelines/new";
        assertThat(root.get(form).body()).contains("value=\"main\"").doesNotContain("GREETING");

        String page =
                root.get(form + "?ref=topic%2Fx", "Accept-Language", "zh-CN").body();

        assertThat(page)
                .contains(
                        "variable.GREETING",
                        "value=\"hello\"",
                        "What it says",
                        "<option value=\"live\"",
                        "input.size",
                        "How many machines (number)",
                        "<option value=\"there\"",
                        "更多变量")
                .doesNotContain("QUIET");
        // What is typed and the form's token must never stand in an address.
        assertThat(page).doesNotContain("formmethod");
        assertThat(page.substring(page.indexOf("method=\"get\""), page.indexOf("method=\"post\" action=\"/root/asks")))
                .doesNotContain("_csrf");
        HttpResponse<String> refused = root.post(form, "/root/asks/-/pipelines", "ref", "topic/x", "more", "no equals");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("write NAME=value", "no equals</textarea>");

        HttpResponse<String> started = root.post(
                form,
                "/root/asks/-/pipelines",
                "ref",
                "topic/x",
                "variable.GREETING",
                "good day",
                "variable.TARGET",
                "live",
                "input.size",
                "3",
                "input.where",
                "",
                "more",
                "EXTRA=one\r\n\r\nTARGET=moon\r\n");

        assertThat(started.statusCode()).as(started.body()).isEqualTo(302);
        Given job = build.runner().takeAndStart();
        assertThat(value(job, "GREETING")).isEqualTo("good day");
        assertThat(value(job, "TARGET")).isEqualTo("moon");
        assertThat(value(job, "EXTRA")).isEqualTo("one");
        assertThat(value(job, "CI_PIPELINE_SOURCE")).isEqualTo("web");
        assertThat(script(job)).contains("echo 3 here");
    }

    @Test
    void clientsGiveInputsAndOnlyWhoGaveThemReadsVariables() {
        Repo repo = build.project("inputs", ASKS);
        build.awaitPipeline(repo, 0);
        build.cancelAll();
        String base = "/projects/" + repo.id();
        String developer = build.person("dev-of-inputs", repo, Optional.of(Role.DEVELOPER));
        String maintainer = build.person("maintainer-of-inputs", repo, Optional.of(Role.MAINTAINER));
        String body = "{\"ref\":\"main\",\"inputs\":{\"size\":5,\"where\":\"there\"},"
                + "\"variables\":[{\"key\":\"TOLD\",\"value\":\"secret-word\",\"variable_type\":\"file\"}]}";

        long id = json(created(base + "/pipeline", body)).get("id").asLong();

        Given job = build.runner().takeAndStart();
        assertThat(script(job)).contains("echo 5 there");
        assertThat(value(job, "CI_PIPELINE_SOURCE")).isEqualTo("api");
        String variables = base + "/pipelines/" + id + "/variables";
        assertThat(build.server().api("GET", variables, developer, null).statusCode())
                .isEqualTo(403);
        assertThat(build.server().api("GET", variables, maintainer, null).body())
                .contains("secret-word", "\"variable_type\":\"file\"");
        HttpResponse<String> unknown = api("POST", base + "/pipeline", "{\"ref\":\"main\",\"inputs\":{\"nope\":1}}");
        assertThat(unknown.statusCode()).isEqualTo(201);
        assertThat(unknown.body()).contains("\"status\":\"failed\"", "no input 'nope'");
        assertThat(api("POST", base + "/pipeline", "{\"ref\":\"main\",\"variables\":[{\"key\":\"1X\",\"value\":\"\"}]}")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void badgesSayHowABranchIsToThoseWhoMaySeeIt() {
        Repo repo = build.project("badges-of", "one: {script: [echo], coverage: '/Total: \\d+\\.\\d+/'}\n");
        RunningServer.Browser root = browser();
        String badge = "/root/badges-of/badges/main/pipeline.svg";
        assertThat(root.get(badge).body()).contains("pipeline: ").doesNotContain("passed");
        ScriptedRunner runner = build.runner();
        runner.finishTaken(runner.takeAndStart(), "Total: 91.5\n", "success", "");
        HttpResponse<String> passed = root.get(badge);

        assertThat(passed.body()).startsWith("<svg ").contains("pipeline: passed");
        assertThat(passed.headers().firstValue("Content-Type")).contains("image/svg+xml;charset=UTF-8");
        assertThat(passed.headers().firstValue("Cache-Control")).contains("max-age=30, private");
        assertThat(passed.headers().firstValue("Content-Security-Policy")).contains("sandbox; default-src 'none'");
        dev.tandem.testkit.Await.until(
                "the coverage is measured",
                () -> root.get("/root/badges-of/badges/main/coverage.svg")
                        .body()
                        .contains("coverage: 91.50%"));
        assertThat(root.get("/root/badges-of/-/badges/no/such/branch/pipeline.svg")
                        .body())
                .contains("pipeline: unknown");
        assertThat(root.get("/root/badges-of/badges/%3Cscript%3E/pipeline.svg").body())
                .doesNotContain("<script");
        assertThat(root.get("/root/badges-of/-/badges/main/other.svg").statusCode())
                .isEqualTo(404);
        assertThat(build.server().send("GET", badge).statusCode()).isEqualTo(302);

        api("PUT", "/projects/" + repo.id(), "{\"visibility\":\"public\"}");
        HttpResponse<String> open = build.server().send("GET", badge);
        assertThat(open.body()).contains("pipeline: passed");
        assertThat(open.headers().firstValue("Cache-Control")).contains("max-age=30, public");
    }

    private static RunningServer.Browser browser() {
        RunningServer.Browser root = build.server().browser();
        root.signIn("root", RunningServer.PASSWORD);
        return root;
    }

    private static String value(Given job, String key) {
        String found = "";
        for (JsonNode variable : job.payload().get("variables")) {
            found = variable.get("key").asString().equals(key)
                    ? variable.get("value").asString()
                    : found;
        }
        return found;
    }

    private static String script(Given job) {
        return job.payload().get("steps").toString();
    }

    private static String created(String path, String json) {
        HttpResponse<String> answer = api("POST", path, json);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return answer.body();
    }

    private static JsonNode json(String text) {
        return JSON.readTree(text);
    }

    private static HttpResponse<String> api(String method, String path, @Nullable String json) {
        return build.server().api(method, path, RunningServer.TOKEN, json);
    }
}
