package dev.tandem.pipeline.rule;

import java.util.List;

/**
 * The facts of the pipeline to create.
 *
 * @param source GitLab's {@code CI_PIPELINE_SOURCE}, for example {@code push}
 * @param ref branch or tag name
 * @param tag whether {@code ref} is a tag
 * @param predefined predefined variables known before any job exists (CI_COMMIT_BRANCH, CI_PIPELINE_SOURCE, ...); the compiler
 *     adds nothing to them but those that depend on a job
 * @param settings variables of instance, groups and project, later ones win; already filtered by protection
 * @param pipelineVariables given with this one pipeline (trigger, schedule, manual run)
 */
public record PipelineContext(
        String source,
        String ref,
        boolean tag,
        String defaultBranch,
        String projectPath,
        List<Variable> predefined,
        List<Variable> settings,
        List<Variable> pipelineVariables,
        ChangedFiles changes) {
    public PipelineContext {
        predefined = List.copyOf(predefined);
        settings = List.copyOf(settings);
        pipelineVariables = List.copyOf(pipelineVariables);
    }
}
