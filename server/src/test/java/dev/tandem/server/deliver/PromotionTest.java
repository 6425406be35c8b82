package dev.tandem.server.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.deliver.DeliverServer.Reply;
import dev.tandem.server.deliver.FakeAgent.Behaviour;
import dev.tandem.server.platform.access.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code tandem promote} through the public API. */
class PromotionTest extends DeliverScene {
    @Test
    void whatServesInOneEnvironmentComesIntoAnotherAsItIs() throws Exception {
        String bundle = staged(second, "v2");

        JsonNode ended = end(promote(job(second, "production"), Map.of("strategy", "canary", "bake", "100ms"))
                .json()
                .path("id")
                .asLong());

        assertThat(ended.path("phase").asString()).isEqualTo("success");
        assertThat(ended.path("strategy").asString()).isEqualTo("canary");
        assertThat(messages(ended.path("id").asLong())).contains("what serves in staging (deployment #");
        assertThat(service().revisions())
                .extracting(revision -> revision.bundleSha256())
                .containsExactly(bundle);
        assertThat(deploymentOf(ended).sha()).isEqualTo(second);
        assertThat(deploymentOf(ended).jobId()).isEqualTo(lastJob);
    }

    @Test
    void aPersonMayPromoteAndTheCommitIsThatOfTheBundle() throws Exception {
        staged(second, "v2");

        JsonNode ended = end(
                promote(DeliverServer.ROOT_TOKEN, Map.of()).json().path("id").asLong());

        assertThat(deploymentOf(ended).sha()).isEqualTo(second);
        assertThat(deploymentOf(ended).kind()).isEqualTo(Deployment.Kind.PERSON);
        assertThat(promote(member("rex", Role.REPORTER), Map.of()).status()).isEqualTo(403);
    }

    @Test
    void aJobOfAnotherCommitRecordsWhatItReallyBrought() throws Exception {
        staged(second, "v2");

        JsonNode ended = end(
                promote(job(first, "production"), Map.of()).json().path("id").asLong());

        assertThat(deploymentOf(ended).sha()).isEqualTo(second);
    }

    @Test
    void aJobPromotesOnlyIntoTheEnvironmentItDeclares() throws Exception {
        staged(first, "v1");

        Reply reply = promote(job(first, "staging"), Map.of());

        assertThat(reply.status()).isEqualTo(403);
        assertThat(message(reply)).contains("declares the environment \"staging\"");
    }

    @Test
    void whereNothingServesThereIsNothingToPromote() throws Exception {
        assertThat(message(promote(DeliverServer.ROOT_TOKEN, Map.of())))
                .isEqualTo("There is no environment \"staging\" in this project: nothing was deployed yet.");
        String bad = upload(job(first, "staging"), "v1");
        BEHAVIOURS.put(bad, Behaviour.CRASH_LOOP);
        long failed = into("staging", first, bad);
        assertThat(end(failed).path("phase").asString()).isEqualTo("failed");

        Reply reply = promote(DeliverServer.ROOT_TOKEN, Map.of());

        assertThat(reply.status()).isEqualTo(409);
        assertThat(message(reply)).startsWith("Nothing serves in staging, so there is nothing to promote.");
        assertThat(message(promote(DeliverServer.ROOT_TOKEN, Map.of("promote_from", "production"))))
                .startsWith("production cannot be promoted to itself.");
        assertThat(message(promote(DeliverServer.ROOT_TOKEN, Map.of("promote_from", "stagin"))))
                .isEqualTo("There is no environment \"stagin\" in this project. It has: staging.");
        assertThat(message(promote(DeliverServer.ROOT_TOKEN, Map.of("bundle", bad))))
                .startsWith("bundle does not go with promote_from");
    }

    @Test
    void whatIsNotOverYetIsNotPromoted() throws Exception {
        String slow = upload(job(first, "staging"), "v1");
        BEHAVIOURS.put(slow, Behaviour.SLOW);
        long underWay = into("staging", first, slow);

        Reply reply = promote(DeliverServer.ROOT_TOKEN, Map.of());

        assertThat(reply.status()).isEqualTo(409);
        assertThat(message(reply)).contains("to staging is not over yet");
        BEHAVIOURS.put(slow, Behaviour.HEALTHY);
        assertThat(end(underWay).path("phase").asString()).isEqualTo("success");
    }

    @Test
    void aBundleWhoseBytesAreGoneIsNamedWithTheMend() throws Exception {
        String bundle = staged(first, "v1");
        forgetBytes(bundle);

        Reply reply = promote(DeliverServer.ROOT_TOKEN, Map.of());

        assertThat(reply.status()).isEqualTo(409);
        assertThat(message(reply))
                .isEqualTo("The bytes of bundle " + bundle + " are not kept any more. Deploy its commit "
                        + first.substring(0, 8)
                        + " once more, by running its pipeline or by tandem deploy --from DIR; that uploads it again.");
    }

    @Test
    void theShellScriptPromotes() throws Exception {
        staged(first, "v1");
        Path script = folder.resolve("tandem.sh");
        Files.writeString(script, server.get("", "/-/tandem.sh").text());

        Ran ran = shell(
                script,
                job(first, "production"),
                "promote",
                "production",
                "--from",
                "staging",
                "--strategy",
                "canary",
                "--bake",
                "100ms");

        assertThat(ran.status()).as(ran.output()).isZero();
        assertThat(ran.output()).contains("what serves in staging").contains("production is done.");
    }

    private String staged(String sha, String content) throws Exception {
        String bundle = upload(job(sha, "staging"), content);
        assertThat(end(into("staging", sha, bundle)).path("phase").asString()).isEqualTo("success");
        return bundle;
    }

    private Reply promote(String token, Map<String, Object> more) {
        Map<String, Object> parameters =
                new LinkedHashMap<>(Map.of("environment", "production", "promote_from", "staging"));
        parameters.putAll(more);
        return server.post(token, tandem("/rollouts"), parameters);
    }

    private static String message(Reply reply) {
        return reply.json().path("message").asString();
    }

    private Deployment deploymentOf(JsonNode rollout) {
        return server.bean(Deployments.class)
                .find(rollout.path("deployment_id").asLong())
                .orElseThrow();
    }
}
