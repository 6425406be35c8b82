package dev.tandem.server.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.deliver.DeliverServer.Reply;
import dev.tandem.server.deliver.FakeAgent.Behaviour;
import dev.tandem.server.deliver.FakeAgent.Load;
import dev.tandem.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What goes wrong around a canary, through a whole server: it must neither go on blindly nor take the wrong one back. */
class JudgeFaultsTest extends DeliverScene {
    private static final Load GOOD = new Load(200, 0, 0, false);
    private static final int SLICE_SECONDS = 5;

    @AfterEach
    void quiet() {
        agent.load(Load.NONE);
        agent.clockAhead(Duration.ofHours(-3));
        agent.counts(true);
        agent.silent(false);
        agent.proxyRuns(true);
        agent.probed(20);
    }

    @Test
    void countsThatGoMissingHoldItHoweverLongAndAPersonIsAsked() throws Exception {
        long canary = goodCanary();
        agent.counts(false);

        pass(90);

        assertHeld(canary, "no_counters");
        assertThat(rollout(canary).path("person_needed").asBoolean()).isTrue();
        agent.counts(true);
        goesOnAfterLooking(canary);
    }

    @Test
    void anAgentThatIsAwayHoldsItAndItGoesOnAfterItsReturn() throws Exception {
        long canary = goodCanary();
        agent.silent(true);

        DeliverServer.CLOCK.skip(Duration.ofSeconds(90));
        server.bean(RolloutExecutor.class).resume();

        assertHeld(canary, "agent_away");
        agent.silent(false);
        goesOnAfterLooking(canary);
    }

    @Test
    void aProxyThatDiesInTheMiddleOfAStepHoldsItAndIsCountedFromItsBeginning() throws Exception {
        long canary = goodCanary();
        agent.proxyRuns(false);
        pass(30);
        assertHeld(canary, "proxy_away");

        agent.restartProxy();
        agent.proxyRuns(true);
        agent.awaitReport();

        assertHeld(canary, "counters_reset");
        pass(SLICE_SECONDS);
        goesOnAfterLooking(canary);
    }

    @Test
    void aStepThatTheAgentIsSlowToPutInPlaceLastsAsLongAsAnyOther() throws Exception {
        agent.load(GOOD);
        deploy(first, bundle("v1"));
        agent.shares(false);
        long canary = canary("v2", Map.of("progress_deadline_seconds", 120, "min_step", "60s"));
        Await.until("it is healthy", () -> messages(canary).contains("healthy; moving 10 %"));
        pass(90);

        agent.shares(true);
        atStep(canary, 10);

        pass(40);
        assertThat(rollout(canary).path("percent").asInt())
                .as("it lasts 60 s, of which 40 have passed since it was in place")
                .isEqualTo(10);
        pass(30);
        atStep(canary, 50);
    }

    @Test
    void atTheEndTheOldOneStandsByUntilItCanBeMeasured() throws Exception {
        long canary = goodCanary();
        pass(10);
        atStep(canary, 50);
        pass(10);
        settles(canary);
        agent.proxyRuns(false);

        pass(90);

        assertThat(rollout(canary).path("phase").asString()).isEqualTo("settling");
        assertThat(rollout(canary).path("person_needed").asBoolean()).isTrue();
        assertThat(service().revisions()).hasSize(2);
        agent.proxyRuns(true);
        Await.until("it is measured again", () -> messages(canary).contains("it can be measured again"));
        pass(65);
        JsonNode ended = end(canary);
        assertThat(ended.path("phase").asString()).as(ended.toString()).isEqualTo("success");
    }

    @ParameterizedTest
    @ValueSource(longs = {-3, 3})
    void clocksThatDifferChangeNothing(long hours) throws Exception {
        agent.clockAhead(Duration.ofHours(hours));
        long good = goodCanary();
        finish(good);

        agent.load(new Load(200, 4, 0, false));
        JsonNode bad = end(canary("v3", Map.of()));

        assertThat(bad.path("phase").asString()).isEqualTo("failed");
        assertThat(bad.path("reason_code").asString()).isEqualTo("worse_errors");
    }

    @Test
    void whatHitsBothIsNobodysFault() throws Exception {
        long canary = goodCanary();
        agent.load(new Load(200, 10, 90, false));

        pass(90);

        assertHeld(canary, "shared_outage");
        agent.load(GOOD);
        pass(35);
        goesOnAfterLooking(canary);
    }

