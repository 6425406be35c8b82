package dev.tandem.server.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.agent.protocol.RevisionSpec;
import dev.tandem.server.deliver.DeliverServer.Reply;
import dev.tandem.server.deliver.FakeAgent.Behaviour;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.platform.access.Role;
import dev.tandem.testkit.Await;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Configuration of environments through the public API, down to what the agent is told. */
class ConfigurationTest extends DeliverScene {
    @Test
    void aChangeAloneIsADeploymentOfTheSameBundle() throws Exception {
        String bundle = bundle("v1");
        deploy(first, bundle);
        String before = running().id();

        Reply reply = set(Map.of("MODE", "fast", "DATABASE_URL", "jdbc:x"), Map.of());

        JsonNode ended = end(rolloutOf(reply));
        assertThat(reply.json().path("version").asLong()).isEqualTo(1);
        assertThat(ended.path("phase").asString()).isEqualTo("success");
        assertThat(ended.path("configuration_version").asLong()).isEqualTo(1);
        assertThat(running().id()).isNotEqualTo(before);
        assertThat(running().bundleSha256()).isEqualTo(bundle);
        assertThat(running().environment())
                .containsEntry("MODE", "fast")
                .containsEntry("DATABASE_URL", "jdbc:x")
                .containsEntry("TANDEM_COMMIT_SHA", first);
        assertThat(server.bean(Deployments.class)
                        .find(ended.path("deployment_id").asLong())
                        .orElseThrow()
                        .kind())
                .isEqualTo(Deployment.Kind.CONFIGURATION);
    }

    @Test
    void itIsRolledOutTheWayThatWhatServesCame() throws Exception {
        String bundle = bundle("v1");
        Map<String, Object> way = Map.of("strategy", "canary", "steps", "20", "bake", "100ms", "tolerance", "2");
        end(ask(job(first, "production"), bundle, way).json().path("id").asLong());

        agent.traffic(5000, 0);
        assertThat(end(rolloutOf(set(Map.of("A", "1"), Map.of())))
                        .path("strategy")
                        .asString())
                .isEqualTo("canary");
        JsonNode slower = end(rolloutOf(set(Map.of("A", "2"), Map.of("bake", "200ms"))));
        assertThat(slower.path("strategy").asString()).isEqualTo("canary");
        assertThat(slower.path("options").path("steps").toString()).isEqualTo("[20,100]");
        assertThat(slower.path("options").path("tolerance").asDouble()).isEqualTo(2);
        assertThat(slower.path("options").path("bake_ms").asLong()).isEqualTo(200);
        JsonNode another = end(rolloutOf(set(Map.of("A", "3"), Map.of("strategy", "blue-green"))));
        assertThat(another.path("strategy").asString()).isEqualTo("blue-green");
        assertThat(another.path("options").path("bake_ms").asLong()).isEqualTo(200);
        agent.traffic(0, 0);
    }

    @Test
    void aRollbackTakesTheConfigurationBackAndLeavesTheCommitWelcome() throws Exception {
        String one = bundle("v1");
        deploy(first, one);
        end(rolloutOf(set(Map.of("MODE", "fast"), Map.of())));
        end(rolloutOf(set(Map.of("MODE", "broken"), Map.of())));

        rollBack();

        assertThat(running().environment()).containsEntry("MODE", "fast");
        assertThat(configuration().path("version").asLong()).isEqualTo(1);
        assertThat(configuration().path("serving_version").asLong()).isEqualTo(1);
        assertThat(ask(job(first, "production"), one, Map.of()).status()).isEqualTo(201);
    }

    @Test
    void aRollbackOfCodeBringsTheConfigurationThatItHad() throws Exception {
        deploy(first, bundle("v1"));
        set(Map.of("ONLY_V2", "yes"), Map.of("deploy", false));
        deploy(second, bundle("v2"));
        assertThat(running().environment()).containsEntry("ONLY_V2", "yes");

        rollBack();

        assertThat(serving()).isEqualTo(first);
        assertThat(running().environment()).doesNotContainKey("ONLY_V2");
    }

    @Test
    void whatDoesNotGetThroughIsNotBroughtAlongByTheNextDeployment() throws Exception {
        String bundle = bundle("v1");
        deploy(first, bundle);
        BEHAVIOURS.put(bundle, Behaviour.CRASH_LOOP_WHEN_NEW);

        JsonNode ended = end(rolloutOf(set(Map.of("MODE", "broken"), Map.of())));

        assertThat(ended.path("phase").asString()).isEqualTo("failed");
        assertThat(configuration().path("version").asLong()).isZero();
        assertThat(running().environment()).doesNotContainKey("MODE");
        assertThat(set(Map.of("MODE", "fine"), Map.of("deploy", false))
                        .json()
                        .path("version")
                        .asLong())
                .as("versions are never used again")
                .isEqualTo(2);
    }

