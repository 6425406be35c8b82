package dev.tandem.pipeline.syntax;

import static dev.tandem.pipeline.syntax.DiagnosticCode.INTERPOLATION;

import dev.tandem.pipeline.syntax.Node.Entry;
import dev.tandem.pipeline.syntax.Node.Kind;
import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.Node.Reference;
import dev.tandem.pipeline.syntax.Node.Scalar;
import dev.tandem.pipeline.syntax.Node.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Replaces every {@code $[[ inputs.name | function ]]} of a file. A value that is nothing but one block keeps its type. */
final class Interpolation {
    private static final String OPEN = "$[[";
    private static final String CLOSE = "]]";
    private static final int BLOCK = 1024;
    private static final int TEXT = 1024 * 1024;
    private static final int FUNCTIONS = 3;

    private final Map<String, Map<String, Node>> contexts;
    private final InputFunctions functions;
    private final Budget budget;
    private final Diagnostics diagnostics;

    Interpolation(
            Map<String, Map<String, Node>> contexts, IncludeContext known, Budget budget, Diagnostics diagnostics) {
        this.contexts = contexts;
        this.functions = new InputFunctions(known);
        this.budget = budget;
        this.diagnostics = diagnostics;
    }

    Mapping apply(Mapping body) {
        return mapping(body);
    }

    private Node node(Node node) {
        budget.spend(1);
        return switch (node) {
            case Scalar scalar -> scalar(scalar);
            case Sequence sequence -> sequence(sequence);
            case Mapping mapping -> mapping(mapping);
            case Reference reference ->
                new Reference(
                        reference.mark(),
                        reference.path().stream()
                                .map(step -> text(step, reference.mark()))
                                .toList());
        };
    }

    private Sequence sequence(Sequence sequence) {
        List<Node> items = new ArrayList<>(sequence.items().size());
        boolean same = true;
        for (Node item : sequence.items()) {
            Node replaced = node(item);
            same &= replaced == item;
            items.add(replaced);
        }
        return same ? sequence : Sequence.of(sequence.mark(), items);
    }

    private Mapping mapping(Mapping mapping) {
        LinkedHashMap<String, Entry> entries = new LinkedHashMap<>();
        boolean same = true;
        for (Map.Entry<String, Entry> each : mapping.entries().entrySet()) {
            Entry entry = each.getValue();
            String key = text(each.getKey(), entry.keyMark());
            Node value = node(entry.value());
            same &= value == entry.value() && key.equals(each.getKey());
            entries.put(key, new Entry(entry.keyMark(), value));
        }
        return same ? mapping : Mapping.of(mapping.mark(), entries);
    }

    private Node scalar(Scalar scalar) {
        String text = scalar.value();
        if (scalar.kind() != Kind.TEXT || !text.contains(OPEN)) {
            return scalar;
        }
        int close = text.indexOf(CLOSE);
        boolean whole = text.startsWith(OPEN) && close == text.length() - CLOSE.length();
        if (whole) {
            Node value = block(text.substring(OPEN.length(), close), scalar.mark());
            return value == null ? scalar : at(value, scalar.mark());
        }
        return new Scalar(scalar.mark(), Kind.TEXT, text(text, scalar.mark()));
    }

    private String text(String text, Mark mark) {
        int open = text.indexOf(OPEN);
        if (open < 0) {
            return text;
        }
        if (text.length() > TEXT) {
            report(mark, "a text with inputs is longer than 1 MB", "shorten it");
            return text;
        }
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (open >= 0) {
            int close = text.indexOf(CLOSE, open);
            if (close < 0) {
                break;
            }
            out.append(text, at, open);
            Node value = block(text.substring(open + OPEN.length(), close), mark);
            out.append(value == null ? text.substring(open, close + CLOSE.length()) : InputFunctions.text(value));
            budget.spend(1 + out.length() / 65536);
            if (out.length() > TEXT) {
                report(mark, "a text with inputs grows longer than 1 MB", "shorten it");
                return text;
            }
            at = close + CLOSE.length();
            open = text.indexOf(OPEN, at);
        }
        return out.append(text.substring(at)).toString();
    }

    /** The value of a block; null when it stays as written: it belongs to another phase, or is reported. */
    private @Nullable Node block(String content, Mark mark) {
        if (content.length() > BLOCK) {
            report(mark, "a block is longer than 1 KB", "shorten it");
            return null;
        }
        List<String> parts = List.of(content.split("\\|", -1));
        String name = parts.getFirst().trim();
        int dot = name.indexOf('.');
        String prefix = dot < 0 ? name : name.substring(0, dot);
        if (prefix.equals("matrix")) {
            return null;
        }
        Map<String, Node> known = contexts.get(prefix);
        Node value = known == null ? null : known.get(name.substring(dot + 1));
        if (value == null) {
            List<String> names = new ArrayList<>();
            contexts.forEach((context, values) -> values.keySet().forEach(each -> names.add(context + "." + each)));
            String hint = Suggestion.of(name, names, "declare it under spec:inputs");
            report(mark, "'" + name + "' is not known here", hint);
            return null;
        }
        if (parts.size() - 1 > FUNCTIONS) {
            report(mark, "more than " + FUNCTIONS + " functions in one block", "use fewer");
            return null;
        }
        List<String> applied = parts.stream().skip(1).map(String::trim).toList();
        int escaped = applied.indexOf("posix_escape");
        if (escaped >= 0 && escaped < applied.lastIndexOf("expand_vars")) {
            report(mark, "posix_escape must come after expand_vars", "else what the variables hold is not escaped");
            return null;
        }
        for (String function : applied) {
            InputFunctions.Result result = functions.apply(function, value);
            if (result.problem() != null) {
                report(mark, result.problem(), "functions are expand_vars, truncate(offset,length), posix_escape");
                return null;
            }
            value = result.value();
        }
        return value;
    }

    private static Node at(Node value, Mark mark) {
        return switch (value) {
            case Scalar scalar -> new Scalar(mark, scalar.kind(), scalar.value());
            case Sequence list -> new Sequence(mark, list.items(), list.weight(), list.depth());
            case Mapping mapping -> mapping;
            case Reference reference -> reference;
        };
    }

    private void report(Mark mark, String message, String hint) {
        diagnostics.add(INTERPOLATION, mark, "", message, hint);
        diagnostics.markIncomplete();
    }
}
