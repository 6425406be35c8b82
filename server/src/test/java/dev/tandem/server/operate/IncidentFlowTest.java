package dev.tandem.server.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.RunningServer;
import dev.tandem.server.deliver.Deployment.Kind;
import dev.tandem.server.deliver.DeploymentStatus;
import dev.tandem.server.deliver.Tier;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.SecretBox;
import dev.tandem.testkit.Await;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Events of deployments go in, incidents come out of the public API of a real server. */
@ExtendWith(OperateServer.class)
class IncidentFlowTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final AtomicLong NUMBER = new AtomicLong();

    private static RunningServer server;
    private static OperateRows rows;

    private long project;
    private long production;
    private long good;

    @BeforeAll
    static void start() {
        server = OperateServer.get();
        rows = new OperateRows(server.bean(Database.class));
    }

    @BeforeEach
    void service() {
        project = rows.project("shop" + NUMBER.incrementAndGet(), 1);
        production = rows.environment(project, "production", Tier.PRODUCTION);
        good = rows.deployment(project, production, Kind.JOB, DeploymentStatus.SUCCESS, 'a');
    }

    @Test
    void aFailedRolloutOpensAnIncidentWithItsCommitAsFirstSuspectAndTheNextSuccessResolvesIt() {
        long bad = rows.deployment(project, production, Kind.JOB, DeploymentStatus.FAILED, 'b');
        finished(bad, Kind.JOB, DeploymentStatus.FAILED, 'b', good, true);
        JsonNode incident = awaitIncident(1);

        assertThat(incident.path("origin").asString()).isEqualTo("failed_rollout");
        assertThat(incident.path("title").asString()).isEqualTo("Rollout to production failed");
        assertThat(incident.path("deployment_id").asLong()).isEqualTo(bad);
        assertThat(incident.path("recovered").asBoolean()).isTrue();
        assertThat(incident.path("suspects").get(0).path("sha").asString()).isEqualTo("b".repeat(40));
        assertThat(incident.path("suspects").get(0).path("reason").asString()).isEqualTo("failed");
        assertThat(incident.path("suspects").get(1).path("deployment_id").asLong())
                .isEqualTo(good);

        RunningServer.Browser browser = server.browser();
        browser.signIn("root", RunningServer.PASSWORD);
        String path = "/root/shop" + NUMBER.get() + "/-/incidents";
        assertThat(browser.get(path).body()).contains("Rollout to production failed");
        assertThat(browser.get(path + "/1").body()).contains("Its rollout failed: too many errors", "bbbbbbb");
        assertThat(browser.get(path + "/1", "Accept-Language", "zh-CN").body()).contains("其发布失败");
        assertThat(browser.post(path + "/1", path + "/1/notes", "body", "looked at it")
                        .statusCode())
                .isEqualTo(302);
        assertThat(browser.get(path + "/1").body()).contains("looked at it");

        long mend = rows.deployment(project, production, Kind.JOB, DeploymentStatus.SUCCESS, 'c');
        finished(mend, Kind.JOB, DeploymentStatus.SUCCESS, 'c', good, true);
        Await.until(
                "the incident moves", () -> get("/1").path("status").asString().equals("resolved"));
        assertThat(get("/1").path("resolved_by_deployment_id").asLong()).isEqualTo(mend);
    }

    @Test
    void aRollbackJoinsTheIncidentThatIsOpenAndTellsTheTimeOfRecovery() {
        long bad = rows.deployment(project, production, Kind.JOB, DeploymentStatus.SUCCESS, 'b');
        long first = rows.deployment(project, production, Kind.ROLLBACK, DeploymentStatus.FAILED, 'a');
        finished(first, Kind.ROLLBACK, DeploymentStatus.FAILED, 'a', bad, true);
        assertThat(awaitIncident(1).path("recovered").asBoolean()).isFalse();
        long second = rows.deployment(project, production, Kind.ROLLBACK, DeploymentStatus.SUCCESS, 'a');
        finished(second, Kind.ROLLBACK, DeploymentStatus.SUCCESS, 'a', bad, true);
        Await.until("the incident moves", () -> get("/1").path("recovered").asBoolean());

        JsonNode incident = get("/1");
        assertThat(get("").size()).isEqualTo(1);
        assertThat(incident.path("status").asString()).isEqualTo("triggered");
        assertThat(incident.path("deployment_id").asLong()).isEqualTo(bad);
        assertThat(incident.path("failures").size()).isEqualTo(1);
        assertThat(incident.path("failures").get(0).path("deployment_id").asLong())
                .isEqualTo(bad);
        assertThat(kinds(incident)).containsExactly("failed_rollback", "rollback");
    }

    @Test
    void stagingAndJobsWithoutRolloutOpenNothing() {
        long bad = rows.deployment(project, production, Kind.JOB, DeploymentStatus.FAILED, 'b');
        rows.finished(
                project, production, Tier.STAGING, bad, Kind.JOB, DeploymentStatus.FAILED, 'b', good, true, "bad");
        finished(bad, Kind.JOB, DeploymentStatus.FAILED, 'b', good, false);
        long worse = rows.deployment(project, production, Kind.JOB, DeploymentStatus.FAILED, 'c');
        finished(worse, Kind.JOB, DeploymentStatus.FAILED, 'c', good, true);

        assertThat(awaitIncident(1).path("deployment_id").asLong()).isEqualTo(worse);
    }

    @Test
    void peopleTakeItUpNoteAndResolve() {
        JsonNode opened = post("", "{\"title\":\"Checkout is slow\",\"environment\":\"production\"}", 201);
        assertThat(opened.path("origin").asString()).isEqualTo("person");
        assertThat(post("", "{\"title\":\"Again\",\"environment\":\"production\"}", 409)
                        .path("message")
                        .asString())
                .contains("#1");

        post("/1/acknowledge", "{}", 200);
        post("/1/acknowledge", "{}", 409);
        post("/1/notes", "{\"body\":\"restarted the cache\"}", 201);
        post("/1/notes", "{\"body\":\" \"}", 400);
        post("/1/assign", "{\"username\":\"nobody\"}", 404);
        JsonNode resolved = post("/1/resolve", "{\"note\":\"cache was full\"}", 200);
        assertThat(resolved.path("status").asString()).isEqualTo("resolved");
        assertThat(resolved.path("assignee").path("username").asString()).isEqualTo("root");
        assertThat(kinds(resolved)).containsExactly("person", "acknowledged", "note", "resolved");
        post("/1/resolve", "{}", 409);
        post("/7/resolve", "{}", 404);
    }

    @Test
    void whatHappenedElsewhereIsRecordedOnceAndJoinedByDeployment() {
        String body = "{\"title\":\"Outage\",\"environment\":\"production\",\"external_id\":\"PD-1\",\"deployment_id\":"
                + good + ",\"opened_at\":\"2026-11-20T08:00:00Z\",\"recovered_at\":\"2026-11-20T08:05:00Z\"}";
        JsonNode first = post("", body, 201);
        JsonNode again = post("", body, 200);

        assertThat(again.path("id").asLong()).isEqualTo(first.path("id").asLong());
        assertThat(first.path("status").asString()).isEqualTo("resolved");
        assertThat(first.path("recovery_seconds").asLong()).isEqualTo(300);
        assertThat(first.path("failures").get(0).path("recovery_seconds").asDouble())
                .isEqualTo(300.0);
        post("", "{\"title\":\"x\",\"opened_at\":\"2126-11-20T08:00:00Z\"}", 400);
        post("", "{\"title\":\"x\",\"deployment_id\":987654}", 404);
        post("", "{\"title\":\"x\",\"external_url\":\"javascript:alert(1)\"}", 400);
    }

    @Test
    void aChannelIsToldOfOneThingOnce() {
        List<Optional<Long>> told = rows.write(sql -> {
            NotificationStore store = new NotificationStore(sql, server.bean(SecretBox.class), JSON);
            Channel channel = store.insert(
                    project, Channel.Kind.EMAIL, "a@example.test", null, Set.of(Notice.Event.TEST), OperateRows.NOW);
            return Stream.of("one", "two", "one")
                    .map(key -> new Notice(
                            Notice.Event.TEST, key, "p", "t", List.of(), "http://x", OperateRows.NOW, Map.of()))
                    .map(notice -> store.add(channel.id(), notice, 10, OperateRows.NOW))
                    .toList();
        });

        assertThat(told.get(0)).isPresent();
        assertThat(told.get(1)).isPresent().isNotEqualTo(told.get(0));
        assertThat(told.get(2)).isEmpty();
    }

    private void finished(
            long deployment, Kind kind, DeploymentStatus status, char sha, long previous, boolean rollout) {
        String reason = status == DeploymentStatus.FAILED ? "too many errors" : null;
        rows.finished(project, production, Tier.PRODUCTION, deployment, kind, status, sha, previous, rollout, reason);
    }

    private static List<String> kinds(JsonNode incident) {
        return incident.path("timeline")
                .valueStream()
                .map(event -> event.path("kind").asString())
                .toList();
    }

    private JsonNode awaitIncident(long iid) {
        Await.until("the incident moves", () -> get("/" + iid).has("iid"));
        return get("/" + iid);
    }

    private JsonNode get(String path) {
        return JSON.readTree(send("GET", path, null).body());
    }

    private JsonNode post(String path, String body, int status) {
        HttpResponse<String> answer = send("POST", path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JSON.readTree(answer.body());
    }

    private HttpResponse<String> send(String method, String path, String body) {
        return server.ask(
                method, "/api/tandem/v1/projects/" + project + "/incidents" + path, RunningServer.TOKEN, body);
    }
}
