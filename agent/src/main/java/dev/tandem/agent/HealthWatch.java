package dev.tandem.agent;

import dev.tandem.agent.protocol.Said;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at one web process again and again, from its start to its end, and tells when it becomes healthy or unhealthy.
 * Its thread ends when it is closed.
 */
final class HealthWatch implements AutoCloseable {

    /** While nothing listens yet, an attempt looks this often, so that a fast start is seen at once. */
    private static final Duration GLANCE = Duration.ofMillis(100);

    /** Looks once. */
    interface Look {
        Probe.Seen at(HealthCheck check, int port) throws InterruptedException;
    }

    private record Problem(HealthCheck check, Said what) {}

    private final HealthChecks checks;
    private final Look look;
    private final int port;
    private final Instant startedAt;
    private final boolean knownHealthy;
    private final BiConsumer<RevisionEvent, Said> told;
    private final Thread thread;

    /**
     * @param knownHealthy whether it passed its startup checks before (it was adopted)
     * @param told called on the watch's thread with CHECK_PASSED, CHECK_FAILED or LIVENESS_LOST and a sentence
     */
    HealthWatch(
            String name,
            HealthChecks checks,
            Look look,
            int port,
            Instant startedAt,
            boolean knownHealthy,
            BiConsumer<RevisionEvent, Said> told) {
        this.checks = checks;
        this.look = look;
        this.port = port;
        this.startedAt = startedAt;
        this.knownHealthy = knownHealthy;
        this.told = told;
        this.thread = Thread.ofVirtual().name("health " + name).start(this::watch);
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void watch() {
        try {
            RevisionEvent last = knownHealthy ? RevisionEvent.CHECK_PASSED : tell(firstProblem(checks.startup(), true));
            while (true) {
                Thread.sleep(checks.running().getFirst().interval());
                Problem problem = firstProblem(checks.running(), false);
                if (event(problem, last) != last) {
                    last = tell(problem);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private RevisionEvent tell(@Nullable Problem problem) {
        RevisionEvent event = event(problem, RevisionEvent.CHECK_PASSED);
        told.accept(event, problem == null ? Said.of("passed") : problem.what());
        return event;
    }

    /** A process that lost its liveness has lost it until all is well again. */
    private static RevisionEvent event(@Nullable Problem problem, RevisionEvent last) {
        if (problem == null) {
            return RevisionEvent.CHECK_PASSED;
        }
        boolean dead = problem.check().type() == HealthCheck.Type.LIVENESS || last == RevisionEvent.LIVENESS_LOST;
        return dead ? RevisionEvent.LIVENESS_LOST : RevisionEvent.CHECK_FAILED;
    }

    private @Nullable Problem firstProblem(List<HealthCheck> list, boolean starting) throws InterruptedException {
        for (HealthCheck check : list) {
            if (starting) {
                sleepUntil(startedAt.plus(check.initialDelay()));
                sleepUntil(startedAt.plus(check.uptime()));
            }
            Said problem = problem(check);
            if (problem != null) {
                return new Problem(check, problem);
            }
        }
        return null;
    }

    /** Null when an attempt was good, else what the last one saw. */
    private @Nullable Said problem(HealthCheck check) throws InterruptedException {
        Said last = Said.of("silent");
        for (int attempt = 1; attempt <= check.attempts(); attempt++) {
            Instant end = Instant.now().plus(check.interval());
            switch (attempt(check, end)) {
                case Probe.Seen.Good() -> {
                    return null;
                }
                case Probe.Seen.Silent(Said what) -> last = what;
                case Probe.Seen.Bad(Said what) -> last = what;
            }
            if (attempt < check.attempts()) {
                sleepUntil(end);
            }
        }
        return check.attempts() == 1 ? last : last.within("attempts", check.attempts());
    }

    private Probe.Seen attempt(HealthCheck check, Instant end) throws InterruptedException {
        Probe.Seen seen = look.at(check, port);
        while (seen instanceof Probe.Seen.Silent && Instant.now().isBefore(end)) {
            Thread.sleep(GLANCE);
            seen = look.at(check, port);
        }
        return seen;
    }

    private static void sleepUntil(Instant time) throws InterruptedException {
        Duration left = Duration.between(Instant.now(), time);
        if (left.isPositive()) {
            Thread.sleep(left);
        }
    }
}
