package dev.tandem.server.build.schedule;

import dev.tandem.pipeline.rule.Variable;
import java.util.List;
import java.util.Map;

/**
 * What somebody gives with the wish for one pipeline.
 *
 * @param inputs for {@code spec:inputs} of its file, as typed by a person
 * @param faults what is wrong with what was given; with any the pipeline fails and says so
 */
public record Given(List<Variable> variables, Map<String, String> inputs, List<String> faults) {
    public static final Given NOTHING = new Given(List.of(), Map.of(), List.of());

    public Given {
        variables = List.copyOf(variables);
        inputs = Map.copyOf(inputs);
        faults = List.copyOf(faults);
    }

    public static Given variables(List<Variable> variables) {
        return new Given(variables, Map.of(), List.of());
    }
}
