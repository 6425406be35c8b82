package dev.tandem.agent.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One bundle running in one environment.
 *
 * @param id stable and never used again; letters, digits, {@code -}; safe as a folder name
 * @param bundleSha256 64 lower-case hex digits; the agent checks the bytes against it before unpacking
 * @param bundleSizeBytes length of the bundle's tar.gz
 * @param environment the service's own variables; the agent adds PORT, HOST and TANDEM_REVISION
 * @param stopSeconds time between SIGTERM and SIGKILL
 * @param memoryBytes resident memory that all its processes together may use; null for no limit
 */
public record RevisionSpec(
        String id,
        String bundleSha256,
        long bundleSizeBytes,
        Map<String, String> environment,
        int stopSeconds,
        @Nullable Long memoryBytes) {
    /** One without a limit. */
    public RevisionSpec(
            String id, String bundleSha256, long bundleSizeBytes, Map<String, String> environment, int stopSeconds) {
        this(id, bundleSha256, bundleSizeBytes, environment, stopSeconds, null);
    }

    public RevisionSpec {
        environment = Map.copyOf(environment);
    }
}