    @Test
    void oneClientThatTriesAgainAndAgainIsNotTakenForMany() throws Exception {
        agent.load(GOOD);
        deploy(first, bundle("v1"));
        long canary = canary("v2", Map.of("on_inconclusive", "pause"));
        atStep(canary, 10);
        agent.load(new Load(200, 10, 0, true));

        pass(65);

        JsonNode now = rollout(canary);
        assertThat(now.path("phase").asString()).isEqualTo("switching");
        assertThat(now.path("percent").asInt()).isEqualTo(10);
        assertThat(now.path("paused").asString()).isEqualTo("inconclusive");
        abort(canary);
    }

    @Test
    void whatGoesBadLateIsFoundDespiteALongCleanPast() throws Exception {
        agent.load(GOOD);
        deploy(first, bundle("v1"));
        long canary = canary("v2", Map.of("min_step", "30m", "bake", "1h"));
        atStep(canary, 10);
        pass(120);

        agent.load(new Load(200, 2, 0, false));
        JsonNode ended = end(canary);

        assertThat(ended.path("phase").asString()).isEqualTo("failed");
        assertThat(ended.path("reason_code").asString()).isEqualTo("worse_errors");
        assertThat(serving()).isEqualTo(first);
    }

    @Test
    void theFirstDeploymentStandsForItselfAndLeavesNothingWhenItFails() throws Exception {
        agent.load(new Load(200, 200, 0, false));

        JsonNode ended = end(canary("v1", Map.of()));

        assertThat(ended.path("phase").asString()).isEqualTo("failed");
        assertThat(ended.path("reason").asString())
                .matches("the first [0-9,]+ requests of the new revision all failed");
        assertThat(ended.path("steps").get(0).path("percent").asInt()).isEqualTo(100);
        assertThat(messages(ended.path("id").asLong())).contains("nothing is left running");
        Await.until("nothing is desired any more", () -> service().revisions().isEmpty());
    }

    @Test
    void ofFiveDeploysAtOnceEachIsCarriedOutOrSupersededVisibly() throws Exception {
        deploy(first, bundle("v0"));
        List<Callable<Long>> all = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            String bundle = bundle("v" + i);
            String job = job(second, "production");
            all.add(() -> ask(job, bundle, Map.of()).json().path("id").asLong());
        }
        List<JsonNode> ended = new ArrayList<>();
        try (ExecutorService together = Executors.newFixedThreadPool(5)) {
            for (Future<Long> one : together.invokeAll(all)) {
                ended.add(end(one.get()));
            }
        }

