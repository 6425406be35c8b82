package dev.tandem.server.operate;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which incidents to list; null matches all.
 *
 * @param open whether they are not resolved
 * @param environment exact name
 * @param openedFrom opened at or after
 * @param openedBefore opened before
 */
public record IncidentFilter(
        @Nullable Boolean open,
        @Nullable IncidentStatus status,
        @Nullable String environment,
        @Nullable Instant openedFrom,
        @Nullable Instant openedBefore) {
    public static final IncidentFilter ALL = new IncidentFilter(null, null, null, null, null);
    public static final IncidentFilter OPEN = new IncidentFilter(true, null, null, null, null);

    public IncidentFilter of(@Nullable String environmentName) {
        return new IncidentFilter(open, status, environmentName, openedFrom, openedBefore);
    }
}
