package dev.tandem.server.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.build.JobStarted;
import dev.tandem.server.code.NewProject;
import dev.tandem.server.code.Projects;
import dev.tandem.server.deliver.DeliverServer.Reply;
import dev.tandem.server.deliver.FakeAgent.Behaviour;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.TokenScope;
import dev.tandem.server.platform.access.Role;
import dev.tandem.testkit.Await;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Rollouts through the public API of a real server, with a fake agent that behaves as each test says. */
class RolloutApiTest extends DeliverScene {
    @Test
    void aJobBringsItsBundleIntoItsEnvironment() throws Exception {
        String bundle = bundle("v1");

        JsonNode ended = deploy(first, bundle);

        assertThat(ended.path("phase").asString()).isEqualTo("success");
        assertThat(service().weights().values()).containsExactly(100);
        JsonNode environment = server.get(DeliverServer.ROOT_TOKEN, api4("/environments"))
                .json()
                .get(0);
        assertThat(environment.path("name").asString()).isEqualTo("production");
        assertThat(environment.path("tier").asString()).isEqualTo("production");
        assertThat(environment.path("external_url").asString())
                .isEqualTo("http://production.root-" + shop.path() + ".localhost:4711");
        JsonNode deployment = server.get(DeliverServer.ROOT_TOKEN, api4("/deployments"))
                .json()
                .get(0);
        assertThat(deployment.path("status").asString()).isEqualTo("success");
        assertThat(deployment.path("sha").asString()).isEqualTo(first);
        assertThat(deployment.path("deployable").path("id").asLong()).isEqualTo(lastJob);
        assertThat(deployment.path("user").path("username").asString()).isEqualTo("root");
    }

    @Test
    void theNextOneShiftsTrafficInStepsAndStopsTheOld() throws Exception {
        deploy(first, bundle("v1"));

        JsonNode ended = deploy(second, bundle("v2"));

        assertThat(ended.path("phase").asString()).isEqualTo("success");
        String told = messages(ended.path("id").asLong());
        assertThat(told).contains("25 %").contains("50 %").contains("100 %").contains("draining");
        assertThat(service().revisions()).hasSize(1);
    }

