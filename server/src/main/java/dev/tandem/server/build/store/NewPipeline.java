package dev.tandem.server.build.store;

import dev.tandem.pipeline.plan.AutoCancel;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.state.JobStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a pipeline when it is stored.
 *
 * @param pushId the push that makes it; null when a person or client does
 * @param upstreamJobId the trigger job that makes it
 * @param rootId the pipeline at the top of its hierarchy; null when it is itself
 * @param sealedVariables its own variables as sealed JSON; null when there are none
 */
public record NewPipeline(
        long projectId,
        @Nullable String pushId,
        String source,
        String ref,
        boolean tag,
        boolean refProtected,
        String sha,
        String beforeSha,
        @Nullable String name,
        String title,
        JobStatus status,
        boolean complete,
        AutoCancel autoCancel,
        List<String> stages,
        List<Problem> problems,
        List<Variable> predefined,
        @Nullable String sealedVariables,
        long userId,
        Instant createdAt,
        @Nullable Long upstreamJobId,
        @Nullable Long rootId,
        int depth) {
    public NewPipeline {
        stages = List.copyOf(stages);
        problems = List.copyOf(problems);
        predefined = List.copyOf(predefined);
    }
}
