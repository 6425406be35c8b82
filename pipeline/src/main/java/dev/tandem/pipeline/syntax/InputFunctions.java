package dev.tandem.pipeline.syntax;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.tandem.pipeline.syntax.Node.Entry;
import dev.tandem.pipeline.syntax.Node.Kind;
import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.Node.Reference;
import dev.tandem.pipeline.syntax.Node.Scalar;
import dev.tandem.pipeline.syntax.Node.Sequence;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The functions of an interpolation block. */
final class InputFunctions {
    private static final Pattern TRUNCATE = Pattern.compile("truncate\\(\\s*(\\d{1,7})\\s*,\\s*(\\d{1,7})\\s*\\)");
    private static final String PLAIN = "-_.,:+/@";

    private final IncludeContext known;

    InputFunctions(IncludeContext known) {
        this.known = known;
    }

    /** A value, or the problem in its place. */
    record Result(Node value, @Nullable String problem) {}

    Result apply(String function, Node value) {
        if (!(value instanceof Scalar scalar) || scalar.kind() != Kind.TEXT) {
            return new Result(value, "functions work on texts only");
        }
        Matcher truncate = TRUNCATE.matcher(function);
        if (truncate.matches()) {
            return new Result(truncate(scalar, truncate.group(1), truncate.group(2)), null);
        }
        return switch (function) {
            case "expand_vars" -> new Result(with(scalar, known.expandKnown(scalar.value())), null);
            case "posix_escape" -> new Result(with(scalar, escape(scalar.value())), null);
            default -> new Result(value, "there is no function '" + function + "'");
        };
    }

    private static Scalar truncate(Scalar scalar, String offset, String length) {
        String text = scalar.value();
        int from = Math.min(Integer.parseInt(offset), text.length());
        int to = Math.min(from + Integer.parseInt(length), text.length());
        return with(scalar, text.substring(from, to));
    }

    /** Safe as one word of a POSIX shell. */
    private static String escape(String text) {
        if (text.isEmpty()) {
            return "''";
        }
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (c == '\n') {
                escaped.append("'\n'");
                return;
            }
            if (c < 128 && !Character.isLetterOrDigit(c) && PLAIN.indexOf(c) < 0) {
                escaped.append('\\');
            }
            escaped.appendCodePoint(c);
        });
        return escaped.toString();
    }

    private static Scalar with(Scalar scalar, String text) {
        return new Scalar(scalar.mark(), Kind.TEXT, text);
    }

    /** A value inside a longer text: lists and mappings as JSON. */
    static String text(Node node) {
        return node instanceof Scalar scalar ? scalar.value() : json(node);
    }

    private static String json(Node node) {
        return switch (node) {
            case Scalar scalar when scalar.isNull() -> "null";
            case Scalar scalar when scalar.kind() == Kind.TEXT -> quoted(scalar.value());
            case Scalar scalar -> scalar.value();
            case Sequence list ->
                list.items().stream().map(InputFunctions::json).collect(Collectors.joining(",", "[", "]"));
            case Mapping mapping ->
                mapping.entries().entrySet().stream()
                        .map(InputFunctions::member)
                        .collect(Collectors.joining(",", "{", "}"));
            case Reference reference -> "null";
        };
    }

    private static String member(Map.Entry<String, Entry> member) {
        return quoted(member.getKey()) + ":" + json(member.getValue().value());
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
