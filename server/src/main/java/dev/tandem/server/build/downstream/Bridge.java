package dev.tandem.server.build.downstream;

import dev.tandem.pipeline.plan.PlannedJob;
import dev.tandem.pipeline.plan.Trigger;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.rule.VariableExpander;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.code.Project;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A trigger job whose turn came, with what it knows.
 *
 * @param values of all variables that it sees, expanded
 * @param given variables that its own pipeline was given
 * @param upstreams its pipeline, then what triggered that, up to the top
 */
record Bridge(
        Project project,
        PipelineRecord pipeline,
        JobRecord job,
        PlannedJob plan,
        Map<String, String> values,
        List<Variable> given,
        List<PipelineRecord> upstreams) {
    Bridge {
        values = Map.copyOf(values);
        given = List.copyOf(given);
        upstreams = List.copyOf(upstreams);
    }

    Trigger trigger() {
        return Objects.requireNonNull(plan.trigger(), "a trigger job has a trigger");
    }

    String expand(String text) {
        return VariableExpander.expand(text, values::get);
    }

    /** What the downstream pipeline is given: values of the file with everything known put in, then the pipeline's own. */
    List<Variable> handedOn() {
        Map<String, Variable> handed = new HashMap<>();
        if (trigger().yamlVariables()) {
            for (Variable variable : plan.variables()) {
                handed.put(
                        variable.key(),
                        variable.raw()
                                ? variable
                                : variable.withValue(VariableExpander.expandKnown(variable.value(), values::get)));
            }
        }
        if (trigger().pipelineVariables()) {
            given.forEach(variable -> handed.put(variable.key(), variable));
        }
        return new ArrayList<>(handed.values());
    }
}
