package dev.tandem.server.build.schedule;

import dev.tandem.server.code.RefUpdated;
import org.jspecify.annotations.Nullable;

/**
 * Somebody or something wants a pipeline.
 *
 * @param pushId the push or other occasion behind it, which makes one pipeline at most; null for a wish by hand
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
        Given given,
        @Nullable Upstream upstream) {}
