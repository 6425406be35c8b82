package dev.tandem.server.build.schedule;

import dev.tandem.pipeline.syntax.Mark;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The trigger job that wants a pipeline.
 *
 * @param rootId the pipeline at the top of the hierarchy
 * @param depth levels of child pipelines above the new one, itself included: 0 for one of another project
 * @param inputs for the {@code spec:inputs} of the new pipeline's configuration
 * @param config what a child pipeline is compiled from; null: the project's own configuration
 */
public record Upstream(
        long jobId,
        long rootId,
        int depth,
        Map<String, String> inputs,
        @Nullable ChildConfig config) {
    public Upstream {
        inputs = Map.copyOf(inputs);
    }

    /**
     * Files that are in no commit.
     *
     * @param files by path; {@link #ROOT} includes the others
     * @param mark where the trigger job is written, which is to blame when a file is missing
     */
    public record ChildConfig(Map<String, byte[]> files, Mark mark) {
        /** A path that no file of a repository is likely to have. */
        public static final String ROOT = "-/trigger:include.yml";

        public ChildConfig {
            files = Map.copyOf(files);
        }
    }
}
