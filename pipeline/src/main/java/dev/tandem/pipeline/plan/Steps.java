package dev.tandem.pipeline.plan;

import dev.tandem.pipeline.syntax.Mark;
import dev.tandem.pipeline.syntax.Node;
import dev.tandem.pipeline.syntax.Node.Entry;
import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.Node.Scalar;
import dev.tandem.pipeline.syntax.Node.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code run}: steps that are scripts become one command each, in a shell of its own with its own variables. Steps that are fetched
 * from elsewhere, and expressions in them, need a step runner.
 */
final class Steps {
    private static final String EXPRESSION = "${{";

    private Steps() {}

    /** Where the first step stands that is more than a script; null when there is none. */
    static @Nullable Mark foreign(Node run) {
        for (Mapping step : steps(run)) {
            if (step.get("step") != null
                    || step.get("func") != null
                    || text(step, "script").contains(EXPRESSION)) {
                return step.mark();
            }
            if (step.get("env") instanceof Mapping env) {
                for (Entry entry : env.entries().values()) {
                    if (entry.value() instanceof Scalar value && value.value().contains(EXPRESSION)) {
                        return value.mark();
                    }
                }
            }
        }
        return null;
    }

    /** The commands of the steps, in order. */
    static List<String> commands(@Nullable Node run) {
        List<String> commands = new ArrayList<>();
        for (Mapping step : run == null ? List.<Mapping>of() : steps(run)) {
            String script = text(step, "script");
            if (!script.isBlank()) {
                String name = text(step, "name").replaceAll("\\p{Cntrl}", " ");
                commands.add("# step " + name + "\n(\n" + exports(step) + script.stripTrailing() + "\n)");
            }
        }
        return commands;
    }

    private static String exports(Mapping step) {
        StringBuilder exports = new StringBuilder();
        if (step.get("env") instanceof Mapping env) {
            for (Map.Entry<String, Entry> each : env.entries().entrySet()) {
                if (VariablesReader.isName(each.getKey()) && each.getValue().value() instanceof Scalar value) {
                    String quoted = "'" + value.value().replace("'", "'\\''") + "'";
                    exports.append("export ")
                            .append(each.getKey())
                            .append('=')
                            .append(quoted)
                            .append('\n');
                }
            }
        }
        return exports.toString();
    }

    private static List<Mapping> steps(Node run) {
        List<Mapping> steps = new ArrayList<>();
        if (run instanceof Sequence list) {
            for (Node item : list.items()) {
                if (item instanceof Mapping step) {
                    steps.add(step);
                } else if (item instanceof Sequence) {
                    steps.addAll(steps(item));
                }
            }
        }
        return steps;
    }

    private static String text(Mapping step, String key) {
        return step.get(key) instanceof Scalar scalar ? scalar.value() : "";
    }
}
