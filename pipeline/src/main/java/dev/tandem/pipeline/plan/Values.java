package dev.tandem.pipeline.plan;

import static dev.tandem.pipeline.syntax.DiagnosticCode.*;

import dev.tandem.pipeline.syntax.DiagnosticCode;
import dev.tandem.pipeline.syntax.Diagnostics;
import dev.tandem.pipeline.syntax.Mark;
import dev.tandem.pipeline.syntax.Node;
import dev.tandem.pipeline.syntax.Node.Entry;
import dev.tandem.pipeline.syntax.Node.Kind;
import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.Node.Scalar;
import dev.tandem.pipeline.syntax.Node.Sequence;
import dev.tandem.pipeline.syntax.Suggestion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads nodes as typed values. What does not fit is reported and read as absent, so that reading goes on. */
final class Values {
    /** Lists within the list of a keyword. */
    private static final int SCRIPT_DEPTH = 10;

    private final Diagnostics diagnostics;

    Values(Diagnostics diagnostics) {
        this.diagnostics = diagnostics;
    }

    void report(DiagnosticCode code, Mark mark, String path, String message, String hint) {
        diagnostics.add(code, mark, path, message, hint);
    }

    /** A text. Numbers and booleans are refused as GitLab does, since their quoting was forgotten. */
    @Nullable
    String text(@Nullable Node node, String path) {
        if (node == null) {
            return null;
        }
        if (node instanceof Scalar scalar && scalar.kind() == Kind.TEXT) {
            return scalar.value();
        }
        String hint = node instanceof Scalar ? "put it in quotes" : "write a single text";
        wrongType(node, path, "a text", hint);
        return null;
    }

    @Nullable
    String nonEmptyText(@Nullable Node node, String path) {
        String text = text(node, path);
        if (node != null && text != null && text.isBlank()) {
            report(EMPTY_VALUE, node.mark(), path, last(path) + " must not be empty", "give it a value or remove it");
            return null;
        }
        return text;
    }

    /** One of a few words. */
    @Nullable
    String word(@Nullable Node node, String path, Collection<String> allowed) {
        String text = text(node, path);
        if (node == null || text == null || allowed.contains(text)) {
            return text;
        }
        notAllowed(node, path, text, allowed);
        return null;
    }

    void notAllowed(Node node, String path, String given, Collection<String> allowed) {
        String hint = Suggestion.of(given, allowed, "allowed: " + String.join(", ", allowed));
        report(INVALID_VALUE, node.mark(), path, "'" + given + "' is not allowed for " + last(path), hint);
    }

    /** Any single value as text, the way variables take them. */
    @Nullable
    String scalar(@Nullable Node node, String path) {
        if (node == null) {
            return null;
        }
        if (node instanceof Scalar scalar) {
            return scalar.value();
        }
        wrongType(node, path, "a single value", "write a text, number or boolean");
        return null;
    }

    boolean flag(@Nullable Node node, String path, boolean otherwise) {
        if (node == null) {
            return otherwise;
        }
        if (node instanceof Scalar scalar && scalar.kind() == Kind.BOOLEAN) {
            return scalar.value().equals("true");
        }
        wrongType(node, path, "true or false", "write true or false without quotes");
        return otherwise;
    }

    /** An integer between two bounds, or null. */
    @Nullable
    Integer integer(@Nullable Node node, String path, int least, int most) {
        if (node == null) {
            return null;
        }
        if (!(node instanceof Scalar scalar) || scalar.kind() != Kind.INTEGER) {
            wrongType(node, path, "an integer", "write a number without quotes");
            return null;
        }
        if (scalar.value().length() < 10) {
            int value = Integer.parseInt(scalar.value());
            if (value >= least && value <= most) {
                return value;
            }
        }
        String message = last(path) + " must be from " + least + " to " + most + ", not " + scalar.value();
        report(INVALID_VALUE, node.mark(), path, message, "choose a number in that range");
        return null;
    }

    /** A duration as written, checked. */
    @Nullable
    String durationText(@Nullable Node node, String path, boolean neverAllowed) {
        String text =
                node instanceof Scalar scalar && scalar.kind() == Kind.INTEGER ? scalar.value() : text(node, path);
        if (node == null || text == null || text.contains("$") || (neverAllowed && text.equals("never"))) {
            return text;
        }
        if (Durations.parse(text).isEmpty()) {
            String hint = "write for example '30 minutes' or '1h 30m'";
            report(DURATION, node.mark(), path, "'" + text + "' is not a duration", hint);
            return null;
        }
        return text;
    }

    @Nullable
    Duration duration(@Nullable Node node, String path) {
        String text = durationText(node, path, false);
        return text == null ? null : Durations.parse(text).orElse(null);
    }

