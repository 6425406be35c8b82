package dev.tandem.pipeline.plan;

import dev.tandem.pipeline.rule.Condition;
import dev.tandem.pipeline.rule.Variable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The whole configuration, typed and shape-checked. Jobs in the order of the file. */
public record PipelineConfig(
        List<String> stages,
        List<Variable> variables,
        List<PromptedVariable> prompts,
        Workflow workflow,
        Map<String, JobConfig> jobs) {

    /** The jobs as they are written, before any rule is asked. */
    public List<DeclaredJob> declared() {
        return jobs.values().stream().map(DeclaredJob::of).toList();
    }

    /** {@code rules} null: every pipeline is allowed. */
    record Workflow(
            @Nullable String name,
            AutoCancel autoCancel,
            @Nullable List<WorkflowRule> rules) {
        static final Workflow NONE = new Workflow(null, AutoCancel.DEFAULT, null);
    }

    /** An item of {@code workflow:rules}. */
    record WorkflowRule(
            Condition condition,
            boolean never,
            List<Variable> variables,
            @Nullable AutoCancel autoCancel) {}
}