    @Test
    void aJobMayDeployOnlyToTheEnvironmentItDeclares() throws Exception {
        String token = job(first, "staging");
        String bundle = upload(token, "v1");

        Reply reply = server.post(token, tandem("/rollouts"), Map.of("environment", "production", "bundle", bundle));

        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.json().path("message").asString())
                .isEqualTo("Job \"deploy\" declares the environment \"staging\", so it cannot deploy to \"production\"."
                        + " Add \"environment: production\" to it in .gitlab-ci.yml.");
        assertThat(server.bean(Environments.class).find(shop.id(), "production"))
                .isEmpty();
    }

    @Test
    void tokensOfOtherJobsAndOfEndedOnesAreRefused() throws Exception {
        String bundle = upload(job(first, "production"), "v1");
        server.bean(Projects.class)
                .create(
                        new Actor.Person(root, TokenScope.all()),
                        root,
                        new NewProject("root", "other", "other", "", false, "main"));
        long other = server.bean(Projects.class)
                .findByPath("root/other")
                .orElseThrow()
                .id();
        String foreign = BUILD.run(900, other, first, "production", root.id());
        Map<String, Object> wanted = Map.of("environment", "production", "bundle", bundle);

        assertThat(server.post(foreign, tandem("/rollouts"), wanted).status()).isEqualTo(404);
        BUILD.end(lastJob, JobStatus.SUCCESS);
        assertThat(server.post("job-" + lastJob, tandem("/rollouts"), wanted).status())
                .isEqualTo(401);
        assertThat(server.post("", tandem("/rollouts"), wanted).status()).isEqualTo(404);
    }

    @Test
    void rolesDecideWhoSeesAndWhoDeploys() throws Exception {
        long rollout = deploy(first, bundle("v1")).path("id").asLong();
        String reporter = member("rita", Role.REPORTER);
        String guest = member("gus", Role.GUEST);
        String stranger = member("sam", null);
        Map<String, Object> wanted = Map.of("environment", "production");

        for (String path : List.of(
                api4("/environments"), api4("/deployments"), tandem("/environments"), tandem("/rollouts/" + rollout))) {
            assertThat(server.get(reporter, path).status()).as(path).isEqualTo(200);
            assertThat(server.get(guest, path).status()).as(path).isEqualTo(403);
            assertThat(server.get(stranger, path).status()).as(path).isEqualTo(404);
            assertThat(server.get("", path).status()).as(path).isEqualTo(404);
        }
        for (String path :
                List.of(tandem("/rollouts"), tandem("/rollbacks"), tandem("/rollouts/" + rollout + "/cancel"))) {
            assertThat(server.post(reporter, path, wanted).status()).as(path).isEqualTo(403);
            assertThat(server.post(stranger, path, wanted).status()).as(path).isEqualTo(404);
        }
        assertThat(server.put(reporter, tandem("/bundles/" + "0".repeat(64)), new byte[0])
                        .status())
                .isEqualTo(403);
        assertThat(server.post(reporter, "/api/tandem/v1/agents", Map.of("name", "x"))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void damagedBundlesAreRefusedAndLeaveNothing() throws Exception {
        String token = job(first, "production");
        byte[] bytes = pack("v1");
        String name = sha256(bytes);
        bytes[bytes.length / 2] ^= 1;

        Reply reply = server.put(token, tandem("/bundles/" + name), bytes);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("message").asString()).contains("damaged on their way");
        assertThat(server.get(token, tandem("/bundles/" + name)).status()).isEqualTo(404);
    }

    @Test
    void hostileBundlesAreRefused() throws Exception {
        assertThat(refusal(tar("../escape", TarConstants.LF_NORMAL, ""))).contains("\"../escape\"");
        assertThat(refusal(tar("/etc/passwd", TarConstants.LF_NORMAL, ""))).contains("/etc/passwd");
        assertThat(refusal(tar("link", TarConstants.LF_SYMLINK, "/etc/passwd"))).contains("\"link\"");
        assertThat(refusal(tar("device", TarConstants.LF_CHR, ""))).contains("\"device\"");
        assertThat(refusal(tar("README", TarConstants.LF_NORMAL, ""))).contains("no Procfile");
        assertThat(refusal("no archive at all".getBytes(StandardCharsets.UTF_8)))
                .contains("damaged");
    }

    @Test
    void bundlesBeyondTheLimitAreRefused() throws Exception {
        byte[] noise = new byte[2 * 1024 * 1024];
        new java.util.Random(7).nextBytes(noise);

        Reply reply = server.put(job(first, "production"), tandem("/bundles/" + sha256(noise)), noise);

        assertThat(reply.status()).isEqualTo(413);
        assertThat(reply.json().path("message").asString()).contains("larger than 1 MB");
    }

    @Test
    void theSameBundleAgainChangesNothing() throws Exception {
        String token = job(first, "production");
        byte[] bytes = pack("v1");
        String path = tandem("/bundles/" + sha256(bytes));

        assertThat(server.put(token, path, bytes).status()).isEqualTo(201);
        assertThat(server.put(token, path, bytes).status()).isEqualTo(200);
    }

    @Test
    void aRevisionThatNeverGetsHealthyIsKeptOut() throws Exception {
        deploy(first, bundle("v1"));
        String bad = bundle("v2");
        BEHAVIOURS.put(bad, Behaviour.NEVER_HEALTHY);

        JsonNode ended = deploy(second, bad);

        assertThat(ended.path("phase").asString()).isEqualTo("failed");
        assertThat(ended.path("reason").asString())
                .isEqualTo("the new revision was not healthy within 5 s: GET /health answered 503 twelve times");
        assertThat(serving()).isEqualTo(first);
        assertThat(service().weights().values()).containsExactly(100);
    }

    @Test
    void aRevisionThatKeepsCrashingIsKeptOutWithItsLastWords() throws Exception {
        deploy(first, bundle("v1"));
        String bad = bundle("v2");
        BEHAVIOURS.put(bad, Behaviour.CRASH_LOOP);

        JsonNode ended = deploy(second, bad);

        assertThat(ended.path("phase").asString()).isEqualTo("failed");
        assertThat(ended.path("reason").asString()).isEqualTo("the new revision keeps crashing: exit 1");
        assertThat(ended.path("log_tail").get(0).asString()).isEqualTo("Exception in thread main");
        assertThat(serving()).isEqualTo(first);
    }

    @Test
    void probesJudgeACanaryThatNobodyAsksForAnything() throws Exception {
        deploy(first, bundle("v1"));
        String second = bundle("v2");
        BEHAVIOURS.put(second, Behaviour.FAILS_PROBES);

        Reply reply = ask(
                job(this.second, "production"),
                second,
                Map.of("strategy", "canary", "bake", "60s", "probes", List.of("/cart"), "memory", "256M"));
        JsonNode ended = end(reply.json().path("id").asLong());

        assertThat(ended.path("phase").asString()).isEqualTo("failed");
        assertThat(ended.path("reason").asString())
                .startsWith("20 of 20 probes of the new revision failed, 0 of 20 of the old");
        assertThat(ended.path("options").path("probes").toString()).isEqualTo("[\"/cart\"]");
        assertThat(ended.path("options").path("memory_bytes").asLong()).isEqualTo(256 * 1024 * 1024);
    }

    @Test
    void aSizeOfMemoryThatIsNoneIsRefused() throws Exception {
        Reply reply = ask(job(first, "production"), bundle("v1"), Map.of("memory", "lots"));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("message").asString()).contains("memory \"lots\" is no size; write 256M or 2G.");
    }

    @Test
    void aCrashRightAfterTheSwitchBringsTheOldOneBack() throws Exception {
        deploy(first, bundle("v1"));
        String bad = bundle("v2");
        BEHAVIOURS.put(bad, Behaviour.CRASH_UNDER_TRAFFIC);

        JsonNode ended = deploy(second, bad);

        assertThat(ended.path("phase").asString()).isEqualTo("failed");
        assertThat(ended.path("reason").asString())
                .contains("crashed while it got requests: The web process ended with exit code 137");
        assertThat(ended.path("reason_arguments").valueStream().map(JsonNode::asString))
                .containsExactly("The web process ended with exit code 137");
        String page = "/root/" + shop.path() + "/-/deployments/"
                + ended.path("deployment_id").asLong();
        assertThat(chinese(page).text()).contains("新版本在接收请求时崩溃：web 进程以退出码 137 结束");
        assertThat(serving()).isEqualTo(first);
    }

    @Test
    void twoDeploysAtOnceQueueAndAThirdSupersedesTheOneThatWaits() throws Exception {
        String slow = bundle("v1");
        BEHAVIOURS.put(slow, Behaviour.SLOW);
        long one = request(first, slow);
        long two = request(second, bundle("v2"));
        assertThat(phase(two)).isEqualTo("queued");

        long three = request(third, bundle("v3"));

        assertThat(phase(two)).isEqualTo("superseded");
        assertThat(rollout(two).path("reason").asString()).startsWith("superseded by deployment #");
        assertThat(phase(three)).isEqualTo("queued");
        BEHAVIOURS.put(slow, Behaviour.HEALTHY);
        assertThat(end(one).path("phase").asString()).isEqualTo("success");
        assertThat(end(three).path("phase").asString()).isEqualTo("success");
        assertThat(serving()).isEqualTo(third);
    }

    @Test
    void rollbackSticksUntilANewerCommitOrAPersonSaysSo() throws Exception {
        String one = bundle("v1");
        String two = bundle("v2");
        deploy(first, one);
        deploy(second, two);

        Reply back = server.post(DeliverServer.ROOT_TOKEN, tandem("/rollbacks"), Map.of("environment", "production"));
        assertThat(end(back.json().path("id").asLong()).path("phase").asString())
                .isEqualTo("success");
        assertThat(serving()).isEqualTo(first);

        Reply again = ask(job(second, "production"), two, Map.of());
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.json().path("message").asString())
                .isEqualTo("production was rolled back from " + second.substring(0, 8)
                        + " by root, and this is that commit. Push a newer commit, or let a person run:"
                        + " tandem deploy production --override.");
        assertThat(ask(job(first, "production"), one, Map.of()).status()).isEqualTo(409);
        assertThat(ask(job(second, "production"), two, Map.of("override", true)).status())
                .isEqualTo(403);

        assertThat(deploy(third, bundle("v3")).path("phase").asString()).isEqualTo("success");
        assertThat(server.bean(Environments.class)
                        .find(shop.id(), "production")
                        .orElseThrow()
                        .hold())
                .isNull();
    }

    @Test
    void aPersonMayOverrideTheHold() throws Exception {
        String two = bundle("v2");
        deploy(first, bundle("v1"));
        deploy(second, two);
        Reply back = server.post(DeliverServer.ROOT_TOKEN, tandem("/rollbacks"), Map.of("environment", "production"));
        end(back.json().path("id").asLong());

        assertThat(ask(DeliverServer.ROOT_TOKEN, two, Map.of("sha", second)).status())
                .isEqualTo(409);
        Reply forced = ask(DeliverServer.ROOT_TOKEN, two, Map.of("sha", second, "override", true));

        assertThat(forced.status()).isEqualTo(201);
        assertThat(end(forced.json().path("id").asLong()).path("phase").asString())
                .isEqualTo("success");
        assertThat(serving()).isEqualTo(second);
    }

    @Test
    void rollingBackTwiceGoesFurtherBackAndNeverForward() throws Exception {
        deploy(first, bundle("v1"));
        deploy(second, bundle("v2"));
        deploy(third, bundle("v3"));

        rollBack();
        assertThat(serving()).isEqualTo(second);
        rollBack();
        assertThat(serving()).isEqualTo(first);
        assertThat(server.post(DeliverServer.ROOT_TOKEN, tandem("/rollbacks"), Map.of("environment", "production"))
                        .status())
                .isEqualTo(409);
        assertThat(ask(job(third, "production"), bundle("v3"), Map.of()).status())
                .isEqualTo(409);
    }

    @Test
    void aRollbackEndsWhatIsUnderWay() throws Exception {
        deploy(first, bundle("v1"));
        String slow = bundle("v2");
        BEHAVIOURS.put(slow, Behaviour.SLOW);
        long underWay = request(second, slow);

        rollBack();

        assertThat(phase(underWay)).isEqualTo("canceled");
        assertThat(serving()).isEqualTo(first);
    }

    @Test
    void aServerThatDiesInTheMiddleGoesOnAfterItsRestart() throws Exception {
        deploy(first, bundle("v1"));
        String slow = bundle("v2");
        BEHAVIOURS.put(slow, Behaviour.SLOW);
        long underWay = ask(job(second, "production"), slow, Map.of("progress_deadline_seconds", 120))
                .json()
                .path("id")
                .asLong();
        long version = agent.desired().version();
        agent.close();
        server.close();

        server = new DeliverServer(data, BUILD);
        BEHAVIOURS.put(slow, Behaviour.HEALTHY);
        agent = new FakeAgent(server.uri, registered.token(), BEHAVIOURS);

        assertThat(end(underWay).path("phase").asString()).isEqualTo("success");
        assertThat(agent.desired().version()).isGreaterThan(version);
        assertThat(serving()).isEqualTo(second);
    }

    @Test
    void cancelingTheJobEndsItsRollout() throws Exception {
        deploy(first, bundle("v1"));
        String slow = bundle("v2");
        BEHAVIOURS.put(slow, Behaviour.SLOW);
        long underWay = request(second, slow);

        finish(lastJob, JobStatus.CANCELED, true);

        assertThat(end(underWay).path("phase").asString()).isEqualTo("canceled");
        assertThat(rollout(underWay).path("reason").asString()).isEqualTo("its job #" + lastJob + " was canceled");
        assertThat(serving()).isEqualTo(first);
    }

    @Test
    void losingTheJobDoesNotAndItsRetryGoesAlong() throws Exception {
        String slow = bundle("v1");
        BEHAVIOURS.put(slow, Behaviour.SLOW);
        long underWay = request(first, slow);
        long lost = lastJob;
        finish(lost, JobStatus.FAILED, false);

        Reply retry = ask(job(first, "production"), slow, Map.of());

        assertThat(retry.json().path("id").asLong()).isEqualTo(underWay);
        assertThat(retry.json().path("attached").asBoolean()).isTrue();
        BEHAVIOURS.put(slow, Behaviour.HEALTHY);
        assertThat(end(underWay).path("phase").asString()).isEqualTo("success");
        Deployment current = server.bean(Deployments.class)
                .find(rollout(underWay).path("deployment_id").asLong())
                .orElseThrow();
        assertThat(current.jobId()).isEqualTo(lastJob);
        assertThat(current.status()).isEqualTo(DeploymentStatus.SUCCESS);
    }

    @Test
    void aJobThatRollsNothingOutIsADeploymentOnRecord() {
        job(first, "docs");
        long id = lastJob;
        publish(new JobStarted(id, shop.id(), id * 10, "docs"));
        Await.value("it runs", () -> statusOf("docs").filter(DeploymentStatus.RUNNING::equals));

        finish(id, JobStatus.SUCCESS, false);

        Await.value("it succeeded", () -> statusOf("docs").filter(DeploymentStatus.SUCCESS::equals));
        assertThat(server.bean(Deployments.class).count(shop.id(), DeploymentFilter.NEWEST_FIRST.of("docs")))
                .isEqualTo(1);
    }

    @Test
    void anAgentFetchesOnlyWhatItShouldRun() throws Exception {
        String wanted = bundle("v1");
        deploy(first, wanted);
        String unwanted = upload(job(second, "production"), "v2");

        assertThat(agent.get("bundles/" + wanted).statusCode()).isEqualTo(200);
        assertThat(agent.get("bundles/" + unwanted).statusCode()).isEqualTo(404);
        for (String path : List.of("desired", "bundles/" + wanted)) {
            assertThat(server.get(DeliverServer.ROOT_TOKEN, "/api/tandem/v1/agent/" + path)
                            .status())
                    .as(path)
                    .isEqualTo(401);
        }
    }

    @Test
    void theShellScriptDeploysAndRollsBack() throws Exception {
        Path script = folder.resolve("tandem.sh");
        Files.writeString(script, server.get("", "/-/tandem.sh").text());
        assertThat(run(Map.of(), "sh", "-n", script.toString()).status()).isZero();
        Path app = Files.createDirectories(folder.resolve("it's app"));
        Files.writeString(app.resolve("Procfile"), "web: ./one\n");

        Ran one = shell(
                script,
                job(first, "production"),
                "deploy",
                "production",
                "--from",
                app.toString(),
                "--probe",
                "/cart?of=*",
                "--probe",
                "/health",
                "--memory",
                "256M");
        assertThat(one.status()).as(one.output()).isZero();
        assertThat(one.output()).contains("healthy").contains("production is done.");
        assertThat(service().revisions().getFirst().memoryBytes()).isEqualTo(256L * 1024 * 1024);
        assertThat(serving()).isEqualTo(first);

        Files.writeString(app.resolve("Procfile"), "web: ./two\n");
        Ran two = shell(script, job(second, "production"), "deploy", "production", "--from", app.toString());
        assertThat(two.status()).as(two.output()).isZero();
        Ran back = shell(script, job(second, "production"), "rollback", "production");
        assertThat(back.status()).as(back.output()).isZero();
        assertThat(serving()).isEqualTo(first);

        Ran refused = shell(script, job(second, "production"), "deploy", "production", "--from", app.toString());
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.output()).contains("production was rolled back from");
    }

    @Test
    void pagesShowWhatRunsAndItsStory() throws Exception {
        deploy(first, bundle("v1"));
        JsonNode ended = deploy(second, bundle("v2"));
        long environment = server.bean(Environments.class)
                .find(shop.id(), "production")
                .orElseThrow()
                .id();
        String base = "/root/" + shop.path() + "/-/";
        String deployment = base + "deployments/" + ended.path("deployment_id").asLong();

        Reply list = server.get(DeliverServer.ROOT_TOKEN, base + "environments");
        assertThat(list.text()).contains("production", second.substring(0, 8), "healthy");
        Reply one = server.get(DeliverServer.ROOT_TOKEN, base + "environments/" + environment);
        assertThat(one.text()).contains("Roll production back to " + first.substring(0, 8));
        Reply story = server.get(DeliverServer.ROOT_TOKEN, deployment);
        assertThat(story.text()).contains("c2 (Mei)", "Traffic moved", "Draining the old revision", "Release bundle");
        assertThat(chinese(deployment).text()).contains("流量已转移");
        String stranger = member("stranger", null);
        for (String path : List.of(base + "environments", base + "environments/" + environment, deployment)) {
            assertThat(server.get(stranger, path).status()).as(path).isEqualTo(404);
            assertThat(server.get("", path).status()).as(path).isEqualTo(302);
        }
    }

    private static Reply chinese(String page) {
        return server.send(
                "GET", DeliverServer.ROOT_TOKEN, page, BodyPublishers.noBody(), "text/html", "Accept-Language", "zh");
    }

    @Test
    void anEmptyPageTeaches() {
        Reply page = server.get(DeliverServer.ROOT_TOKEN, "/root/" + shop.path() + "/-/environments");

        assertThat(page.status()).as(page.text()).isEqualTo(200);
        assertThat(page.text()).contains("Nothing is deployed yet", "tandem deploy production --from app");
    }
}