        long last =
                ended.stream().mapToLong(json -> json.path("id").asLong()).max().orElseThrow();
        assertThat(ended).allSatisfy(json -> {
            boolean superseded = json.path("phase").asString().equals("superseded");
            assertThat(superseded || json.path("phase").asString().equals("success"))
                    .as(json.toString())
                    .isTrue();
            assertThat(json.path("id").asLong() == last && superseded).isFalse();
            if (superseded) {
                assertThat(json.path("reason").asString()).startsWith("superseded by deployment #");
            }
        });
        assertThat(service().revisions()).hasSize(1);
        assertThat(service().weights().values()).containsExactly(100);
    }

    @Test
    void aRollbackThatFailsTooLeavesTheTrafficAndTellsAPerson() throws Exception {
        String old = bundle("v1");
        deploy(first, old);
        deploy(second, bundle("v2"));
        BEHAVIOURS.put(old, Behaviour.CRASH_LOOP);

        Reply asked = server.post(DeliverServer.ROOT_TOKEN, tandem("/rollbacks"), Map.of("environment", "production"));
        JsonNode ended = end(asked.json().path("id").asLong());

        assertThat(ended.path("phase").asString()).isEqualTo("failed");
        assertThat(ended.path("person_needed").asBoolean()).isTrue();
        assertThat(messages(ended.path("id").asLong()))
                .contains("the rollback failed too; the requests stay where they were");
        assertThat(serving()).isEqualTo(second);
        assertThat(service().weights().values()).containsExactly(100);
        JsonNode incident = incident();
        assertThat(incident.path("origin").asString()).isEqualTo("failed_rollback");
        assertThat(incident.path("status").asString()).isEqualTo("triggered");
    }

    @Test
    void whereTheOldOneFailsOnTheWayBackTheNewOneKeepsTheRequests() throws Exception {
        agent.load(GOOD);
        String old = bundle("v1");
        deploy(first, old);
        long canary = canary("v2", Map.of());
        atStep(canary, 10);
        BEHAVIOURS.put(old, Behaviour.CRASH_WHEN_ALONE);
        agent.load(new Load(200, 4, 0, false));
        Await.until("it goes back", () -> phase(canary).equals("reverting"));

        pass(20);

        JsonNode ended = end(canary);
        assertThat(ended.path("phase").asString()).isEqualTo("failed");
        assertThat(ended.path("person_needed").asBoolean()).isTrue();
        assertThat(messages(canary)).contains("the old revision does not answer either (exit 137)");
        assertThat(service().weights().values()).contains(100, 0);
        JsonNode incident = server.get(
                        DeliverServer.ROOT_TOKEN,
                        tandem("/incidents/" + incident().path("iid").asLong()))
                .json();
        assertThat(incident.path("status").asString()).isEqualTo("triggered");
        assertThat(incident.path("users_saw").path("failed").asLong()).isPositive();
    }

    @Test
    void whatProbesFoundBeforeTheServerAndItsAgentBeganAnewStillCounts() throws Exception {
        deploy(first, bundle("v1"));
        String bad = bundle("v2");
        BEHAVIOURS.put(bad, Behaviour.FAILS_PROBES);
        agent.probed(9);
        long canary = ask(
                        job(second, "production"),
                        bad,
                        Map.of("strategy", "canary", "min_step", "30m", "bake", "1h", "probes", List.of("/cart")))
                .json()
                .path("id")
                .asLong();
        atStep(canary, 10);
        pass(20);
        assertThat(rollout(canary).path("verdict").path("code").asString("")).isEqualTo("not_enough");
        agent.close();
        server.close();

        server = new DeliverServer(data, BUILD);
        agent = new FakeAgent(server.uri, registered.token(), BEHAVIOURS);
        agent.probed(9);
        JsonNode ended = end(canary);

        // Nine failed probes alone are too few, as was seen; nine and nine are not.
        assertThat(ended.path("reason").asString())
                .startsWith("18 of 18 probes of the new revision failed, 0 of 18 of the old");
    }

    private long goodCanary() throws Exception {
        agent.load(GOOD);
        deploy(first, bundle("v1"));
        long canary = canary("v2", Map.of());
        atStep(canary, 10);
        return canary;
    }

    private long canary(String content, Map<String, Object> more) throws Exception {
        Map<String, Object> wanted =
                new LinkedHashMap<>(Map.of("strategy", "canary", "steps", "10,50", "min_step", "6s", "bake", "60s"));
        wanted.putAll(more);
        Reply asked = ask(job(second, "production"), bundle(content), wanted);
        assertThat(asked.status()).as(asked.text()).isEqualTo(201);
        return asked.json().path("id").asLong();
    }

    private void atStep(long rollout, int percent) {
        Await.until(
                percent + " % are in place",
                () -> messages(rollout).contains(percent + " % of new requests go to the new revision"));
    }

    private void assertHeld(long rollout, String why) {
        Await.until("it is held for " + why, () -> {
            JsonNode now = rollout(rollout);
            return now.path("held").asBoolean()
                    && now.path("verdict").path("why").asString("").equals(why);
        });
        assertThat(rollout(rollout).path("percent").asInt()).isEqualTo(10);
        assertThat(rollout(rollout).path("phase").asString()).isEqualTo("switching");
    }

    /** Nothing goes on by what was seen, or by the time that passed, before it was held. */
    private void goesOnAfterLooking(long canary) {
        Await.until("it is measured again", () -> messages(canary).contains("it can be measured again"));
        agent.awaitReport();
        assertThat(rollout(canary).path("percent").asInt()).isEqualTo(10);
        finish(canary);
    }

    private void finish(long canary) {
        pass(10);
        atStep(canary, 50);
        pass(10);
        settles(canary);
        pass(65);
        JsonNode ended = end(canary);
        assertThat(ended.path("phase").asString()).as(ended.toString()).isEqualTo("success");
    }

    /** Ordered is not enough: what the agent has yet to confirm fails when its time runs out, and a test lets it run. */
    private void settles(long canary) {
        Await.until("all requests go to it", () -> phase(canary).equals("settling"));
    }

    private void abort(long canary) {
        server.post(DeliverServer.ROOT_TOKEN, tandem("/rollouts/" + canary + "/cancel"), Map.of());
        assertThat(end(canary).path("phase").asString()).isEqualTo("canceled");
    }

    private JsonNode incident() {
        return Await.value(
                "an incident",
                () -> server.get(DeliverServer.ROOT_TOKEN, tandem("/incidents"))
                        .json()
                        .valueStream()
                        .findFirst());
    }

    /** Time in which the agent is heard, as often as it should be. */
    private static void pass(int seconds) {
        for (int passed = 0; passed < seconds; passed += SLICE_SECONDS) {
            DeliverServer.CLOCK.skip(Duration.ofSeconds(SLICE_SECONDS));
            agent.awaitReport();
        }
    }
}
