package dev.tandem.server.operate;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.tandem.agent.protocol.AgentReport;
import dev.tandem.agent.protocol.RevisionState;
import dev.tandem.agent.protocol.RevisionStatus;
import dev.tandem.agent.protocol.Said;
import dev.tandem.server.RunningServer;
import dev.tandem.server.deliver.Agents;
import dev.tandem.server.deliver.Deployment.Kind;
import dev.tandem.server.deliver.DeploymentStatus;
import dev.tandem.server.deliver.Tier;
import dev.tandem.server.platform.Database;
import dev.tandem.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Lost health, checks and notifications, from what is reported to what people see. */
@ExtendWith(OperateServer.class)
class ServiceFlowTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Said MEMORY = Said.of("memory", 512, 400).within("restarted");
    private static final AtomicLong NUMBER = new AtomicLong();

    private static RunningServer server;
    private static OperateRows rows;

    private final List<String> received = new CopyOnWriteArrayList<>();
    private volatile int answer = 200;
    private HttpServer other;
    private String path;
    private long project;
    private long production;
    private long good;
    private long agent;

    @BeforeAll
    static void start() {
        server = OperateServer.get();
        rows = new OperateRows(server.bean(Database.class));
    }

    @BeforeEach
    void service() throws IOException {
        path = "service" + NUMBER.incrementAndGet();
        project = rows.project(path, 1);
        production = rows.environment(project, "production", Tier.PRODUCTION);
        good = rows.deployment(project, production, Kind.JOB, DeploymentStatus.SUCCESS, 'a');
        agent = server.bean(Agents.class).register(path).agent().id();
        rows.runOn(production, agent);
        rows.serve(project, production, good, "d" + good);
        other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        other.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            received.add(exchange.getRequestURI() + " " + Map.copyOf(exchange.getRequestHeaders()) + " " + body);
            exchange.sendResponseHeaders(answer, -1);
            exchange.close();
        });
        other.start();
    }

    @AfterEach
    void stop() {
        other.stop(0);
    }

    private String hook() {
        return "http://127.0.0.1:" + other.getAddress().getPort() + "/hook/secret-path";
    }

    private void report(RevisionState state, Instant at) {
        String service = "p" + project + "-production";
        server.bean(HealthWatch.class)
                .heard(
                        agent,
                        new AgentReport(
                                "test",
                                "boot",
                                at,
                                1,
                                List.of(new RevisionStatus(
                                        service,
                                        "d" + good,
                                        state,
                                        at,
                                        0,
                                        null,
                                        MEMORY.text(),
                                        List.of(),
                                        List.of(),
                                        null,
                                        MEMORY)),
                                List.of(),
                                Map.of(service, Map.of("d" + good, 100)),
                                new AgentReport.ProxyStatus(true, 80, 1, 1)),
                        at);
    }

    @Test
    void lostHealthOpensOneIncidentWithSuspectsAndIsToldOverWhenItIsWell() {
        Instant now = Instant.now();
        report(RevisionState.HEALTHY, now.minusSeconds(300));
        report(RevisionState.CRASHED, now.minusSeconds(290));
        JsonNode incident = awaitIncident("triggered", false);
        assertThat(incident.path("origin").asString()).isEqualTo("lost_health");
        assertThat(incident.path("suspects").get(0).path("deployment_id").asLong())
                .isEqualTo(good);

        report(RevisionState.HEALTHY, now.minusSeconds(280));
        report(RevisionState.CRASHED, now.minusSeconds(270));
        report(RevisionState.HEALTHY, now.minusSeconds(260));
        report(RevisionState.HEALTHY, now.minusSeconds(200));
        incident = awaitIncident("triggered", true);
        assertThat(kinds(incident)).containsExactly("lost_health", "health_back", "recovered");

        report(RevisionState.UNHEALTHY, now.minusSeconds(100));
        incident = awaitIncident("triggered", false);
        assertThat(list("/incidents").size()).isEqualTo(1);
        assertThat(incident.path("timeline").get(0).path("text").asString())
                .startsWith("Started again after: Out of memory");
        RunningServer.Browser browser = server.browser();
        browser.signIn("root", RunningServer.PASSWORD);
        assertThat(browser.get("/root/" + path + "/-/incidents/1", "Accept-Language", "zh-CN")
                        .body())
                .contains("重新启动，此前：内存不足：使用了 512 MB，超过 400 MB 的限制，已被终止");
    }

    @Test
    void aCheckThatFailsOpensAnIncidentAndEndsItsPartWhenItIsAnsweredAgain() {
        answer = 500;
        JsonNode check = post(
                "/uptime_checks",
                "{\"environment\":\"production\",\"name\":\"front\",\"tries\":1,\"url\":\"" + hook() + "\"}",
                201);
        JsonNode incident = awaitIncident("triggered", false);
        assertThat(incident.path("origin").asString()).isEqualTo("uptime_check");
        assertThat(wellness().path("status").asString()).isEqualTo("unwell");

        report(RevisionState.CRASHED, Instant.now());
        Await.until("both are told", () -> kinds(incident(1)).contains("lost_health"));
        answer = 200;
        look(check.path("id").asLong());
        Await.until("the check is told", () -> kinds(incident(1)).contains("uptime_back"));
        // It is still not healthy.
        assertThat(incident(1).path("recovered").asBoolean()).isFalse();
        JsonNode seen = list("/uptime_checks").get(0);
        assertThat(seen.path("state").asString()).isEqualTo("up");
        assertThat(seen.path("last_status").asInt()).isEqualTo(200);
        post("/uptime_checks", "{\"environment\":\"production\",\"name\":\"front\"}", 400);
        post("/uptime_checks", "{\"environment\":\"production\",\"name\":\"x\",\"url\":\"ftp://x\"}", 400);
    }

    private void look(long check) {
        UptimeRunner runner = server.bean(UptimeRunner.class);
        server.bean(UptimeChecks.class).list(project).stream()
                .filter(one -> one.id() == check)
                .forEach(runner::look);
    }

    @Test
    void aHookIsToldOfAnIncidentOnceAndSigned() {
        post(
                "/notification_channels",
                "{\"kind\":\"webhook\",\"target\":\"" + hook()
                        + "\",\"secret\":\"s\",\"events\":[\"incident_opened\",\"incident_acknowledged\"]}",
                201);
        post("/incidents", "{\"title\":\"Checkout <is> slow\",\"environment\":\"production\"}", 201);
        Await.until("the hook is told", () -> received.size() == 1);
        assertThat(received.getFirst())
                .contains("/hook/secret-path", "sha256=", "incident_opened", "Checkout &lt;is&gt; slow")
                .contains("\"incident_iid\":\"1\"", "/root/" + path + "/-/incidents/1");

        answer = 404;
        post("/incidents/1/acknowledge", "{}", 200);
        Await.until(
                "it is given up",
                () -> list("/notification_deliveries")
                        .get(0)
                        .path("state")
                        .asString()
                        .equals("failed"));
        JsonNode log = list("/notification_deliveries");
        assertThat(log.get(0).path("event").asString()).isEqualTo("incident_acknowledged");
        assertThat(log.get(0).path("answer").asString()).startsWith("It answered 404");
        assertThat(log.get(1).path("state").asString()).isEqualTo("sent");
        assertThat(list("/notification_channels").toString()).doesNotContain("secret-path");
        post("/notification_channels", "{\"kind\":\"email\",\"target\":\"nobody\",\"events\":[\"rolled_back\"]}", 400);
    }

    @Test
    void pagesShowTheServiceAndTakeChecksAndChannels() {
        RunningServer.Browser browser = server.browser();
        browser.signIn("root", RunningServer.PASSWORD);
        String own = "/root/" + path + "/-/service";

        HttpResponse<String> created = browser.post(
                own + "/settings",
                own + "/settings/checks",
                "environment",
                "production",
                "name",
                "inner",
                "url",
                "http://10.1.2.3/");
        assertThat(created.statusCode()).isEqualTo(302);
        browser.post(
                own + "/settings",
                own + "/settings/channels",
                "kind",
                "webhook",
                "target",
                hook(),
                "events",
                "incident_opened");
        long channel = list("/notification_channels").get(0).path("id").asLong();
        browser.post(own + "/settings", own + "/settings/channels/" + channel + "/test");
        Await.until("the test arrives", () -> received.size() == 1);
        Await.until(
                "the check is refused",
                () -> list("/uptime_checks").get(0).path("problem").asString("").contains("outgoing-allow"));

        String english = browser.get(own).body();
        assertThat(english).contains("What runs where", "aaaaaaaa", "inner", "chart-requests");
        assertThat(browser.get(own, "Accept-Language", "zh-CN").body()).contains("各环境运行的内容");
        assertThat(browser.get(own + "/settings").body()).contains("What was sent", "127.0.0.1");
        assertThat(browser.get("/-/services").body()).contains("root/" + path);
        assertThat(browser.get(own + "/signals?environment=" + production + "&span=1h")
                        .body())
                .contains("\"key\":\"p99\"");

        post("/incidents", "{\"title\":\"Slow\",\"environment\":\"production\"}", 201);
        assertThat(browser.get(own).body()).contains("incident #1 is open", "Slow");
    }

    private JsonNode awaitIncident(String status, boolean recovered) {
        Await.until("the incident is there", () -> {
            JsonNode all = list("/incidents");
            return !all.isEmpty()
                    && all.get(0).path("status").asString().equals(status)
                    && all.get(0).path("recovered").asBoolean() == recovered;
        });
        return incident(1);
    }

    private JsonNode incident(int iid) {
        return list("/incidents/" + iid);
    }

    private static List<String> kinds(JsonNode incident) {
        return incident.path("timeline")
                .valueStream()
                .map(event -> event.path("kind").asString())
                .toList();
    }

    private JsonNode wellness() {
        return list("/service");
    }

    private JsonNode list(String rest) {
        return JSON.readTree(
                server.ask("GET", api(rest), RunningServer.TOKEN, null).body());
    }

    private JsonNode post(String rest, String body, int status) {
        HttpResponse<String> answered = server.ask("POST", api(rest), RunningServer.TOKEN, body);
        assertThat(answered.statusCode()).as(answered.body()).isEqualTo(status);
        return JSON.readTree(answered.body());
    }

    private String api(String rest) {
        return "/api/tandem/v1/projects/" + project + rest;
    }
}
