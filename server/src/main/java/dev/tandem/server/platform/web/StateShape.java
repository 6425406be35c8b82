package dev.tandem.server.platform.web;

import java.util.Locale;

/** The nine shapes of state (face.md). Every state word of the program is drawn as one of them. */
enum StateShape {
    SUCCESS,
    RUNNING,
    PENDING,
    FAILED,
    MANUAL,
    CANCELED,
    SKIPPED,
    WARNING,
    ROLLED_BACK;

    /** Words of jobs, pipelines, deployments, rollouts, revisions and health; an unknown one is a hollow circle. */
    static StateShape of(String state) {
        return switch (state) {
            case "success", "passed", "deployed", "healthy", "active", "online", "finished" -> SUCCESS;
            case "running", "canceling", "preparing", "fetching", "starting", "draining", "switching" -> RUNNING;
            case "failed", "unhealthy", "crashed", "error", "lost" -> FAILED;
            case "manual", "paused" -> MANUAL;
            case "canceled", "aborted", "blocked" -> CANCELED;
            case "skipped", "superseded", "stopped", "inactive" -> SKIPPED;
            case "warning", "warnings", "success_with_warnings", "inconclusive", "offline", "stale" -> WARNING;
            case "rolled_back" -> ROLLED_BACK;
            default -> PENDING;
        };
    }

    /** As in symbol ids and CSS classes: {@code rolled-back}. */
    String css() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
