package dev.tandem.server.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.tandem.server.build.BuildServer.Repo;
import dev.tandem.server.build.ScriptedRunner.Given;
import dev.tandem.server.build.store.PipelineRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The identity that a job shows to other services, checked as those would. */
class IdTokensTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

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
    void aJobProvesWhoItIsByThePublishedKey() throws Exception {
        Repo repo = build.project("identity", """
                default: {id_tokens: {VAULT_TOKEN: {aud: "https://vault.example/$CI_PROJECT_NAME"}}}
                variables: {TAKEN: by the file}
                ship:
                  script: [echo]
                  timeout: 10 minutes
                  environment: {name: staging/eu}
                  id_tokens:
                    VAULT_TOKEN: {aud: "https://vault.example/$CI_PROJECT_NAME"}
                    BOTH: {aud: [one, two]}
                    TAKEN: {aud: three}
                """);
        PipelineRecord pipeline = build.awaitPipeline(repo, 0);
        assertThat(pipeline.problems()).isEmpty();

        Given job = build.runner().takeAndStart();

        JsonNode given = variable(job, "VAULT_TOKEN");
        assertThat(given.get("masked").asBoolean()).isTrue();
        assertThat(given.get("public").asBoolean()).isFalse();
        assertThat(variable(job, "TAKEN").get("value").asString()).isEqualTo("by the file");
        JWTClaimsSet claims = verified(given.get("value").asString());
        String issuer = configuration().get("issuer").asString();
        assertThat(claims.getIssuer()).isEqualTo(issuer);
        assertThat(claims.getSubject()).isEqualTo("project_path:root/identity:ref_type:branch:ref:main");
        assertThat(claims.getAudience()).containsExactly("https://vault.example/identity");
        assertThat(Duration.between(
                        claims.getIssueTime().toInstant(),
                        claims.getExpirationTime().toInstant()))
                .isEqualTo(Duration.ofMinutes(10));
        assertThat(claims.getNotBeforeTime()).isBefore(claims.getIssueTime());
        assertThat(claims.getIssueTime()).isBeforeOrEqualTo(new Date());
        assertThat(claims.getJWTID()).isNotBlank();
        assertThat(claims.getClaims())
                .containsEntry("namespace_path", "root")
                .containsEntry("project_id", Long.toString(repo.id()))
                .containsEntry("project_path", "root/identity")
                .containsEntry("project_visibility", "private")
                .containsEntry("user_login", "root")
                .containsEntry("user_access_level", "owner")
                .containsEntry("pipeline_id", Long.toString(pipeline.id()))
                .containsEntry("pipeline_source", "push")
                .containsEntry("job_id", Long.toString(job.id()))
                .containsEntry("ref", "main")
                .containsEntry("ref_type", "branch")
                .containsEntry("ref_path", "refs/heads/main")
                .containsEntry("ref_protected", Boolean.toString(pipeline.refProtected()))
                .containsEntry("sha", pipeline.sha())
                .containsEntry("environment", "staging/eu")
                .containsEntry("environment_action", "start")
                .containsEntry("environment_protected", "false")
                .containsEntry("deployment_tier", "staging")
                .containsKeys("namespace_id", "user_id", "user_email", "runner_id");
        JWTClaimsSet both = verified(variable(job, "BOTH").get("value").asString());
        assertThat(both.getAudience()).containsExactly("one", "two");
        assertThat(both.getJWTID()).isNotEqualTo(claims.getJWTID());
    }

    @Test
    void thePrivateHalfIsNeitherPublishedNorInTheDatabase() throws Exception {
        String published = build.server().send("GET", "/oauth/discovery/keys").body();

        JsonNode key = JSON.readTree(published).get("keys").get(0);
        assertThat(key.propertyNames()).containsExactlyInAnyOrder("kty", "e", "n", "use", "kid", "alg");
        assertThat(build.server().send("GET", "/oauth/discovery/keys").body()).isEqualTo(published);
        byte[] modulus = key.get("n").asString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(indexOf(Files.readAllBytes(file), modulus))
                        .as(file.toString())
                        .isNegative();
            }
        }
    }

    private static JWTClaimsSet verified(String token) throws Exception {
        JsonNode configuration = configuration();
        String keys = configuration.get("jwks_uri").asString();
        assertThat(keys).startsWith(configuration.get("issuer").asString() + "/");
        String path = keys.substring(configuration.get("issuer").asString().length());
        JWKSet set = JWKSet.parse(build.server().send("GET", path).body());
        SignedJWT signed = SignedJWT.parse(token);
        assertThat(signed.getHeader().getAlgorithm().getName())
                .isEqualTo(configuration
                        .get("id_token_signing_alg_values_supported")
                        .get(0)
                        .asString());
        assertThat(signed.verify(new RSASSAVerifier(
                        set.getKeyByKeyId(signed.getHeader().getKeyID()).toRSAKey())))
                .isTrue();
        return signed.getJWTClaimsSet();
    }

    private static JsonNode configuration() {
        return JSON.readTree(
                build.server().send("GET", "/.well-known/openid-configuration").body());
    }

    private static JsonNode variable(Given job, String key) {
        return List.copyOf(job.payload().get("variables").values()).stream()
                .filter(variable -> variable.get("key").asString().equals(key))
                .findFirst()
                .orElseThrow();
    }

    private static int indexOf(byte[] content, byte[] wanted) {
        for (int at = 0; at <= content.length - wanted.length; at++) {
            if (java.util.Arrays.equals(content, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        return -1;
    }
}
