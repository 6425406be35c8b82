package dev.tandem.server.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.RunningServer;
import dev.tandem.server.build.BuildServer.Repo;
import dev.tandem.server.build.schedule.JobFlow;
import dev.tandem.server.build.schedule.JobResult;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.platform.Database;
import dev.tandem.testkit.Await;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Jobs of several pipelines that want the same resource group, in each of its modes. */
class ResourceGroupTest {
    private static final String CONFIG = """
            stages: [check, ship]
            test: {stage: check, script: [echo]}
            deploy: {stage: ship, script: [echo], resource_group: "$CI_COMMIT_REF_NAME/eu"}
            workflow: {auto_cancel: {on_new_commit: none}}
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
    void theOldestPipelineComesFirstEvenWhenItIsNotReady() {
        Repo repo = build.project("oldest", CONFIG);
        List<Long> pipelines = pipelines(repo, 2);
        choose(repo, "oldest_first");

        pass("test", pipelines.get(1));
        await(pipelines.get(1), "deploy", JobStatus.WAITING_FOR_RESOURCE);
        assertThat(upcoming(repo)).containsExactlyElementsOf(deploys(pipelines));
        pass("test", pipelines.get(0));
        await(pipelines.get(0), "deploy", JobStatus.PENDING);
        JobRecord waiting = job(pipelines.get(1), "deploy");
        assertThat(waiting.status()).isEqualTo(JobStatus.WAITING_FOR_RESOURCE);
        RunningServer.Browser browser = build.server().browser();
        browser.signIn("root", RunningServer.PASSWORD);
        assertThat(browser.get("/root/oldest/-/jobs/" + waiting.id()).body())
                .contains("main/eu", "held by", "/-/jobs/" + deploys(pipelines).getFirst());
        pass("deploy", pipelines.get(0));

        await(pipelines.get(1), "deploy", JobStatus.PENDING);
    }

    @Test
    void anOlderPipelineThatFailsLetsTheNextOneGo() {
        Repo repo = build.project("fails", CONFIG);
        List<Long> pipelines = pipelines(repo, 2);
        choose(repo, "oldest_first");
        pass("test", pipelines.get(1));
        await(pipelines.get(1), "deploy", JobStatus.WAITING_FOR_RESOURCE);

        end("test", pipelines.get(0), new JobResult.Failed("script_failure", 1));

        assertThat(job(pipelines.get(0), "deploy").status()).isEqualTo(JobStatus.SKIPPED);
        await(pipelines.get(1), "deploy", JobStatus.PENDING);
    }

    @Test
    void theNewestPipelineComesFirst() {
        Repo repo = build.project("newest", CONFIG);
        List<Long> pipelines = pipelines(repo, 3);
        choose(repo, "newest_first");

        pass("test", pipelines.get(0));
        pass("test", pipelines.get(1));
        await(pipelines.get(1), "deploy", JobStatus.WAITING_FOR_RESOURCE);
        assertThat(upcoming(repo)).containsExactlyElementsOf(deploys(pipelines).reversed());
        pass("test", pipelines.get(2));
        await(pipelines.get(2), "deploy", JobStatus.PENDING);
        pass("deploy", pipelines.get(2));
        await(pipelines.get(1), "deploy", JobStatus.PENDING);
    }

    @Test
    void theNewestThatIsReadyComesFirst() {
        Repo repo = build.project("ready", CONFIG);
        List<Long> pipelines = pipelines(repo, 4);
        choose(repo, "newest_ready_first");

        pass("test", pipelines.get(0));
        await(pipelines.get(0), "deploy", JobStatus.PENDING);
        pass("test", pipelines.get(1));
        pass("test", pipelines.get(2));
        await(pipelines.get(2), "deploy", JobStatus.WAITING_FOR_RESOURCE);
        pass("deploy", pipelines.get(0));
        await(pipelines.get(2), "deploy", JobStatus.PENDING);

        assertThat(upcoming(repo))
                .containsExactly(job(pipelines.get(1), "deploy").id());
    }

    @Test
    void aModeThatIsChosenAnewHoldsForThoseThatWait() {
        Repo repo = build.project("anew", CONFIG);
        List<Long> pipelines = pipelines(repo, 2);
        choose(repo, "oldest_first");
        pass("test", pipelines.get(1));
        await(pipelines.get(1), "deploy", JobStatus.WAITING_FOR_RESOURCE);

        choose(repo, "newest_first");

        await(pipelines.get(1), "deploy", JobStatus.PENDING);
    }

    @Test
    void theResourceAnswersAsGitLabsDoes() {
        Repo repo = build.project("rest", CONFIG);
        pipelines(repo, 1);

        JsonNode all = json(api("GET", repo, "", null));
        assertThat(all).hasSize(1);
        assertThat(all.get(0).propertyNames())
                .containsExactlyInAnyOrder("id", "key", "process_mode", "created_at", "updated_at");
        assertThat(all.get(0).get("key").asString()).isEqualTo("main/eu");
        assertThat(all.get(0).get("process_mode").asString()).isEqualTo("unordered");
        assertThat(api("PUT", repo, "/main%2Feu", "{\"process_mode\":\"fastest\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(api("GET", repo, "/main%2Fus", null).statusCode()).isEqualTo(404);
        assertThat(json(api("GET", repo, "/main%2Feu", null))
                        .get("process_mode")
                        .asString())
                .isEqualTo("unordered");
    }

    /** So many of one branch, oldest first. */
    private static List<Long> pipelines(Repo repo, int count) {
        List<Long> ids = new ArrayList<>(List.of(build.awaitPipeline(repo, 0).id()));
        while (ids.size() < count) {
            repo.push("again");
            ids.add(build.awaitPipeline(repo, ids.getLast()).id());
        }
        return ids;
    }

    private static List<Long> deploys(List<Long> pipelines) {
        return pipelines.stream().map(id -> job(id, "deploy").id()).toList();
    }

    private static void pass(String name, long pipelineId) {
        end(name, pipelineId, new JobResult.Passed());
    }

    private static void end(String name, long pipelineId, JobResult result) {
        long job = job(pipelineId, name).id();
        build.claim(job, build.runner().id(), true);
        boolean taken = build.server()
                .bean(Database.class)
                .write(tx -> build.server().bean(JobFlow.class).finish(tx, job, result));
        assertThat(taken).isTrue();
    }

    private static void await(long pipelineId, String name, JobStatus status) {
        Await.until(
                name + " of " + pipelineId + " is " + status,
                () -> job(pipelineId, name).status().equals(status));
    }

    private static JobRecord job(long pipelineId, String name) {
        return build.jobs(pipelineId).stream()
                .filter(job -> job.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void choose(Repo repo, String mode) {
        HttpResponse<String> answer = api("PUT", repo, "/main%2Feu", "{\"process_mode\":\"" + mode + "\"}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).get("process_mode").asString()).isEqualTo(mode);
    }

    private static List<Long> upcoming(Repo repo) {
        List<Long> ids = new ArrayList<>();
        json(api("GET", repo, "/main%2Feu/upcoming_jobs", null))
                .forEach(job -> ids.add(job.get("id").asLong()));
        return ids;
    }

    private static HttpResponse<String> api(String method, Repo repo, String rest, String body) {
        return build.server()
                .api(method, "/projects/" + repo.id() + "/resource_groups" + rest, RunningServer.TOKEN, body);
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return JsonMapper.builder().build().readTree(answer.body());
    }
}
