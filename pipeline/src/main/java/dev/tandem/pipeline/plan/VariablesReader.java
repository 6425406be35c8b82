package dev.tandem.pipeline.plan;

import static dev.tandem.pipeline.plan.Values.join;
import static dev.tandem.pipeline.syntax.DiagnosticCode.*;

import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.syntax.Node;
import dev.tandem.pipeline.syntax.Node.Entry;
import dev.tandem.pipeline.syntax.Node.Mapping;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code variables}, which may say more at the root than in jobs and less in rules. */
final class VariablesReader {
    /** Where variables stand, and with it which form their values may take. */
    enum Place {
        ROOT(List.of("value", "description", "options", "expand")),
        JOB(List.of("value", "expand")),
        RULE(List.of());

        private final List<String> keys;

        Place(List<String> keys) {
            this.keys = keys;
        }

        /** Of a value that is a mapping. */
        List<String> keys() {
            return keys;
        }
    }

    private final Values values;
    private final List<PromptedVariable> prompts = new ArrayList<>();

    VariablesReader(Values values) {
        this.values = values;
    }

    List<Variable> read(@Nullable Node node, String path, Place place) {
        List<Variable> variables = new ArrayList<>();
        if (node == null) {
            return variables;
        }
        if (!(node instanceof Mapping mapping)) {
            values.wrongType(node, path, "a mapping", "write NAME: value");
            return variables;
        }
        for (Map.Entry<String, Entry> each : mapping.entries().entrySet()) {
            String at = join(path, each.getKey());
            if (!isName(each.getKey())) {
                String message = "'" + each.getKey() + "' is not a name for a variable";
                values.report(INVALID_VALUE, each.getValue().keyMark(), at, message, "use letters, digits and _");
                continue;
            }
            Node value = each.getValue().value();
            if (value instanceof Mapping details && place != Place.RULE) {
                variables.add(detailed(each.getKey(), details, at, place));
            } else {
                String text = values.scalar(value, at);
                variables.add(Variable.of(each.getKey(), text == null ? "" : text));
            }
        }
        return variables;
    }

    /** The root variables read so far that have a description. */
    List<PromptedVariable> prompts() {
        return List.copyOf(prompts);
    }

    private Variable detailed(String key, Mapping details, String path, Place place) {
        values.checkKeys(details, path, place.keys);
        String value = values.scalar(details.get("value"), join(path, "value"));
        boolean expand = values.flag(details.get("expand"), join(path, "expand"), true);
        String description = values.text(details.get("description"), join(path, "description"));
        List<String> options = List.of();
        Node optionsNode = details.get("options");
        if (place == Place.ROOT && optionsNode != null) {
            options = values.nonEmptyTexts(optionsNode, join(path, "options"));
            if (new HashSet<>(options).size() < options.size()) {
                String message = "the options of '" + key + "' list a value twice";
                values.report(VARIABLE_OPTIONS, optionsNode.mark(), path, message, "remove one of them");
            } else if (value == null || !options.contains(value)) {
                String message = "the value of '" + key + "' must be one of its options";
                values.report(VARIABLE_OPTIONS, optionsNode.mark(), path, message, "add value: with one of them");
            }
        }
        if (place == Place.ROOT && description != null) {
            prompts.add(new PromptedVariable(key, value == null ? "" : value, description, options));
        }
        return new Variable(key, value == null ? "" : value, !expand, false, false, "*");
    }

    static boolean isName(String text) {
        return !text.isEmpty()
                && text.length() <= 255
                && text.chars().allMatch(c -> c == '_' || (c < 128 && Character.isLetterOrDigit(c)));
    }
}
