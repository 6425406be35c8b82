package dev.tandem.server.operate.web;

import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.DeploymentFilter;
import dev.tandem.server.deliver.Deployments;
import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.deliver.Signals;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.operate.SignalColumns;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Parameters;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Golden signals, for charts and for programs. */
@RestController
class SignalApi {
    private static final Duration USUAL = Duration.ofMinutes(30);
    private static final int MOST_POINTS = 3600;
    private static final int GOOD_POINTS = 400;
    private static final int MOST_MARKS = 200;
    /** Steps that divide an hour or a day, so that points stay where they are. */
    private static final List<Integer> STEPS = List.of(1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600);

    private final Environments environments;
    private final Deployments deployments;
    private final Signals signals;
    private final Clock clock;

    SignalApi(Environments environments, Deployments deployments, Signals signals, Clock clock) {
        this.environments = environments;
        this.deployments = deployments;
        this.signals = signals;
        this.clock = clock;
    }

    /**
     * {@code from} and {@code to} are times, without them the last half hour; {@code step} is in seconds, without it one that
     * gives about 400 points.
     */
    @Requires(Permission.READ_ENVIRONMENT)
    @GetMapping("/api/tandem/v1/projects/{id}/environments/{environment}/signals")
    SignalJson signals(ProjectFacts project, @PathVariable long environment, Parameters parameters) {
        Environment found = environments
                .find(environment)
                .filter(one -> one.projectId() == project.id())
                .orElseThrow(() -> ApiException.notFound("Environment"));
        Instant to = parameters.time("to").orElseGet(clock::instant);
        Instant from = parameters.time("from").orElse(to.minus(USUAL));
        if (!from.isBefore(to) || from.isBefore(to.minus(Signals.MINUTES_KEPT))) {
            throw new ApiException(400, "from must lie before to, at most 31 days.");
        }
        long step = parameters.number("step").orElseGet(() -> step(from, to));
        long points = Duration.between(from, to).toSeconds() / Math.max(1, step);
        if (step < 1 || step > STEPS.getLast() || points > MOST_POINTS) {
            throw new ApiException(
                    400,
                    "step is in seconds, 1 to " + STEPS.getLast() + ", and gives at most " + MOST_POINTS
                            + " points. Leave it out, or ask for less time.");
        }
        return json(found, from, to, step);
    }

    private long step(Instant from, Instant to) {
        long seconds = Duration.between(from, to).toSeconds();
        boolean secondsKept = from.isAfter(clock.instant().minus(Signals.SECONDS_KEPT));
        return STEPS.stream()
                .filter(step -> secondsKept || step >= Signals.MINUTE.toSeconds())
                .filter(step -> seconds / step <= GOOD_POINTS)
                .findFirst()
                .orElse(STEPS.getLast());
    }

    private SignalJson json(Environment environment, Instant from, Instant to, long step) {
        SignalColumns columns = SignalColumns.of(signals.read(environment.id(), from, to, Duration.ofSeconds(step)));
        Map<String, Deployment> brought = deployments.ofRevisions(columns.revisions());
        return new SignalJson(
                environment.id(),
                environment.name(),
                from,
                to,
                step,
                columns.times().stream().map(Instant::getEpochSecond).toList(),
                SignalJson.Columns.of(columns.total()),
                columns.revisions().stream()
                        .map(revision -> revision(columns, revision, brought.get(revision)))
                        .toList(),
                marks(environment, from, to));
    }

    private static SignalJson.Revision revision(
            SignalColumns columns, String revision, @org.jspecify.annotations.Nullable Deployment deployment) {
        return new SignalJson.Revision(
                revision,
                deployment == null ? null : deployment.id(),
                deployment == null ? null : deployment.sha(),
                SignalJson.Columns.of(columns.of(revision)));
    }

    private List<SignalJson.Mark> marks(Environment environment, Instant from, Instant to) {
        DeploymentFilter since = new DeploymentFilter(
                environment.name(), null, null, null, from, null, DeploymentFilter.Order.ID, false);
        return deployments.list(environment.projectId(), since, 0, MOST_MARKS).stream()
                .filter(deployment -> deployment.createdAt().isBefore(to))
                .map(SignalJson.Mark::of)
                .toList()
                .reversed();
    }
}
