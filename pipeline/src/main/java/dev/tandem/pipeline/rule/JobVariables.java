package dev.tandem.pipeline.rule;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The variables one job sees, by GitLab's order of precedence. */
public final class JobVariables {
    private JobVariables() {}

    /**
     * Merges layers of rising precedence: a later layer's variable takes the place of an earlier one's. The order of GitLab:
     * predefined, the job's own CI_* ones, YAML variables, dotenv, settings, pipeline variables.
     */
    public static List<Variable> merge(List<List<Variable>> layers) {
        Map<String, Variable> merged = new LinkedHashMap<>();
        for (List<Variable> layer : layers) {
            layer.forEach(variable -> merged.put(variable.key(), variable));
        }
        return new ArrayList<>(merged.values());
    }
}
