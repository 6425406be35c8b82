package dev.tandem.pipeline.rule;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Replaces {@code $name}, {@code ${name}} and {@code %name%} as GitLab does before a job reaches its runner. {@code $$} and
 * {@code %%} stay as they are: the runner turns them into one character.
 */
public final class VariableExpander {
    /** A result that grows beyond this many characters is given up and the text stays as written. */
    static final int LONGEST = 256 * 1024;

    private VariableExpander() {}

    /** Undefined names (lookup gives null) become empty. */
    public static String expand(String text, Function<String, @Nullable String> lookup) {
        return replace(text, lookup, false);
    }

    /** Undefined names stay as written. */
    public static String expandKnown(String text, Function<String, @Nullable String> lookup) {
        return replace(text, lookup, true);
    }

    static boolean mayRefer(String text) {
        return text.indexOf('$') >= 0 || text.indexOf('%') >= 0;
    }

    private static String replace(String text, Function<String, @Nullable String> lookup, boolean keepUnknown) {
        if (!mayRefer(text)) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 32);
        int at = 0;
        while (at < text.length()) {
            Token token = Token.at(text, at);
            if (token.name == null) {
                out.append(text, at, token.end);
            } else {
                String value = lookup.apply(token.name);
                if (value != null) {
                    out.append(value);
                } else if (keepUnknown) {
                    out.append(text, at, token.end);
                }
            }
            if (out.length() > LONGEST) {
                return text;
            }
            at = token.end;
        }
        return out.toString();
    }

    /** A stretch of text up to {@code end}: a reference when it has a name, else literal. */
    private record Token(@Nullable String name, int end) {
        static Token at(String text, int at) {
            char first = text.charAt(at);
            if (first != '$' && first != '%') {
                return new Token(null, at + 1);
            }
            if (at + 1 < text.length() && text.charAt(at + 1) == first) {
                return new Token(null, at + 2);
            }
            boolean braced = first == '$' && at + 1 < text.length() && text.charAt(at + 1) == '{';
            int start = braced ? at + 2 : at + 1;
            int end = nameEnd(text, start);
            char closing = braced ? '}' : '%';
            boolean closed = end < text.length() && text.charAt(end) == closing;
            if (end == start || (!closed && (braced || first == '%'))) {
                return new Token(null, at + 1);
            }
            return new Token(text.substring(start, end), braced || first == '%' ? end + 1 : end);
        }

        private static int nameEnd(String text, int start) {
            int end = start;
            while (end < text.length() && isNamePart(text.charAt(end), end == start)) {
                end++;
            }
            return end;
        }

        private static boolean isNamePart(char c, boolean first) {
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
            return letter || (!first && c >= '0' && c <= '9');
        }
    }
}
