package dev.tandem.server.build.schedule;

import dev.tandem.pipeline.rule.Variable;
import dev.tandem.server.code.RefUpdated;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Somebody or something wants a pipeline.
 *
 * @param pushId the push behind it; null for a wish by hand
 * @param ref short name of branch or tag
 * @param upstream the trigger job behind it; null when none is
 * @param before sha before the push; {@link RefUpdated#ZERO} when there is nothing to compare with
 */
public record PipelineWish(
        long projectId,
        @Nullable String pushId,
        String source,
        String ref,
        boolean tag,
        String sha,
        String before,
        long userId,
        List<Variable> variables,
        @Nullable Upstream upstream) {
    public PipelineWish {
        variables = List.copyOf(variables);
    }
}
