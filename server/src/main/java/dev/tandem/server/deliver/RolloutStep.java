package dev.tandem.server.deliver;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One traffic step of a rollout.
 *
 * @param number grows from 1; with the rollout's id it names what is counted
 * @param percent of new requests for the new revision
 * @param endedAt null while it lasts
 * @param outcome how it ended, the code of a message; null while it lasts
 * @param verdict what the judge said at its end, as JSON; null when nothing was judged
 */
public record RolloutStep(
        int number,
        int percent,
        Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable String outcome,
        @Nullable String verdict) {}