    @Test
    void whileARolloutIsUnderWayAChangeWaitsForTheNextOne() throws Exception {
        String slow = bundle("v1");
        BEHAVIOURS.put(slow, Behaviour.SLOW);
        long underWay = request(first, slow);

        Reply refused = set(Map.of("A", "1"), Map.of());
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().path("message").asString()).contains("is not over yet", "--no-deploy");
        assertThat(configuration().path("version").asLong()).isZero();

        assertThat(set(Map.of("A", "1"), Map.of("deploy", false)).status()).isEqualTo(200);
        BEHAVIOURS.put(slow, Behaviour.HEALTHY);
        end(underWay);
        assertThat(running().environment()).doesNotContainKey("A");
        deploy(second, bundle("v2"));
        assertThat(running().environment()).containsEntry("A", "1");
    }

    @Test
    void secretsAreSealedNeverShownAndOnlyForTheirAgent() throws Exception {
        deploy(first, bundle("v1"));
        Reply reply = set(Map.of("PASSWORD", "hunter2"), Map.of("secret", true));
        end(rolloutOf(reply));
        long environment = environment().id();

        assertThat(running().environment()).containsEntry("PASSWORD", "hunter2");
        assertThat(reply.text()).doesNotContain("hunter2");
        assertThat(get("/configuration?environment=production").text()).doesNotContain("hunter2");
        assertThat(get("/configuration/versions?environment=production").text())
                .doesNotContain("hunter2")
                .contains("PASSWORD");
        Configuration stored = server.bean(Configurations.class).current(environment);
        assertThat(stored.variables().getFirst().sealed()).doesNotContain("hunter2");
        assertThat(server.bean(Audit.class).list(new Audit.Filter("", "configuration.", ""), 0, 100))
                .anyMatch(event -> event.detail().contains("+PASSWORD"))
                .noneMatch(event -> event.detail().contains("hunter2"));
        Reply page = server.get(DeliverServer.ROOT_TOKEN, page(environment));
        assertThat(page.text()).contains("PASSWORD").doesNotContain("hunter2");

        Agents agents = server.bean(Agents.class);
        Agents.Registered other = agents.register("another host");
        assertThat(agents.desired(other.agent().id()).services()).isEmpty();
        assertThat(get("/configuration?environment=production&version=1")
                        .json()
                        .path("variables")
                        .get(0)
                        .path("value")
                        .isNull())
                .isTrue();
        assertThat(set(Map.of("PASSWORD", "hunter2"), Map.of())
                        .json()
                        .path("rollout")
                        .isNull())
                .as("the same again changes nothing, and once secret is always secret")
                .isTrue();
    }

    @Test
    void onlyWhoMayDeployAndNoJobSeesOrChangesIt() throws Exception {
        deploy(first, bundle("v1"));
        String reporter = member("ron", Role.REPORTER);
        String job = job(first, "production");
        Map<String, Object> change = Map.of("environment", "production", "set", Map.of("A", "1"));

        assertThat(server.post(reporter, tandem("/configuration"), change).status())
                .isEqualTo(403);
        assertThat(server.get(reporter, tandem("/configuration?environment=production"))
                        .status())
                .isEqualTo(403);
        assertThat(server.get(reporter, page(environment().id())).status()).isEqualTo(403);
        assertThat(server.post(job, tandem("/configuration"), change).status()).isEqualTo(403);
        assertThat(server.get(job, tandem("/configuration?environment=production"))
                        .status())
                .isEqualTo(403);
        assertThat(server.get(job, tandem("/configuration/versions?environment=production"))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void whatCannotBeAVariableIsRefusedWithTheReason() {
        assertThat(refusal(Map.of("PORT", "1"))).isEqualTo("PORT is given by Tandem itself; choose another name.");
        assertThat(refusal(Map.of("TANDEM_X", "1"))).contains("given by Tandem itself");
        assertThat(refusal(Map.of("1A", "1"))).contains("\"1A\" is no name of a variable");
        assertThat(refusal(Map.of("A", "\0"))).contains("holds a NUL");
        assertThat(refusal(Map.of("A", "x".repeat(33_000)))).contains("more than 32768 characters");
        assertThat(refusal(Map.of())).startsWith("Nothing is to be changed");
        assertThat(server.bean(Environments.class).find(shop.id(), "production"))
                .isEmpty();
    }

    @Test
    void theShellScriptListsSetsAndUnsets() throws Exception {
        Path script = folder.resolve("tandem.sh");
        Files.writeString(script, server.get("", "/-/tandem.sh").text());
        deploy(first, bundle("v1"));

        Ran set = person(script, "config", "set", "production", "A=one two", "--strategy", "blue-green", "B=x=y&z");
        assertThat(set.status()).as(set.output()).isZero();
        assertThat(set.output()).contains("production has configuration 1.", "production is done.");
        assertThat(person(script, "config", "set", "production", "--secret", "--no-deploy", "S=secret")
                        .output())
                .isEqualTo("production has configuration 2.\n");
        assertThat(person(script, "config", "unset", "production", "A", "--no-deploy")
                        .output())
                .isEqualTo("production has configuration 3.\n");
        assertThat(person(script, "config", "list", "production").output()).isEqualTo("B=x=y&z\nS (secret)\n");
        Ran refused = person(script, "config", "set", "production", "PORT=1");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.output()).contains("PORT is given by Tandem itself");
    }

    @Test
    void thePageShowsVersionsAndWhatChanged() throws Exception {
        deploy(first, bundle("v1"));
        end(rolloutOf(set(Map.of("ALPHA", "1"), Map.of())));
        set(Map.of("BETA", "2"), Map.of("unset", List.of("ALPHA"), "deploy", false));
        long environment = environment().id();

        String text = server.get(DeliverServer.ROOT_TOKEN, page(environment)).text();
        assertThat(text).contains("BETA", "removed", "ALPHA", "serves now", "for the next deployment");
        String chinese = server.send(
                        "GET",
                        DeliverServer.ROOT_TOKEN,
                        page(environment),
                        BodyPublishers.noBody(),
                        "text/html",
                        "Accept-Language",
                        "zh")
                .text();
        assertThat(chinese).contains("production 的配置");
        assertThat(server.get(DeliverServer.ROOT_TOKEN, "/root/" + shop.path() + "/-/environments/" + environment)
                        .text())
                .contains("/configuration\"");
        JsonNode versions =
                get("/configuration/versions?environment=production").json();
        assertThat(versions.get(0).path("added").get(0).asString()).isEqualTo("BETA");
        assertThat(versions.get(0).path("removed").get(0).asString()).isEqualTo("ALPHA");
        assertThat(versions.get(0).path("author").asString()).isEqualTo("root");
    }

    private Ran person(Path script, String... arguments) throws Exception {
        String[] command = new String[arguments.length + 2];
        command[0] = "sh";
        command[1] = script.toString();
        System.arraycopy(arguments, 0, command, 2, arguments.length);
        return run(
                Map.of(
                        "TANDEM_URL",
                        server.uri.toString(),
                        "TANDEM_TOKEN",
                        DeliverServer.ROOT_TOKEN,
                        "CI_PROJECT_ID",
                        "" + shop.id()),
                command);
    }

    private RevisionSpec running() {
        return Await.value(
                "one revision",
                () -> service().revisions().size() == 1
                        ? java.util.Optional.of(service().revisions().getFirst())
                        : java.util.Optional.empty());
    }

    private Environment environment() {
        return server.bean(Environments.class).find(shop.id(), "production").orElseThrow();
    }

    private String page(long environment) {
        return "/root/" + shop.path() + "/-/environments/" + environment + "/configuration";
    }

    private Reply get(String path) {
        return server.get(DeliverServer.ROOT_TOKEN, tandem(path));
    }

    private JsonNode configuration() {
        return get("/configuration?environment=production").json();
    }

    private String refusal(Map<String, Object> set) {
        Reply reply = set(set, Map.of());
        assertThat(reply.status()).isEqualTo(400);
        return reply.json().path("message").asString();
    }

    private Reply set(Map<String, Object> set, Map<String, Object> more) {
        Map<String, Object> parameters = new LinkedHashMap<>(Map.of("environment", "production", "set", set));
        parameters.putAll(more);
        return server.post(DeliverServer.ROOT_TOKEN, tandem("/configuration"), parameters);
    }

    private static long rolloutOf(Reply reply) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.json().path("rollout").path("id").asLong();
    }
}
