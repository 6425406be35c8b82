package dev.tandem.pipeline.plan;

import dev.tandem.pipeline.rule.Variable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A container beside the job's. */
public record Service(Image image, @Nullable String alias, List<String> command, List<Variable> variables) {
    public Service {
        command = List.copyOf(command);
        variables = List.copyOf(variables);
    }
}
