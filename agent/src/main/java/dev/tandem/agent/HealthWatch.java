package dev.tandem.agent;

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

    private final HealthChecks checks;
    private final Probe probe;
    private final int port;
    private final Instant startedAt;
    private final boolean knownHealthy;
    private final BiConsumer<RevisionEvent, String> told;
    private final Thread thread;

    /**
     * @param knownHealthy whether it passed its startup checks before (it was adopted)
     * @param told called on the watch's thread with CHECK_PASSED or CHECK_FAILED and a sentence
     */
    HealthWatch(
            String name,
            HealthChecks checks,
            Probe probe,
            int port,
            Instant startedAt,
            boolean knownHealthy,
            BiConsumer<RevisionEvent, String> told) {
        this.checks = checks;
        this.probe = probe;
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
            boolean healthy = knownHealthy;
            if (!healthy) {
                String problem = firstProblem(checks.startup(), true);
                healthy = problem == null;
                tell(problem);
            }
            while (true) {
                Thread.sleep(checks.running().getFirst().interval());
                String problem = firstProblem(checks.running(), false);
                if (healthy != (problem == null)) {
                    healthy = problem == null;
                    tell(problem);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(@Nullable String problem) {
        if (problem == null) {
            told.accept(RevisionEvent.CHECK_PASSED, "The health check passed");
        } else {
            told.accept(RevisionEvent.CHECK_FAILED, problem);
        }
    }

    private @Nullable String firstProblem(List<HealthCheck> list, boolean starting) throws InterruptedException {
        for (HealthCheck check : list) {
            if (starting) {
                sleepUntil(startedAt.plus(check.initialDelay()));
                sleepUntil(startedAt.plus(check.uptime()));
            }
            String problem = problem(check);
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    /** Null when an attempt was good, else what the last one saw. */
    private @Nullable String problem(HealthCheck check) throws InterruptedException {
        String last = "";
        for (int attempt = 1; attempt <= check.attempts(); attempt++) {
            Instant end = Instant.now().plus(check.interval());
            switch (attempt(check, end)) {
                case Probe.Seen.Good() -> {
                    return null;
                }
                case Probe.Seen.Silent(String what) -> last = what;
                case Probe.Seen.Bad(String what) -> last = what;
            }
            if (attempt < check.attempts()) {
                sleepUntil(end);
            }
        }
        return last + (check.attempts() == 1 ? "" : " (" + check.attempts() + " attempts)");
    }

    private Probe.Seen attempt(HealthCheck check, Instant end) throws InterruptedException {
        Probe.Seen seen = probe.look(check, port);
        while (seen instanceof Probe.Seen.Silent && Instant.now().isBefore(end)) {
            Thread.sleep(GLANCE);
            seen = probe.look(check, port);
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