    /** Texts, nested lists flattened. A single text counts as a list of one where {@code single} says so. */
    List<String> texts(@Nullable Node node, String path, boolean single) {
        List<String> texts = new ArrayList<>();
        if (node instanceof Sequence list) {
            flatten(list, path, 1, texts);
        } else if (node != null && single) {
            Optional.ofNullable(text(node, path)).ifPresent(texts::add);
        } else if (node != null) {
            wrongType(node, path, "a list of texts", "write [ ... ] or lines that start with '- '");
        }
        return texts;
    }

    List<String> nonEmptyTexts(@Nullable Node node, String path) {
        if (node instanceof Sequence list && list.items().isEmpty()) {
            report(EMPTY_VALUE, node.mark(), path, last(path) + " must not be empty", "list something or remove it");
        }
        return texts(node, path, false);
    }

    /** A text, or a list of different ones that is not empty. */
    List<String> distinct(@Nullable Node node, String path) {
        List<String> texts = node instanceof Sequence ? nonEmptyTexts(node, path) : texts(node, path, true);
        if (node != null && new HashSet<>(texts).size() < texts.size()) {
            report(INVALID_VALUE, node.mark(), path, last(path) + " lists a value twice", "remove one of them");
        }
        return texts;
    }

    private void flatten(Sequence list, String path, int depth, List<String> into) {
        if (depth > SCRIPT_DEPTH + 1) {
            String message = last(path) + " is nested deeper than " + SCRIPT_DEPTH + " levels";
            report(SCRIPT_TOO_DEEP, list.mark(), path, message, "flatten the lists");
            return;
        }
        for (Node item : list.items()) {
            switch (item) {
                case Sequence inner -> flatten(inner, path, depth + 1, into);
                case Mapping mapping ->
                    wrongType(mapping, path, "texts", "a line that contains ': ' must be put in quotes");
                default -> Optional.ofNullable(text(item, path)).ifPresent(into::add);
            }
        }
    }

    /** The items of a list, nested lists flattened; nothing at all in a nested list (an empty anchor) is left out. */
    List<Node> items(@Nullable Node node, String path) {
        List<Node> items = new ArrayList<>();
        if (node instanceof Sequence list) {
            flattenNodes(list, path, 1, items);
        } else if (node != null) {
            wrongType(node, path, "a list", "write lines that start with '- '");
        }
        return items;
    }

    private void flattenNodes(Sequence list, String path, int depth, List<Node> into) {
        if (depth > SCRIPT_DEPTH + 1) {
            String message = last(path) + " is nested deeper than " + SCRIPT_DEPTH + " levels";
            report(SCRIPT_TOO_DEEP, list.mark(), path, message, "flatten the lists");
            return;
        }
        for (Node item : list.items()) {
            if (item instanceof Sequence inner) {
                flattenNodes(inner, path, depth + 1, into);
            } else if (depth == 1 || !(item instanceof Scalar scalar && scalar.isNull())) {
                into.add(item);
            }
        }
    }

    /** A mapping with none but the given keys; unknown ones are reported and otherwise ignored. */
    @Nullable
    Mapping mapping(@Nullable Node node, String path, Collection<String> keys) {
        if (node == null) {
            return null;
        }
        if (node instanceof Mapping mapping) {
            checkKeys(mapping, path, keys);
            return mapping;
        }
        wrongType(node, path, "a mapping", "write keys with values");
        return null;
    }

    void checkKeys(Mapping mapping, String path, Collection<String> keys) {
        for (Map.Entry<String, Entry> each : mapping.entries().entrySet()) {
            if (!keys.contains(each.getKey())) {
                String message =
                        "'" + each.getKey() + "' is not a keyword of " + (path.isEmpty() ? "the file" : last(path));
                String hint = Suggestion.of(
                        each.getKey(), keys, keys.size() > 12 ? "remove it" : "known: " + String.join(", ", keys));
                report(UNKNOWN_KEY, each.getValue().keyMark(), join(path, each.getKey()), message, hint);
            }
        }
    }

    void missing(Mark mark, String path, String key) {
        report(MISSING_KEY, mark, join(path, key), last(path) + " needs '" + key + "'", "add " + key + ":");
    }

    void wrongType(Node node, String path, String wanted, String hint) {
        String message = last(path) + " must be " + wanted + ", not " + kind(node);
        report(WRONG_TYPE, node.mark(), path, message, hint);
    }

    void notEvaluated(Mark mark, String path, String what, String effect) {
        report(NOT_EVALUATED, mark, path, what + " is accepted, has no effect here: " + effect, "");
    }

    static String join(String path, String key) {
        return path.isEmpty() ? key : path + ":" + key;
    }

    private static String last(String path) {
        return path.substring(path.lastIndexOf(':') + 1);
    }

    private static String kind(Node node) {
        return switch (node) {
            case Mapping mapping -> "a mapping";
            case Sequence sequence -> "a list";
            case Node.Reference reference -> "a reference";
            case Scalar scalar ->
                switch (scalar.kind()) {
                    case TEXT -> "a text";
                    case INTEGER, FLOAT -> "a number";
                    case BOOLEAN -> "a boolean";
                    case NULL -> "nothing";
                };
        };
    }
}
