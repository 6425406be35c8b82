package dev.tandem.pipeline.syntax;

import static dev.tandem.pipeline.syntax.DiagnosticCode.*;

import com.google.re2j.Pattern;
import dev.tandem.pipeline.syntax.InputDefinition.Rule;
import dev.tandem.pipeline.syntax.InputDefinition.Type;
import dev.tandem.pipeline.syntax.Node.Entry;
import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.Node.Scalar;
import dev.tandem.pipeline.syntax.Node.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** {@code spec:inputs}: what may be given to a file. */
final class InputReader {
    private static final Set<String> HEADER = Set.of("inputs", "include", "component");
    private static final Set<String> KEYS = Set.of("default", "description", "type", "options", "regex", "rules");
    private static final Set<String> RULE_KEYS = Set.of("if", "options", "default");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+");
    private static final int OPTIONS = 50;

    private final IncludeContext context;
    private final Diagnostics diagnostics;

    InputReader(IncludeContext context, Diagnostics diagnostics) {
        this.context = context;
        this.diagnostics = diagnostics;
    }

    void checkHeader(Mapping spec) {
        checkKeys(spec, HEADER, "spec");
    }

    /** Adds the definitions of a mapping; a name that is already there is an error. */
    void read(Mapping inputs, Map<String, InputDefinition> into) {
        for (Map.Entry<String, Entry> each : inputs.entries().entrySet()) {
            String name = each.getKey();
            Entry entry = each.getValue();
            if (!NAME.matches(name)) {
                invalid(
                        entry.keyMark(),
                        name,
                        "'" + name + "' is not a name for an input",
                        "use letters, digits, _, -");
                continue;
            }
            if (into.containsKey(name)) {
                invalid(entry.keyMark(), name, "the input '" + name + "' is declared twice", "remove one of them");
                continue;
            }
            into.put(name, definition(name, entry));
        }
    }

    private InputDefinition definition(String name, Entry entry) {
        Node value = entry.value();
        if (!(value instanceof Mapping mapping)) {
            if (!(value instanceof Scalar nothing && nothing.isNull())) {
                invalid(value.mark(), name, "an input is declared by a mapping", "write default:, type: or nothing");
            }
            return new InputDefinition(name, entry.keyMark(), Type.STRING, "", null, List.of(), null, List.of());
        }
        checkKeys(mapping, KEYS, "spec:inputs:" + name);
        Type type = type(mapping.get("type"), name);
        List<Node> options = options(mapping.get("options"), name, type);
        Entry fallback = mapping.entries().get("default");
        Node rules = mapping.get("rules");
        if (rules != null && (fallback != null || mapping.get("options") != null)) {
            invalid(rules.mark(), name, "rules exclude default and options beside them", "move them into the rules");
        }
        InputDefinition definition = new InputDefinition(
                name,
                entry.keyMark(),
                type,
                mapping.get("description") instanceof Scalar text ? text.value() : "",
                fallback == null ? null : fallback.value(),
                options,
                pattern(mapping.get("regex"), name, type),
                rules == null ? List.of() : rules(rules, name, type));
        checkDefault(definition);
        return definition;
    }

    private void checkDefault(InputDefinition definition) {
        Node fallback = definition.fallback();
        if (fallback == null || (fallback instanceof Scalar nothing && nothing.isNull())) {
            return;
        }
        String fault = "";
        if (!definition.type().fits(fallback)) {
            fault = "is not of type " + definition.type().word();
        } else if (!definition.options().isEmpty()
                && definition.options().stream().noneMatch(option -> same(option, fallback))) {
            fault = "is not among its options";
        } else if (definition.pattern() != null
                && fallback instanceof Scalar text
                && !definition.pattern().test(text.value())) {
            fault = "does not match its regex";
        }
        if (!fault.isEmpty()) {
            String message = "the default of the input '" + definition.name() + "' " + fault;
            invalid(fallback.mark(), definition.name(), message, "choose another default");
        }
    }

