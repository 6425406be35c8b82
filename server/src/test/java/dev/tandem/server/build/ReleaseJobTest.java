package dev.tandem.server.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.RunningServer;
import dev.tandem.server.build.BuildServer.Repo;
import dev.tandem.server.build.logs.JobLogs;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.testkit.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Jobs that release, by the built-in runner and a real shell. */
class ReleaseJobTest {
    @TempDir
    static Path folder;

    private static BuildServer build;

    @BeforeAll
    static void start() {
        build = BuildServer.start(folder, "--runner-concurrency", "2", "--unsafe-shell", "true");
    }

    @AfterAll
    static void stop() {
        build.close();
    }

    @Test
    void aReleaseIsThereOnceTheScriptSucceeded() {
        Repo repo = build.project("shop", """
                variables: {VERSION: "1.2"}
                ship:
                  script: [echo script-$((40 + 2))]
                  after_script: [echo after-$((50 + 5))]
                  rules: [{if: $CI_COMMIT_BRANCH}]
                  release:
                    tag_name: v$VERSION
                    name: Shop ${VERSION}
                    description: |
                      What's "new" in $CI_PROJECT_NAME: `touch hacked`, $(touch hacked), \\ and $$5 & more
                    assets:
                      links: [{name: "Manual $VERSION", url: "https://example.org/?a=1&b=$VERSION", filepath: /manual, link_type: runbook}]
                """);
        PipelineRecord pipeline = build.awaitPipeline(repo, 0);
        assertThat(pipeline.problems()).isEmpty();

        JobRecord job = ended(pipeline);

        assertThat(job.status()).as(log(job)).isEqualTo(JobStatus.SUCCESS);
        assertThat(log(job)).containsSubsequence("script-42", "Released v1.2", "after-55");
        JsonNode release = json("/projects/" + repo.id() + "/releases/v1%2E2");
        assertThat(release.get("name").asString()).isEqualTo("Shop 1.2");
        assertThat(release.get("description").asString())
                .isEqualTo("What's \"new\" in shop: `touch hacked`, $(touch hacked), \\ and $5 & more\n");
        assertThat(release.get("commit").get("id").asString()).isEqualTo(pipeline.sha());
        JsonNode link = release.get("assets").get("links").get(0);
        assertThat(link.get("name").asString()).isEqualTo("Manual 1.2");
        assertThat(link.get("url").asString()).isEqualTo("https://example.org/?a=1&b=1.2");
        assertThat(link.get("link_type").asString()).isEqualTo("runbook");
        assertThat(link.get("direct_asset_url").asString()).endsWith("/root/shop/-/releases/v1.2/downloads/manual");
        assertThat(json("/projects/" + repo.id() + "/repository/tags/v1.2")
                        .get("commit")
                        .get("id")
                        .asString())
                .isEqualTo(pipeline.sha());

        build.server()
                .api("POST", "/projects/" + repo.id() + "/jobs/" + job.id() + "/retry", RunningServer.TOKEN, null);
        JobRecord again = Await.value(
                "the second attempt's end",
                () -> Optional.of(build.jobs(pipeline.id()).getFirst())
                        .filter(attempt ->
                                attempt.attempt() == 2 && attempt.status().isTerminal()));

        assertThat(again.status()).isEqualTo(JobStatus.FAILED);
        assertThat(again.failureReason()).isEqualTo("script_failure");
        assertThat(log(again)).containsSubsequence("script-42", "Release already exists", "after-55");
    }

    @Test
    void aScriptThatFailsReleasesNothingAndAFileMayDescribe() {
        Repo repo = build.project("notes", """
                stages: [one, two]
                good:
                  stage: one
                  script: [echo "# From a file" > notes.md]
                  rules: [{if: $CI_COMMIT_BRANCH}]
                  release: {tag_name: good, description: notes.md, tag_message: annotated}
                bad:
                  stage: two
                  script: [exit 3]
                  rules: [{if: $CI_COMMIT_BRANCH}]
                  release: {tag_name: bad, description: never}
                """);
        PipelineRecord pipeline = build.awaitPipeline(repo, 0);

        Await.until(
                "the pipeline's end",
                () -> build.pipeline(pipeline.id()).status().isTerminal());

        assertThat(json("/projects/" + repo.id() + "/releases/good")
                        .get("description")
                        .asString())
                .isEqualTo("# From a file\n");
        assertThat(json("/projects/" + repo.id() + "/repository/tags/good")
                        .get("message")
                        .asString())
                .isEqualTo("annotated");
        assertThat(build.server()
                        .api("GET", "/projects/" + repo.id() + "/releases/bad", RunningServer.TOKEN, null)
                        .statusCode())
                .isEqualTo(404);
    }

    private static JobRecord ended(PipelineRecord pipeline) {
        Await.until(
                "the pipeline's end",
                () -> build.pipeline(pipeline.id()).status().isTerminal());
        return build.jobs(pipeline.id()).getFirst();
    }

    private static String log(JobRecord job) {
        return new String(build.server().bean(JobLogs.class).tail(job.id(), 100_000), StandardCharsets.UTF_8);
    }

    private static JsonNode json(String path) {
        return JsonMapper.builder()
                .build()
                .readTree(build.server()
                        .api("GET", path, RunningServer.TOKEN, null)
                        .body());
    }
}
