package dev.tandem.server.build.store;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A runner, known by its token; many machines may share it.
 *
 * @param protectedOnly takes jobs of protected refs only
 * @param maximumTimeoutSeconds 0: no limit of its own
 */
public record RunnerRecord(
        long id,
        String description,
        List<String> tags,
        boolean runUntagged,
        boolean paused,
        boolean protectedOnly,
        boolean builtIn,
        long maximumTimeoutSeconds,
        Instant createdAt,
        @Nullable Instant contactedAt) {
    public RunnerRecord {
        tags = List.copyOf(tags);
    }

    /** Whether it may take a job with these tags. */
    public boolean takes(List<String> jobTags, boolean refProtected) {
        if (paused || (protectedOnly && !refProtected)) {
            return false;
        }
        return jobTags.isEmpty() ? runUntagged : tags.containsAll(jobTags);
    }
}
