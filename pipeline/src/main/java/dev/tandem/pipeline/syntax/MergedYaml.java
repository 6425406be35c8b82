package dev.tandem.pipeline.syntax;

import com.google.re2j.Pattern;
import dev.tandem.pipeline.syntax.Node.Entry;
import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.Node.Reference;
import dev.tandem.pipeline.syntax.Node.Scalar;
import dev.tandem.pipeline.syntax.Node.Sequence;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a configuration as YAML that reads back as the same configuration. */
public final class MergedYaml {
    /** Larger trees are not written: some 6 MB of text. */
    private static final int HEAVIEST = 100_000;

    private static final Pattern PLAIN =
            Pattern.compile("[A-Za-z_./$][A-Za-z0-9_./$+@=()-]*(?: [A-Za-z0-9_./$+@=()-]+)*");

    private final StringBuilder out = new StringBuilder("---\n");

    private MergedYaml() {}

    /** Null when sharing and inheritance make the text too long to be of use. */
    public static @Nullable String of(Mapping root) {
        if (root.weight() > HEAVIEST) {
            return null;
        }
        MergedYaml yaml = new MergedYaml();
        if (root.entries().isEmpty()) {
            yaml.out.append("{}\n");
        }
        yaml.entries(root, 0);
        return yaml.out.toString();
    }

    private void entries(Mapping mapping, int indent) {
        for (Map.Entry<String, Entry> each : mapping.entries().entrySet()) {
            out.repeat(' ', indent).append(quoted(each.getKey())).append(':');
            value(each.getValue().value(), indent + 2, false);
        }
    }

    private void items(Sequence list, int indent) {
        for (Node item : list.items()) {
            out.repeat(' ', indent).append('-');
            value(item, indent + 2, true);
        }
    }

    /** What follows {@code key:} or {@code -}; {@code item} puts the first key of a mapping on the same line. */
    private void value(Node node, int indent, boolean item) {
        switch (node) {
            case Scalar scalar -> scalar(scalar, indent);
            case Mapping mapping when mapping.entries().isEmpty() -> out.append(" {}\n");
            case Sequence list when list.items().isEmpty() -> out.append(" []\n");
            case Mapping mapping -> {
                int start = out.append(item ? "" : "\n").length();
                entries(mapping, indent);
                if (item) {
                    // The indentation of the first key becomes the blank after the dash.
                    out.replace(start, start + indent, " ");
                }
            }
            case Sequence list -> {
                out.append('\n');
                items(list, item ? indent : indent - 2);
            }
            case Reference reference ->
                out.append(" !reference [")
                        .append(String.join(
                                ", ",
                                reference.path().stream()
                                        .map(MergedYaml::quoted)
                                        .toList()))
                        .append("]\n");
        }
    }

    private void scalar(Scalar scalar, int indent) {
        if (scalar.isNull()) {
            out.append('\n');
        } else if (scalar.kind() != Node.Kind.TEXT) {
            out.append(' ').append(scalar.value()).append('\n');
        } else if (isBlock(scalar.value())) {
            String text = scalar.value();
            out.append(text.endsWith("\n") ? " |\n" : " |-\n");
            text.lines()
                    .forEach(line -> out.repeat(' ', line.isEmpty() ? 0 : indent)
                            .append(line)
                            .append('\n'));
        } else {
            out.append(' ').append(quoted(scalar.value())).append('\n');
        }
    }

    /** Several lines without anything that a block of YAML would change. */
    private static boolean isBlock(String text) {
        return text.indexOf('\n') > 0
                && !text.startsWith(" ")
                && !text.endsWith("\n\n")
                && text.indexOf('\r') < 0
                && text.chars().allMatch(c -> c == '\n' || (c >= ' ' && c < 0x7f) || (c > 0xa0 && c < 0x2028));
    }

    private static String quoted(String text) {
        boolean plain = text.length() < 200
                && PLAIN.matches(text)
                && PlainScalar.of(text).kind() == Node.Kind.TEXT;
        if (plain) {
            return text;
        }
        StringBuilder quoted = new StringBuilder("\"");
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            switch (c) {
                case '"', '\\' -> quoted.append('\\').append(c);
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                default -> {
                    boolean shown = (c >= ' ' && c < 0x7f) || (c > 0xa0 && c < 0x2028) || (c > 0x2029 && c < 0xfeff);
                    quoted.append(shown ? String.valueOf(c) : "\\u%04x".formatted((int) c));
                }
            }
        }
        return quoted.append('"').toString();
    }
}
