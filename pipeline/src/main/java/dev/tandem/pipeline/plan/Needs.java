package dev.tandem.pipeline.plan;

import dev.tandem.pipeline.plan.JobConfig.Named;
import dev.tandem.pipeline.plan.JobConfig.NeedConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code needs} of a job comes to.
 *
 * @param inside jobs of the same pipeline; null: the stages order the job
 * @param outside jobs of other pipelines, as written
 * @param mirrored the project whose status the job shows, as written
 */
record Needs(
        @Nullable List<NeedConfig> inside,
        List<OutsideNeed> outside,
        @Nullable Named mirrored) {
    static final Needs NONE = new Needs(null, List.of(), null);
}
