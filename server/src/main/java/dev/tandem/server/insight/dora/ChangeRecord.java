package dev.tandem.server.insight.dora;

import java.time.Duration;
import java.time.Instant;

/** One commit and the deployment by which it first reached one environment of production. */
public record ChangeRecord(
        long projectId, long environmentId, String sha, long deploymentId, Instant committedAt, Instant deployedAt) {
    /** From commit to production; zero when the committer's clock was ahead. */
    public Duration leadTime() {
        return committedAt.isBefore(deployedAt) ? Duration.between(committedAt, deployedAt) : Duration.ZERO;
    }
}
