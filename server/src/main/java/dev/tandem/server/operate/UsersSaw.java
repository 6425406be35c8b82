package dev.tandem.server.operate;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the users of a service saw of an incident, as its proxy counted.
 *
 * @param from when they could first notice
 * @param to when it was well again, or now
 * @param requests that ended in that time
 * @param failed of these
 * @param slowMillis what took longer was slow, by what was usual in the hour before; null when that is not known
 * @param slow answers that took longer
 */
public record UsersSaw(
        Instant from,
        Instant to,
        long requests,
        long failed,
        @Nullable Integer slowMillis,
        long slow) {}