    private Type type(@Nullable Node node, String name) {
        if (node == null) {
            return Type.STRING;
        }
        String word = node instanceof Scalar scalar ? scalar.value() : "";
        return Type.of(word).orElseGet(() -> {
            String message = "'" + word + "' is not a type of input";
            invalid(node.mark(), name, message, "types are string, number, boolean, array");
            return Type.STRING;
        });
    }

    private List<Node> options(@Nullable Node node, String name, Type type) {
        if (node == null) {
            return List.of();
        }
        if (!(node instanceof Sequence list)
                || list.items().isEmpty()
                || list.items().size() > OPTIONS) {
            invalid(node.mark(), name, "options must be a list of 1 to " + OPTIONS + " values", "write [a, b]");
            return List.of();
        }
        if (type == Type.BOOLEAN) {
            invalid(node.mark(), name, "a boolean needs no options", "remove them");
            return List.of();
        }
        for (Node option : list.items()) {
            if (!type.fits(option)) {
                invalid(option.mark(), name, "the option " + shown(option) + " is no " + type.word(), "");
            }
        }
        return list.items();
    }

    private @Nullable Predicate<String> pattern(@Nullable Node node, String name, Type type) {
        if (node == null) {
            return null;
        }
        Predicate<String> pattern = node instanceof Scalar scalar ? context.pattern(scalar.value()) : null;
        if (type != Type.STRING) {
            invalid(node.mark(), name, "regex is for inputs of type string", "remove it");
        } else if (pattern == null) {
            invalid(node.mark(), name, "the regex is not a valid RE2 pattern", "write it without slashes");
        }
        return pattern;
    }

    private List<Rule> rules(Node node, String name, Type type) {
        List<Rule> rules = new ArrayList<>();
        if (!(node instanceof Sequence list)) {
            invalid(node.mark(), name, "rules must be a list", "write lines that start with '- if: '");
            return rules;
        }
        for (Node item : list.items()) {
            if (!(item instanceof Mapping mapping)) {
                invalid(item.mark(), name, "a rule must be a mapping", "write if:, options:, default:");
                continue;
            }
            checkKeys(mapping, RULE_KEYS, "spec:inputs:" + name + ":rules");
            Node condition = mapping.get("if");
            String text = condition instanceof Scalar scalar ? scalar.value() : null;
            if (condition != null && (text == null || context.holds(text, Map.of()) == null)) {
                String hint = "compare like $[[ inputs.other ]] == 'value'";
                diagnostics.add(
                        IF_SYNTAX,
                        condition.mark(),
                        "spec:inputs:" + name,
                        "'" + text + "' is not an expression over inputs",
                        hint);
                continue;
            }
            Entry fallback = mapping.entries().get("default");
            rules.add(new Rule(
                    text,
                    mapping.mark(),
                    options(mapping.get("options"), name, type),
                    fallback == null ? null : fallback.value()));
        }
        return rules;
    }

    private void checkKeys(Mapping mapping, Set<String> keys, String path) {
        for (Map.Entry<String, Entry> each : mapping.entries().entrySet()) {
            if (!keys.contains(each.getKey())) {
                String hint = Suggestion.of(each.getKey(), keys, "remove it");
                String message = "'" + each.getKey() + "' is not a keyword of " + path;
                diagnostics.add(SPEC_INVALID, each.getValue().keyMark(), path, message, hint);
            }
        }
    }

    private void invalid(Mark mark, String input, String message, String hint) {
        diagnostics.add(SPEC_INVALID, mark, "spec:inputs:" + input, message, hint);
    }

    /** Whether two values are the same, wherever they were written. */
    static boolean same(Node left, Node right) {
        return left instanceof Scalar one
                && right instanceof Scalar other
                && one.kind() == other.kind()
                && one.value().equals(other.value());
    }

    static String shown(Node node) {
        return node instanceof Scalar scalar ? "'" + scalar.value() + "'" : "that value";
    }
}
