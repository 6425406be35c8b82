package dev.tandem.server.deliver.web;

import dev.tandem.server.deliver.RolloutAnswer;
import dev.tandem.server.deliver.RolloutEvent;
import dev.tandem.server.deliver.RolloutRequest;
import dev.tandem.server.deliver.Rollouts;
import dev.tandem.server.deliver.StoredRollout;
import dev.tandem.server.deliver.web.RolloutShapes.RolloutJson;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Parameters;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Rollouts: ask for one, follow it, end it, undo it. What {@code tandem deploy} and {@code tandem rollback} speak. */
@RestController
class RolloutApi {
    /** Below the minute after which proxies in between give up. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(25);

    private static final int MOST_LISTED = 20;

    private final Rollouts rollouts;
    private final RolloutShapes shapes;

    RolloutApi(Rollouts rollouts, RolloutShapes shapes) {
        this.rollouts = rollouts;
        this.shapes = shapes;
    }

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
                what(parameters),
                RolloutWishes.of(parameters),
                deadline(parameters),
                parameters.flag("override").orElse(false));
        RolloutAnswer.Accepted accepted = Answers.accepted(rollouts.request(request));
        return ResponseEntity.status(201).body(json(project, accepted.rollout(), accepted.attached()));
    }

    /** {@code bundle}, or {@code promote_from} for what serves in another environment. */
    private static RolloutRequest.What what(Parameters parameters) {
        Optional<String> from = parameters.text("promote_from");
        if (from.isEmpty()) {
            return new RolloutRequest.What.Bundle(
                    parameters.requiredText("bundle"),
                    parameters.text("sha").orElse(null),
                    parameters.text("ref").orElse(null));
        }
        for (String other : List.of("bundle", "sha", "ref")) {
            if (parameters.text(other).isPresent()) {
                throw new ApiException(
                        400, other + " does not go with promote_from, which brings what serves there as it is.");
            }
        }
        return new RolloutRequest.What.Promotion(from.get());
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

    /** {@code pause}, {@code resume}, {@code promote} (with {@code full=true} to the end) and {@code abort}. */
    @Requires(Permission.DEPLOY)
    @PostMapping("/api/tandem/v1/projects/{id}/rollouts/{rollout}/{act:pause|resume|promote|abort}")
    RolloutJson act(
            ProjectFacts project, Actor actor, @PathVariable long rollout, @PathVariable String act, Parameters more) {
        find(project, rollout);
        if (actor instanceof Actor.Job) {
            throw new ApiException(403, "A job cannot " + act + " a rollout; only a person can.");
        }
        boolean full = more.flag("full").orElse(false);
        boolean done = switch (act) {
            case "pause" -> rollouts.act(project, actor, rollout, Rollouts.Act.PAUSE);
            case "resume" -> rollouts.act(project, actor, rollout, Rollouts.Act.RESUME);
            case "promote" ->
                rollouts.act(project, actor, rollout, full ? Rollouts.Act.PROMOTE_FULL : Rollouts.Act.PROMOTE);
            default -> rollouts.cancel(project, actor, rollout);
        };
        if (!done) {
            throw ApiException.conflict("The rollout is in no state to " + act + ": it is "
                    + find(project, rollout).rollout().phase().wire() + ".");
        }
        return json(project, find(project, rollout), false);
    }

    /** The newest rollouts of {@code environment}, newest first. */
    @Requires(Permission.READ_ENVIRONMENT)
    @GetMapping("/api/tandem/v1/projects/{id}/rollouts")
    List<RolloutJson> list(ProjectFacts project, Parameters parameters) {
        return rollouts.newest(project.id(), parameters.requiredText("environment"), MOST_LISTED).stream()
                .map(stored -> json(project, stored, false))
                .toList();
    }

    /** The rollout that has its turn in {@code environment}. */
    @Requires(Permission.READ_ENVIRONMENT)
    @GetMapping("/api/tandem/v1/projects/{id}/rollouts/active")
    RolloutJson active(ProjectFacts project, Parameters parameters) {
        String environment = parameters.requiredText("environment");
        StoredRollout active = rollouts.active(project.id(), environment)
                .orElseThrow(() -> new ApiException(404, "No rollout is under way in \"" + environment + "\"."));
        return json(project, active, false);
    }

    private StoredRollout find(ProjectFacts project, long rollout) {
        return rollouts.find(project.id(), rollout).orElseThrow(() -> ApiException.notFound("Rollout"));
    }

    private RolloutJson json(ProjectFacts project, StoredRollout stored, boolean attached) {
        return shapes.rollout(project, stored, attached);
    }
}
