package dev.tandem.server.operate.web;

import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.operate.UptimeCheck;
import dev.tandem.server.operate.UptimeChecks;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.api.Parameters;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** Uptime checks. */
@RestController
class UptimeApi {
    private static final String CHECKS = "/api/tandem/v1/projects/{id}/uptime_checks";

    private final UptimeChecks checks;
    private final Environments environments;

    UptimeApi(UptimeChecks checks, Environments environments) {
        this.checks = checks;
        this.environments = environments;
    }

    /** @param problem null while all is well */
    @JsonNaming(SnakeCaseStrategy.class)
    record CheckJson(
            long id,
            @Nullable String environment,
            String name,
            @Nullable String url,
            String path,
            long interval,
            long timeout,
            String expectedStatus,
            @Nullable String bodyContains,
            int tries,
            String state,
            @Nullable Instant since,
            int failures,
            @Nullable Instant checkedAt,
            @Nullable Integer lastStatus,
            @Nullable Long lastMillis,
            @Nullable String problem) {}

    private CheckJson json(UptimeCheck check) {
        UptimeCheck.Wish wish = check.wish();
        UptimeCheck.Last last = check.last();
        return new CheckJson(
                check.id(),
                environments.find(check.environmentId()).map(Environment::name).orElse(null),
                wish.name(),
                wish.url(),
                wish.path(),
                wish.interval().toSeconds(),
                wish.timeout().toSeconds(),
                wish.expected(),
                wish.contains(),
                wish.tries(),
                check.state().wire(),
                check.since(),
                check.failures(),
                last == null ? null : last.at(),
                last == null ? null : last.status(),
                last == null ? null : last.millis(),
                last == null ? null : last.detail());
    }

    @Requires(Permission.READ_ENVIRONMENT)
    @GetMapping(CHECKS)
    Listing<CheckJson> list(ProjectFacts project, Paging paging) {
        return Listing.cut(checks.list(project.id()), paging).map(this::json);
    }

    @Requires(Permission.MANAGE_PROJECT)
    @PostMapping(CHECKS)
    ResponseEntity<CheckJson> create(ProjectFacts project, Actor actor, Parameters parameters) {
        Environment environment = environments
                .find(project.id(), parameters.requiredText("environment"))
                .orElseThrow(() -> ApiException.notFound("Environment"));
        UptimeChecks.Answer answer = checks.create(project, actor, environment, wish(parameters));
        UptimeCheck check = answer.check();
        UptimeChecks.Refusal refusal = answer.refusal();
        if (check == null) {
            throw new ApiException(400, refusal == null ? "Refused" : refusal.sentence());
        }
        return ResponseEntity.status(201).body(json(check));
    }

    private static UptimeCheck.Wish wish(Parameters parameters) {
        return new UptimeCheck.Wish(
                parameters.requiredText("name").strip(),
                parameters
                        .text("url")
                        .filter(text -> !text.isBlank())
                        .map(String::strip)
                        .orElse(null),
                parameters
                        .text("path")
                        .filter(text -> !text.isBlank())
                        .map(String::strip)
                        .orElse("/"),
                Duration.ofSeconds(parameters.number("interval").orElse(60L)),
                Duration.ofSeconds(parameters.number("timeout").orElse(10L)),
                parameters
                        .text("expected_status")
                        .filter(text -> !text.isBlank())
                        .map(String::strip)
                        .orElse("2xx"),
                parameters.text("body_contains").filter(text -> !text.isEmpty()).orElse(null),
                Math.toIntExact(Math.clamp(parameters.number("tries").orElse(3L), 0, 1000)));
    }

    @Requires(Permission.MANAGE_PROJECT)
    @DeleteMapping(CHECKS + "/{check}")
    ResponseEntity<Void> delete(ProjectFacts project, Actor actor, @PathVariable long check) {
        if (!checks.delete(project, actor, check)) {
            throw ApiException.notFound("Uptime check");
        }
        return ResponseEntity.noContent().build();
    }
}
