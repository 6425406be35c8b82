package dev.tandem.pipeline;

import dev.tandem.pipeline.plan.DeclaredJob;
import dev.tandem.pipeline.plan.PromptedVariable;
import dev.tandem.pipeline.syntax.DeclaredInput;
import dev.tandem.pipeline.syntax.Diagnostic;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What can be said of a configuration without a pipeline.
 *
 * @param jobs in the order of the file
 * @param variables that somebody who starts a pipeline by hand is asked for; none when inputs are missing
 * @param inputs that the root file declares
 * @param mergedYaml with all includes, extends and references put in place; null when a file cannot be read, or it is too long to show
 */
public record Inspection(
        List<DeclaredJob> jobs,
        List<PromptedVariable> variables,
        List<DeclaredInput> inputs,
        @Nullable String mergedYaml,
        List<Diagnostic> diagnostics) {
    public Inspection {
        variables = List.copyOf(variables);
        inputs = List.copyOf(inputs);
        jobs = List.copyOf(jobs);
        diagnostics = List.copyOf(diagnostics);
    }

    public boolean valid() {
        return diagnostics.stream().noneMatch(Diagnostic::isError);
    }
}
