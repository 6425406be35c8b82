package dev.tandem.pipeline.plan;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a job leaves behind.
 *
 * @param when on_success, on_failure or always
 * @param expireIn as written, known to be a duration or {@code never} ({@link Durations}); null: the server's default
 * @param access all, developer, maintainer or none
 * @param reports paths by GitLab's report type, for example {@code junit} or {@code dotenv}
 */
public record Artifacts(
        @Nullable String name,
        List<String> paths,
        List<String> exclude,
        boolean untracked,
        @Nullable String exposeAs,
        @Nullable String expireIn,
        String when,
        String access,
        Map<String, List<String>> reports) {
    public Artifacts {
        paths = List.copyOf(paths);
        exclude = List.copyOf(exclude);
        reports = Map.copyOf(reports);
    }
}
