package dev.tandem.server.deliver.web;

import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.EnvironmentState;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.deliver.RolloutAnswer;
import dev.tandem.server.deliver.RolloutEvent;
import dev.tandem.server.deliver.RolloutRequest;
import dev.tandem.server.deliver.Rollouts;
import dev.tandem.server.deliver.StoredRollout;
import dev.tandem.server.deliver.rollout.Strategy;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.Settings;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Parameters;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** Rollouts: ask for one, follow it, end it, undo it. What {@code tandem deploy} and {@code tandem rollback} speak. */
@RestController
class RolloutApi {
    /** Below the minute after which proxies in between give up. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(25);

    private final Rollouts rollouts;
    private final Environments environments;
    private final Settings settings;

    RolloutApi(Rollouts rollouts, Environments environments, Settings settings) {
        this.rollouts = rollouts;
        this.environments = environments;
        this.settings = settings;
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record RolloutJson(
            long id,
            long deploymentId,
            String environment,
            String strategy,
            String phase,
            boolean over,
            boolean attached,
            @Nullable String reason,
            List<String> logTail,
            String webUrl,
            @Nullable String url,
            Instant createdAt,
            @Nullable Instant finishedAt) {}

    record EventJson(long id, String kind, String message, Instant at) {
        static EventJson of(RolloutEvent event) {
            return new EventJson(event.id(), event.kind().name().toLowerCase(Locale.ROOT), event.message(), event.at());
        }
    }

    record ProgressJson(List<EventJson> events, RolloutJson rollout) {}

    @Requires(Permission.DEPLOY)
    @PostMapping("/api/tandem/v1/projects/{id}/rollouts")
    ResponseEntity<RolloutJson> create(ProjectFacts project, Actor actor, Parameters parameters) {
        RolloutRequest request = new RolloutRequest(
                project,
                actor,
                parameters.requiredText("environment"),
                parameters.requiredText("bundle"),
                strategy(parameters),
                deadline(parameters),
                parameters.text("sha").orElse(null),
                parameters.text("ref").orElse(null),
                parameters.flag("override").orElse(false));
        RolloutAnswer.Accepted accepted = Answers.accepted(rollouts.request(request));
        return ResponseEntity.status(201).body(json(project, accepted.rollout(), accepted.attached()));
    }

    private static Strategy strategy(Parameters parameters) {
        String word = parameters.text("strategy").orElse(Strategy.ROLLING.wire());
        return Strategy.ofWire(word)
                .orElseThrow(() ->
                        new ApiException(400, "strategy \"" + word + "\" is unknown; use rolling or blue-green."));
    }

    private static Duration deadline(Parameters parameters) {
        long seconds =
                parameters.number("progress_deadline_seconds").orElse(RolloutRequest.DEFAULT_DEADLINE.toSeconds());
        if (seconds < 5 || seconds > RolloutRequest.LONGEST_DEADLINE.toSeconds()) {
            throw new ApiException(
                    400,
                    "progress_deadline_seconds must be from 5 to " + RolloutRequest.LONGEST_DEADLINE.toSeconds() + ".");
        }
        return Duration.ofSeconds(seconds);
    }

    @Requires(Permission.DEPLOY)
    @PostMapping("/api/tandem/v1/projects/{id}/rollbacks")
    ResponseEntity<RolloutJson> rollBack(ProjectFacts project, Actor actor, Parameters parameters) {
        RolloutAnswer answer = rollouts.rollBack(
                project,
                actor,
                parameters.requiredText("environment"),
                parameters.number("to").orElse(null));
        return ResponseEntity.status(201)
                .body(json(project, Answers.accepted(answer).rollout(), false));
    }

    @Requires(Permission.READ_ENVIRONMENT)
    @GetMapping("/api/tandem/v1/projects/{id}/rollouts/{rollout}")
    RolloutJson rollout(ProjectFacts project, @PathVariable long rollout) {
        return json(project, find(project, rollout), false);
    }

    /** Held until there is news; {@code format=text} for programs that cannot read JSON. */
    @Requires(Permission.READ_ENVIRONMENT)
    @GetMapping("/api/tandem/v1/projects/{id}/rollouts/{rollout}/progress")
    ResponseEntity<?> progress(ProjectFacts project, @PathVariable long rollout, Parameters parameters)
            throws InterruptedException {
        find(project, rollout);
        long after = parameters.number("after").orElse(0L);
        List<RolloutEvent> events = rollouts.await(rollout, after, LONGEST_WAIT);
        RolloutJson now = json(project, find(project, rollout), false);
        if (parameters.text("format").filter("text"::equals).isPresent()) {
            return ResponseEntity.ok()
                    .header(HttpHeaders.CONTENT_TYPE, "text/plain;charset=UTF-8")
                    .body(text(events, now));
        }
        return ResponseEntity.ok(
                new ProgressJson(events.stream().map(EventJson::of).toList(), now));
    }

    /** {@code event ID MESSAGE} lines; when it is over, {@code log LINE} lines and {@code end PHASE REASON}. */
    private static String text(List<RolloutEvent> events, RolloutJson now) {
        StringBuilder text = new StringBuilder();
        events.forEach(event -> text.append("event ")
                .append(event.id())
                .append(' ')
                .append(line(event.message()))
                .append('\n'));
        if (now.over()) {
            now.logTail().forEach(line -> text.append("log ").append(line(line)).append('\n'));
            text.append("end ").append(now.phase()).append(' ').append(line(now.reason() == null ? "" : now.reason()));
            text.append('\n');
        }
        return text.toString();
    }

    private static String line(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }

    @Requires(Permission.DEPLOY)
    @PostMapping("/api/tandem/v1/projects/{id}/rollouts/{rollout}/cancel")
    RolloutJson cancel(ProjectFacts project, Actor actor, @PathVariable long rollout) {
        find(project, rollout);
        if (actor instanceof Actor.Job) {
            throw new ApiException(403, "A job cannot cancel a rollout; canceling the job does.");
        }
        if (!rollouts.cancel(project, actor, rollout)) {
            throw ApiException.conflict("The rollout is over or being ended already.");
        }
        return json(project, find(project, rollout), false);
    }

    private StoredRollout find(ProjectFacts project, long rollout) {
        return rollouts.find(project.id(), rollout).orElseThrow(() -> ApiException.notFound("Rollout"));
    }

    private RolloutJson json(ProjectFacts project, StoredRollout stored, boolean attached) {
        Environment environment =
                environments.find(stored.environmentId()).orElseThrow(() -> ApiException.notFound("Environment"));
        EnvironmentState state = environments.state(environment);
        return new RolloutJson(
                stored.id(),
                stored.deploymentId(),
                environment.name(),
                stored.rollout().strategy().wire(),
                stored.rollout().phase().wire(),
                stored.rollout().phase().isTerminal(),
                attached,
                stored.reason(),
                stored.logTail(),
                Addresses.web(settings, project.fullPath(), "/-/deployments/" + stored.deploymentId()),
                state.url(),
                stored.createdAt(),
                stored.finishedAt());
    }
}
