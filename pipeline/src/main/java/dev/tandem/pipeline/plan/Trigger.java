package dev.tandem.pipeline.plan;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The downstream pipeline that a job starts: of another project, or a child of this one from its own files.
 *
 * @param project as written; null for a child pipeline
 * @param branch as written; null: the project's default branch
 * @param includes the files of a child pipeline; empty for another project
 * @param strategy none, depend (success and failure follow the downstream pipeline) or mirror (its very status)
 * @param yamlVariables whether variables of the file are handed on
 * @param pipelineVariables whether variables given to this pipeline are handed on
 * @param inputs values for the downstream pipeline's inputs: texts, numbers, booleans, lists
 */
public record Trigger(
        @Nullable String project,
        @Nullable String branch,
        List<Include> includes,
        String strategy,
        boolean yamlVariables,
        boolean pipelineVariables,
        Map<String, Object> inputs) {
    public Trigger {
        includes = List.copyOf(includes);
        inputs = Map.copyOf(inputs);
    }

    /**
     * A file of a child pipeline.
     *
     * @param kind local, project, remote, template, component or artifact
     * @param address the path, project, URL, name or path in the artifact
     * @param files of a project
     * @param job whose artifact holds the file
     */
    public record Include(
            String kind,
            String address,
            List<String> files,
            @Nullable String ref,
            @Nullable String job,
            Map<String, Object> inputs) {
        public Include {
            files = List.copyOf(files);
            inputs = Map.copyOf(inputs);
        }
    }
}
