package dev.tandem.server.deliver;

import dev.tandem.server.deliver.rollout.RolloutDecision.Kind;
import java.time.Instant;

/** One line of a rollout's story. Ids grow. */
public record RolloutEvent(long id, long rolloutId, Kind kind, String message, Instant at) {}
