package dev.tandem.server.build.idtokens;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.tandem.pipeline.plan.JobEnvironment;
import dev.tandem.server.build.EnvironmentTiers;
import dev.tandem.server.build.compile.Configurations;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.RunnerRecord;
import dev.tandem.server.code.Project;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Namespaces;
import dev.tandem.server.identity.TokenScope;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.ServerUrls;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Signs who a job is, with the claims of GitLab's ID tokens, so that rules which services have for GitLab's hold for ours. Numbers are
 * texts there, and so here. Safe for many threads.
 */
@Component
public final class IdTokens {
    /** Clocks of other machines may be late by so much. */
    private static final Duration LATE_CLOCKS = Duration.ofSeconds(5);

    private final SigningKey signing;
    private final Users users;
    private final Access access;
    private final Namespaces namespaces;
    private final ObjectProvider<EnvironmentTiers> tiers;
    private final ServerUrls urls;
    private final Clock clock;

    IdTokens(
            SigningKey signing,
            Users users,
            Access access,
            Namespaces namespaces,
            ObjectProvider<EnvironmentTiers> tiers,
            ServerUrls urls,
            Clock clock) {
        this.signing = signing;
        this.users = users;
        this.access = access;
        this.namespaces = namespaces;
        this.tiers = tiers;
        this.urls = urls;
        this.clock = clock;
    }

    /**
     * A job that is being handed out.
     *
     * @param timeout after which its tokens are void
     */
    public record Subject(
            Project project,
            PipelineRecord pipeline,
            JobRecord job,
            @Nullable JobEnvironment environment,
            RunnerRecord runner,
            Duration timeout) {}

    /** The issuer that tokens name, below which their key is found. */
    public String issuer() {
        return urls.external().toString();
    }

    /** A token for these audiences; not to be called inside a transaction. */
    public String sign(Subject subject, List<String> audiences) {
        RSAKey key = signing.key();
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID(key.getKeyID())
                .type(JOSEObjectType.JWT)
                .build();
        SignedJWT token = new SignedJWT(header, claims(subject, audiences));
        try {
            token.sign(new RSASSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException("a job's identity cannot be signed", e);
        }
        return token.serialize();
    }

    private JWTClaimsSet claims(Subject subject, List<String> audiences) {
        Instant now = clock.instant();
        PipelineRecord pipeline = subject.pipeline();
        String path = subject.project().fullPath();
        String type = pipeline.tag() ? "tag" : "branch";
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(issuer())
                .subject("project_path:" + path + ":ref_type:" + type + ":ref:" + pipeline.ref())
                .audience(audiences)
                .jwtID(UUID.randomUUID().toString())
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now.minus(LATE_CLOCKS)))
                .expirationTime(Date.from(now.plus(subject.timeout())));
        project(claims, subject.project());
        user(claims, subject.job().userId(), subject.project());
        pipeline(claims, subject, type);
        environment(claims, subject.project(), subject.environment());
        return claims.claim("runner_id", subject.runner().id())
                .claim("runner_environment", "self-hosted")
                .build();
    }

    private void project(JWTClaimsSet.Builder claims, Project project) {
        namespaces
                .holding(project.id())
                .ifPresent(namespace -> claims.claim("namespace_id", Long.toString(namespace.id())));
        claims.claim("namespace_path", project.namespace())
                .claim("project_id", Long.toString(project.id()))
                .claim("project_path", project.fullPath())
                .claim("project_visibility", project.isPublic() ? "public" : "private");
    }

    private void user(JWTClaimsSet.Builder claims, long userId, Project project) {
        claims.claim("user_id", Long.toString(userId));
        Optional<User> user = users.find(new UserId(userId));
        user.ifPresent(found -> claims.claim("user_login", found.username()).claim("user_email", found.email()));
        user.flatMap(found -> access.effectiveRole(new Actor.Person(found, TokenScope.all()), project.id()))
                .ifPresent(role -> claims.claim("user_access_level", role.name().toLowerCase(Locale.ROOT)));
    }

    private void pipeline(JWTClaimsSet.Builder claims, Subject subject, String refType) {
        PipelineRecord pipeline = subject.pipeline();
        String refPath = (pipeline.tag() ? "refs/tags/" : "refs/heads/") + pipeline.ref();
        URI server = urls.external();
        claims.claim("pipeline_id", Long.toString(pipeline.id()))
                .claim("pipeline_source", pipeline.source())
                .claim("job_id", Long.toString(subject.job().id()))
                .claim("ref", pipeline.ref())
                .claim("ref_type", refType)
                .claim("ref_path", refPath)
                .claim("ref_protected", Boolean.toString(pipeline.refProtected()))
                .claim("sha", pipeline.sha());
        if (!pipeline.isChild()) {
            claims.claim(
                            "ci_config_ref_uri",
                            server.getRawAuthority() + "/" + subject.project().fullPath() + "//" + Configurations.FILE
                                    + "@" + refPath)
                    .claim("ci_config_sha", pipeline.sha());
        }
    }

    private void environment(JWTClaimsSet.Builder claims, Project project, @Nullable JobEnvironment environment) {
        if (environment == null) {
            return;
        }
        Optional<String> tier = Optional.ofNullable(environment.tier())
                .or(() -> tiers.stream().findFirst().map(known -> known.tier(project.id(), environment.name())));
        claims.claim("environment", environment.name())
                // Environments cannot be protected here; refs can, and say so.
                .claim("environment_protected", "false")
                .claim("environment_action", environment.action());
        tier.ifPresent(known -> claims.claim("deployment_tier", known));
    }
}
