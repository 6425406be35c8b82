package dev.tandem.server.insight;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import dev.tandem.server.RunningServer;
import dev.tandem.server.build.BuildServer;
import dev.tandem.server.build.ScriptedRunner;
import dev.tandem.testkit.Await;
import dev.tandem.testkit.Chromium;
import dev.tandem.testkit.WellMade;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** From a push over deployments that others report to the figures and the story, on a real server. */
class InsightTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    /** What sticks out of a narrow screen. */
    private static final String CONFIG = """
            review:
              script: [echo]
              environment:
                name: review/$CI_COMMIT_REF_SLUG
                url: https://$HOST_NAME.example.test
                on_stop: stop review
                auto_stop_in: 2 days
            stop review:
              script: [echo]
              when: manual
              environment:
                name: review/$CI_COMMIT_REF_SLUG
                action: stop
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

    private record Reply(int status, String body) {
        JsonNode json() {
            return JSON.readTree(body);
        }
    }

    private static Reply send(String method, String path, String json) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(build.server().uri().resolve(path))
                            .header("PRIVATE-TOKEN", RunningServer.TOKEN)
                            .header("Content-Type", "application/json")
                            .method(method, HttpRequest.BodyPublishers.ofString(json))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return new Reply(answer.statusCode(), answer.body());
        } catch (java.io.IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Reply report(BuildServer.Repo repo, String sha, String status) {
        return report(repo, "production", sha, status);
    }

    private static Reply report(BuildServer.Repo repo, String environment, String sha, String status) {
        return send(
                "POST",
                "/api/v4/projects/" + repo.id() + "/deployments",
                "{\"environment\":\"" + environment + "\",\"sha\":\"" + sha
                        + "\",\"ref\":\"main\",\"tag\":false,\"status\":\"" + status + "\"}");
    }

    private static JsonNode dora(BuildServer.Repo repo, int deployments) {
        return Await.value(
                deployments + " deployments to be counted",
                () -> Optional.of(send("GET", "/api/tandem/v1/projects/" + repo.id() + "/dora?window=7d", "")
                                .json())
                        .filter(json -> json.at("/deployment_frequency/n").asInt() == deployments));
    }

    private static String head(BuildServer.Repo repo) {
        return repo.git("rev-parse", "HEAD");
    }

    @Test
    void deploymentsMadeElsewhereAreCounted() {
        BuildServer.Repo repo = build.project("elsewhere", "job:\n  script: [echo]\n");
        String first = head(repo);
        assertThat(report(repo, first, "success").status()).isEqualTo(201);
        repo.push("second");
        repo.push("third");
        Reply running = report(repo, head(repo), "running");
        assertThat(running.json().at("/status").asString()).isEqualTo("running");
        String one = "/api/v4/projects/" + repo.id() + "/deployments/"
                + running.json().at("/id").asLong();
        assertThat(send("PUT", one, "{\"status\":\"success\"}").status()).isEqualTo(200);
        assertThat(send("PUT", one, "{\"status\":\"failed\"}").body()).contains("cannot become failed from success");
        assertThat(report(repo, "f".repeat(40), "success").body()).contains("is no commit of this project");
        assertThat(report(repo, first, "blocked").status()).isEqualTo(400);
        assertThat(send("GET", one, "").json().at("/environment/tier").asString())
                .isEqualTo("production");

        JsonNode dora = dora(repo, 2);
        assertThat(dora.at("/change_lead_time/n").asInt()).isEqualTo(3);
        assertThat(dora.at("/change_fail_rate/ratio").asDouble()).isZero();
        assertThat(dora.at("/change_fail_rate/n").asInt()).isEqualTo(2);
        assertThat(dora.at("/failed_deployment_recovery_time/median_seconds").isNull())
                .isTrue();

        JsonNode daily = send("GET", "/api/v4/projects/" + repo.id() + "/dora/metrics?metric=deployment_frequency", "")
                .json();
        assertThat(daily.get(daily.size() - 1).at("/value").asInt()).isEqualTo(2);
        assertThat(send("GET", "/api/tandem/v1/projects/" + repo.id() + "/dora?window=9y", "")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aServiceLivesInSeveralEnvironmentsAndAProjectHasSeveralServices() {
        BuildServer.Repo repo = build.project("mono", "job:\n  script: [echo]\n");
        for (String environment : List.of("staging/api", "production/api", "production/eu", "production/web")) {
            report(repo, environment, head(repo), "success");
        }
        dora(repo, 3);
        String environments = "/api/tandem/v1/projects/" + repo.id() + "/environments";
        JsonNode europe = send("GET", "/api/v4/projects/" + repo.id() + "/environments?name=production/eu", "")
                .json()
                .get(0);
        String one = environments + "/" + europe.at("/id").asLong();
        assertThat(send("PUT", one, "{\"service\":\"/api\"}").body()).contains("service: a service's name holds");
        assertThat(send("PUT", one, "{\"service\":\"api\"}")
                        .json()
                        .at("/service")
                        .asString())
                .isEqualTo("api");

        JsonNode all = send("GET", "/api/tandem/v1/projects/" + repo.id() + "/dora", "")
                .json();
        assertThat(all.at("/services"))
                .extracting(each -> each.at("/name").asString() + each.at("/deployments"))
                .containsExactly("api2", "web1");
        assertThat(all.at("/change_lead_time/n").asInt()).isEqualTo(1);
        JsonNode web = send("GET", "/api/tandem/v1/projects/" + repo.id() + "/dora?service=web", "")
                .json();
        assertThat(web.at("/change_lead_time/records/0/deployment_id").asLong())
                .isEqualTo(
                        web.at("/deployment_frequency/records/0/deployment_id").asLong());
        assertThat(send("GET", "/api/tandem/v1/dora?service=web", "").status()).isEqualTo(400);

        assertThat(send("PUT", one, "{\"service\":\"\"}").json().at("/service").asString())
                .isEqualTo("eu");
    }

    @Test
    void anIncidentThatNamesADeploymentMakesItAFailedOne() {
        BuildServer.Repo repo = build.project("hurt", "job:\n  script: [echo]\n");
        report(repo, head(repo), "success");
        repo.push("worse");
        long bad = report(repo, head(repo), "success").json().at("/id").asLong();
        dora(repo, 2);
        Reply told = send(
                "POST",
                "/api/tandem/v1/projects/" + repo.id() + "/incidents",
                "{\"title\":\"Nobody can pay\",\"environment\":\"production\",\"deployment_id\":" + bad + "}");
        assertThat(told.status()).as(told.body()).isEqualTo(201);

        JsonNode dora = dora(repo, 2);
        assertThat(dora.at("/change_fail_rate/ratio").asDouble()).isEqualTo(0.5);
        assertThat(dora.at("/change_fail_rate/records/0/deployment_id").asLong())
                .isEqualTo(bad);
        assertThat(dora.at("/failed_deployment_recovery_time/unrecovered").asInt())
                .isEqualTo(1);
    }

    @Test
    void aJobWithAnEnvironmentFollowsItsEndAndStopsByItsJob() {
        BuildServer.Repo repo = build.project("reviews", CONFIG);
        ScriptedRunner runner = build.runner();
        ScriptedRunner.Given job = take(runner, "review");
        byte[] dotenv = gzip("HOST_NAME=preview\n");
        assertThat(runner.upload(job, "?artifact_type=dotenv&artifact_format=gzip", "v.env.gz", dotenv)
                        .statusCode())
                .isEqualTo(201);
        runner.finishTaken(job, "", "success", "");

        String list = "/api/v4/projects/" + repo.id() + "/environments";
        // One answer is put together of several reads: wait for the end, then ask again.
        Await.value(
                "the environment",
                () -> Optional.of(send("GET", list, "").json())
                        .filter(json -> json.size() == 1
                                && !json.get(0).at("/auto_stop_at").isNull()));
        JsonNode environment = send("GET", list, "").json().get(0);
        assertThat(environment.at("/name").asString()).isEqualTo("review/main");
        assertThat(environment.at("/external_url").asString()).isEqualTo("https://preview.example.test");
        assertThat(environment.at("/last_deployment/status").asString()).isEqualTo("success");

        Reply stop = send("POST", list + "/" + environment.at("/id").asLong() + "/stop", "");
        assertThat(stop.status()).isEqualTo(200);
        ScriptedRunner.Given stopper = take(runner, "stop review");
        runner.finishTaken(stopper, "", "success", "");
        Await.value(
                "its end",
                () -> Optional.of(send("GET", list, "").json())
                        .filter(json -> json.get(0).at("/state").asString().equals("stopped")));
    }

    /** Jobs of other tests' projects pass by. */
    private static ScriptedRunner.Given take(ScriptedRunner runner, String name) {
        ScriptedRunner.Given job = runner.takeAndStart();
        while (!job.payload().at("/job_info/name").asString().equals(name)) {
            runner.finishTaken(job, "", "success", "");
            job = runner.takeAndStart();
        }
        return job;
    }

    private static byte[] gzip(String text) {
        java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
        try (java.util.zip.GZIPOutputStream out = new java.util.zip.GZIPOutputStream(bytes)) {
            out.write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    @Test
    void prometheusFindsWhatIsDeployed() {
        BuildServer.Repo repo = build.project("watched", "job:\n  script: [echo]\n");
        report(repo, head(repo), "success");
        dora(repo, 1);
        Await.value("the counter", () -> {
            String metrics = send("GET", "/-/metrics", "").body();
            return Optional.of(metrics)
                    .filter(
                            text -> text.contains("tandem_services{tier=\"production\"}")
                                    && text.matches(
                                            "(?s).*tandem_deployments_total\\{status=\"success\",tier=\"production\"[^}]*} [1-9].*"));
        });
        Reply targets = send("GET", "/api/tandem/v1/prometheus/targets", "");
        assertThat(targets.status()).isEqualTo(200);
        assertThat(targets.json().isArray()).isTrue();
        assertThat(build.server()
                        .send("GET", "/api/tandem/v1/prometheus/targets")
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void whoMayNotSeeAProjectSeesNoFiguresOfIt() {
        BuildServer.Repo repo = build.project("hidden", "job:\n  script: [echo]\n");
        assertThat(build.server()
                        .send("GET", "/api/tandem/v1/projects/" + repo.id() + "/dora")
                        .statusCode())
                .isIn(401, 404);
        assertThat(build.server().send("GET", "/root/hidden/-/dora").statusCode())
                .isEqualTo(302);
        assertThat(build.server()
                        .send("GET", "/root/hidden/-/changes/" + head(repo))
                        .statusCode())
                .isEqualTo(302);
    }

    @Test
    void pagesTellTheStoryInBothLanguages() {
        Browser browser = Chromium.browser();
        BuildServer.Repo repo = build.project("shop", "job:\n  script: [echo]\n");
        report(repo, head(repo), "success");
        repo.push("Answer faster");
        report(repo, head(repo), "success");
        report(repo, "production/api", head(repo), "success");
        dora(repo, 3);
        look(browser, "en", "Delivery figures", "Pushed to main by", head(repo));
        look(browser, "zh-CN", "交付指标", "推送到 main", head(repo));
    }

    private static void look(Browser browser, String language, String figures, String pushed, String sha) {
        try (BrowserContext context = browser.newContext(
                new Browser.NewContextOptions().setLocale(language).setViewportSize(1440, 900))) {
            Page page = context.newPage();
            URI origin = build.server().uri();
            page.navigate(origin.resolve("/-/sign-in").toString());
            page.fill("input[name=username]", "root");
            page.fill("input[name=password]", RunningServer.PASSWORD);
            page.press("input[name=password]", "Enter");
            page.waitForURL(url -> !url.contains("/-/sign-in"));
            for (String path :
                    List.of("/root/shop/-/dora?window=7d", "/root/shop/-/dora?service=api&window=7d", "/-/dora")) {
                page.navigate(origin.resolve(path).toString());
                assertThat(page.locator("h1").textContent()).contains(figures);
                WellMade.check(page, language + path);
            }
            page.navigate(origin.resolve("/root/shop/-/changes/" + sha).toString());
            assertThat(page.locator("h1").textContent()).contains("Answer faster");
            assertThat(page.locator(".timeline").textContent()).contains(pushed);
            WellMade.check(page, language + "-change");
        }
    }
}
