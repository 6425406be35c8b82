package dev.tandem.agent.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A traffic step whose requests the proxy counts on their own, by revision.
 *
 * @param stepId never used again for another step
 * @param oldRevision null when there is nothing to compare with
 * @param thresholdsMillis what counts as slow: none or three of {@link RevisionTraffic#BUCKET_MILLIS}
 * @param limitMillis what 95 of 100 requests must keep to; null for no limit
 * @param probes paths that the agent asks both revisions for, in pairs, while they share requests; a server of an
 *     earlier version does not say
 */
public record WatchSpec(
        String stepId,
        String newRevision,
        @Nullable String oldRevision,
        List<Integer> thresholdsMillis,
        @Nullable Integer limitMillis,
        @Nullable List<String> probes) {
    /** One without probes. */
    public WatchSpec(
            String stepId,
            String newRevision,
            @Nullable String oldRevision,
            List<Integer> thresholdsMillis,
            @Nullable Integer limitMillis) {
        this(stepId, newRevision, oldRevision, thresholdsMillis, limitMillis, List.of());
    }

    public WatchSpec {
        thresholdsMillis = List.copyOf(thresholdsMillis);
        probes = probes == null ? List.of() : List.copyOf(probes);
    }
}
