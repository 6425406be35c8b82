package dev.tandem.server.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.RunningServer;
import dev.tandem.server.build.BuildServer.Repo;
import dev.tandem.server.build.ScriptedRunner.Given;
import dev.tandem.server.build.sites.Sites;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.SiteRecord;
import dev.tandem.server.identity.Namespaces;
import dev.tandem.testkit.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Web sites that jobs publish, and who sees them. */
class SitesTest {
    @TempDir
    static Path folder;

    private static final Map<Long, Given> TAKEN = new HashMap<>();
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
    void thePublicFolderOfAPagesJobIsASandboxedSite() throws IOException {
        Repo repo = build.project("docs", "pages: {script: [make]}\n");
        publicly(repo);
        publish(
                repo,
                0,
                Map.of(
                        "public/index.html", "<script>alert(1)</script>home",
                        "public/a b/ü.css", "p {}",
                        "public/guide/index.html", "guide",
                        "secret.txt", "not published"));

        HttpResponse<String> home = get("/pages/root/docs/");
        assertThat(home.statusCode()).isEqualTo(200);
        assertThat(home.body()).contains("home");
        assertThat(home.headers().firstValue("Content-Type")).contains("text/html;charset=UTF-8");
        assertThat(home.headers().allValues("Content-Security-Policy")).containsExactly("sandbox");
        assertThat(home.headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
        assertThat(location("/pages/root/docs")).isEqualTo("/pages/root/docs/");
        assertThat(location("/pages/root/docs/guide")).isEqualTo("/pages/root/docs/guide/");
        assertThat(get("/pages/root/docs/guide/").body()).isEqualTo("guide");
        HttpResponse<String> style = get("/pages/root/docs/a%20b/%C3%BC.css");
        assertThat(style.body()).isEqualTo("p {}");
        assertThat(style.headers().firstValue("Content-Type")).contains("text/css;charset=UTF-8");
        for (String missing : new String[] {"secret.txt", "..%2Fsecret.txt", "public/index.html", "no"}) {
            assertThat(get("/pages/root/docs/" + missing).statusCode())
                    .as(missing)
                    .isIn(400, 404);
        }
    }

    @Test
    void aHiddenProjectsSiteIsForThoseWhoMaySeeTheProject() throws IOException {
        build.server().api("POST", "/groups", RunningServer.TOKEN, "{\"name\":\"team\",\"path\":\"team\"}");
        long team = build.server()
                .bean(Namespaces.class)
                .findByPath("team")
                .orElseThrow()
                .id();
        build.server()
                .api(
                        "POST",
                        "/groups",
                        RunningServer.TOKEN,
                        "{\"name\":\"web\",\"path\":\"web\",\"parent_id\":" + team + "}");
        Repo repo = build.project("team/web", "inner", "pages: {script: [make]}\n");
        publish(repo, 0, Map.of("public/index.html", "inner", "public/a.css", "p {}"));
        RunningServer.Browser member = build.server().browser();
        member.signIn("root", RunningServer.PASSWORD);

        assertThat(get("/pages/team/web/inner/").statusCode()).isEqualTo(404);
        String ticketed = member.get("/pages/team/web/inner/")
                .headers()
                .firstValue("Location")
                .orElseThrow();
        String path = ticketed.substring(ticketed.indexOf("/pages/"));
        assertThat(path).startsWith("/pages/-/").endsWith("/team/web/inner/");
        HttpResponse<String> home = get(path);
        assertThat(home.body()).isEqualTo("inner");
        assertThat(home.headers().allValues("Content-Security-Policy")).containsExactly("sandbox");
        assertThat(home.headers().allValues("Referrer-Policy")).contains("no-referrer");
        assertThat(get(path + "a.css").body()).isEqualTo("p {}");
        build.project("other-inner", "a: {script: [echo]}\n");
        assertThat(get(path.replace("/team/web/inner/", "/root/other-inner/")).statusCode())
                .isEqualTo(404);
        assertThat(get(path.replace("/pages/-/", "/pages/-/A")).statusCode()).isEqualTo(404);
    }

    @Test
    void aPrefixHasItsOwnSiteForAWhileAndAnOlderPipelineReplacesNothing() throws IOException {
        Repo repo = build.project("parallel", """
                site:
                  script: [make]
                  pages: {publish: out/$CI_COMMIT_REF_NAME, path_prefix: "MR $CI_COMMIT_REF_NAME!"}
                workflow: {auto_cancel: {on_new_commit: none}}
                """);
        publicly(repo);
        PipelineRecord first = build.awaitPipeline(repo, 0);
        repo.push("again");
        PipelineRecord second = build.awaitPipeline(repo, first.id());

        long newer = finish(second, Map.of("out/main/index.html", "second"));
        long older = finish(first, Map.of("out/main/index.html", "first"));

        Await.until("the older one's word", () -> sites().refusal(older).isPresent());
        assertThat(sites().refusal(older)).contains("newer");
        assertThat(get("/pages/root/parallel/mr-main/").body()).isEqualTo("second");
        assertThat(get("/pages/root/parallel/").statusCode()).isEqualTo(404);
        SiteRecord site = sites().ofJob(newer).orElseThrow();
        assertThat(Duration.between(site.createdAt(), site.expiresAt())).isEqualTo(Duration.ofHours(24));
        RunningServer.Browser browser = build.server().browser();
        browser.signIn("root", RunningServer.PASSWORD);
        assertThat(browser.get("/root/parallel/-/jobs/" + newer).body()).contains("/pages/root/parallel/mr-main/");
        assertThat(browser.get("/root/parallel/-/jobs/" + older).body()).contains("a newer pipeline has published");
    }

    @Test
    void aSiteTakesThePlaceOfTheOneBeforeAndGoesWithItsProject() throws IOException {
        Repo repo = build.project("replaced", "pages: {script: [make]}\n");
        publicly(repo);
        PipelineRecord first = publish(repo, 0, Map.of("public/index.html", "one", "public/old.html", "old"));
        publish(repo, first.id(), Map.of("public/index.html", "two"));

        assertThat(get("/pages/root/replaced/").body()).isEqualTo("two");
        assertThat(get("/pages/root/replaced/old.html").statusCode()).isEqualTo(404);
        Path stored = folder.resolve("data/objects/sites/" + repo.id());
        Await.until("the old files are gone", () -> files(stored) == 1);
        build.server().api("DELETE", "/projects/" + repo.id(), RunningServer.TOKEN, null);
        Await.until("all files are gone", () -> files(stored) == 0);
        assertThat(get("/pages/root/replaced/").statusCode()).isEqualTo(404);
    }

    @Test
    void whatPublishesNothingSaysWhyAndPagesCanBeTurnedOff() throws IOException {
        Repo empty = build.project("empty", "pages: {script: [make]}\n");
        long job = finish(build.awaitPipeline(empty, 0), Map.of("elsewhere/index.html", "x"));
        Await.until("the word", () -> sites().refusal(job).isPresent());
        assertThat(sites().refusal(job)).contains("no-files");
        Repo off = build.project("off", "pages: {script: [make], pages: false}\n");
        PipelineRecord pipeline = build.awaitPipeline(off, 0);
        Given given = take(pipeline);
        assertThat(given.payload().get("artifacts")).isEmpty();
    }

    private static Sites sites() {
        return build.server().bean(Sites.class);
    }

    private static void publicly(Repo repo) {
        build.server().api("PUT", "/projects/" + repo.id(), RunningServer.TOKEN, "{\"visibility\":\"public\"}");
    }

    private static PipelineRecord publish(Repo repo, long after, Map<String, String> files) throws IOException {
        if (after > 0) {
            repo.push("again");
        }
        PipelineRecord pipeline = build.awaitPipeline(repo, after);
        assertThat(pipeline.problems()).isEmpty();
        long job = finish(pipeline, files);
        Await.until("the site is there", () -> sites().ofJob(job).isPresent());
        return pipeline;
    }

    private static long finish(PipelineRecord pipeline, Map<String, String> files) throws IOException {
        ScriptedRunner runner = build.runner();
        Given job = take(pipeline);
        runner.upload(job, "", "artifacts.zip", zip(files));
        runner.finishTaken(job, "", "success", "");
        return job.id();
    }

    /** The job of a pipeline; those of others that come first are kept for when they are asked for. */
    private static Given take(PipelineRecord pipeline) {
        long wanted = build.jobs(pipeline.id()).getFirst().id();
        ScriptedRunner runner = build.runner();
        while (!TAKEN.containsKey(wanted)) {
            Given job = runner.takeAndStart();
            TAKEN.put(job.id(), job);
        }
        return TAKEN.get(wanted);
    }

    private static HttpResponse<String> get(String path) {
        return build.server().send("GET", path);
    }

    private static String location(String path) {
        String to = get(path).headers().firstValue("Location").orElseThrow();
        return to.substring(to.indexOf("/pages/"));
    }

    private static long files(Path folder) {
        if (!java.nio.file.Files.exists(folder)) {
            return 0;
        }
        try (var all = java.nio.file.Files.walk(folder)) {
            return all.filter(java.nio.file.Files::isRegularFile).count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] zip(Map<String, String> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }
}
