package dev.tandem.cli.pipeline;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes JSON, indented; small, because a library would take longer to load than the whole command takes. */
public final class Json {
    private final StringBuilder out = new StringBuilder();

    private Json() {}

    /** @param value of maps, lists, texts, numbers, booleans and null */
    public static String of(Object value) {
        Json json = new Json();
        json.write(value, "\n");
        return json.out.append('\n').toString();
    }

    private void write(@Nullable Object value, String indent) {
        switch (value) {
            case null -> out.append("null");
            case Map<?, ?> map when map.isEmpty() -> out.append("{}");
            case Map<?, ?> map -> object(map, indent);
            case List<?> list when list.isEmpty() -> out.append("[]");
            case List<?> list -> array(list, indent);
            case Number number -> out.append(number);
            case Boolean truth -> out.append(truth);
            default -> text(value.toString());
        }
    }

    private void object(Map<?, ?> map, String indent) {
        String inner = indent + "  ";
        out.append('{');
        for (Iterator<? extends Map.Entry<?, ?>> each = map.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<?, ?> member = each.next();
            out.append(inner);
            text(String.valueOf(member.getKey()));
            out.append(": ");
            write(member.getValue(), inner);
            out.append(each.hasNext() ? "," : "");
        }
        out.append(indent).append('}');
    }

    private void array(List<?> list, String indent) {
        String inner = indent + "  ";
        out.append('[');
        for (Iterator<?> each = list.iterator(); each.hasNext(); ) {
            out.append(inner);
            write(each.next(), inner);
            out.append(each.hasNext() ? "," : "");
        }
        out.append(indent).append(']');
    }

    private void text(String text) {
        out.append('"');
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ' || Character.isSurrogate(c) || c == '\u2028' || c == '\u2029') {
                        out.append("\\u").append(Character.forDigit(c >> 12, 16));
                        out.append(Character.forDigit(c >> 8 & 15, 16));
                        out.append(Character.forDigit(c >> 4 & 15, 16));
                        out.append(Character.forDigit(c & 15, 16));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
