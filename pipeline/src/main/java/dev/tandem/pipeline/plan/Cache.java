package dev.tandem.pipeline.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One cache of a job.
 *
 * @param key the key; in a {@link JobConfig} null when it comes from {@code keyFiles} or {@code keyFilesCommits}, in a {@link PlannedJob}
 *     what these have made
 * @param keyPrefix put before a key that comes from files
 * @param when on_success, on_failure or always
 * @param policy pull-push, pull, push or a text with variables
 */
public record Cache(
        @Nullable String key,
        List<String> keyFiles,
        List<String> keyFilesCommits,
        @Nullable String keyPrefix,
        List<String> paths,
        boolean untracked,
        boolean unprotect,
        String when,
        String policy,
        List<String> fallbackKeys) {
    public Cache {
        keyFiles = List.copyOf(keyFiles);
        keyFilesCommits = List.copyOf(keyFilesCommits);
        paths = List.copyOf(paths);
        fallbackKeys = List.copyOf(fallbackKeys);
    }

    Cache withKey(String resolved) {
        return new Cache(
                resolved,
                keyFiles,
                keyFilesCommits,
                keyPrefix,
                paths,
                untracked,
                unprotect,
                when,
                policy,
                fallbackKeys);
    }
}
