package dev.tandem.pipeline.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A visible job as the file declares it, for whoever explains the configuration; no rule is evaluated.
 *
 * @param environment as written
 */
public record DeclaredJob(
        String name,
        String stage,
        Scripts scripts,
        List<String> tags,
        @Nullable String environment,
        String when,
        boolean allowFailure) {
    static DeclaredJob of(JobConfig job) {
        JobConfig.EnvironmentConfig environment = job.environment();
        String when = job.when() == null ? "on_success" : job.when().wire();
        boolean forgiven = job.allowFailure() == null
                ? when.equals("manual")
                : job.allowFailure().always();
        return new DeclaredJob(
                job.name(),
                job.stage().name(),
                job.scripts(),
                job.tags(),
                environment == null ? null : environment.name(),
                when,
                forgiven);
    }
}
