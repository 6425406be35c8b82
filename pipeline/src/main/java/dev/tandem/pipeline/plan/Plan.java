package dev.tandem.pipeline.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pipeline to create.
 *
 * @param name from {@code workflow:name}, expanded
 * @param stages those that have jobs, in order; {@link PlannedJob#stageIndex} counts in this list
 * @param jobs by stage, then in the order of the file
 */
public record Plan(@Nullable String name, AutoCancel autoCancel, List<String> stages, List<PlannedJob> jobs) {
    public Plan {
        stages = List.copyOf(stages);
        jobs = List.copyOf(jobs);
    }
}
