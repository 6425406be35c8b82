package dev.tandem.runner;

import java.io.Serial;
import java.util.regex.Pattern;

/**
 * A path pattern of artifacts and caches: *, ?, ** over folders, [..] and {a,b}. Patterns come from users, and some take
 * for ever on some paths; so the work that one match may cost is bounded.
 */
final class Glob {
    private static final int MAX_LENGTH = 1024;

    private static final int MAX_STEPS = 1_000_000;

    private final Pattern pattern;

    /** Thrown when a match costs too much. */
    static final class TooCostly extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1;

        TooCostly() {
            super("a path pattern has too many wildcards", null, false, false);
        }
    }

    private Glob(Pattern pattern) {
        this.pattern = pattern;
    }

    /**
     * For a path relative to the project, without a slash at its end. What is no wildcard is literal.
     *
     * @throws IllegalArgumentException for a pattern that is too long or malformed
     */
    static Glob of(String glob) {
        return new Glob(compile(glob));
    }

    /** Throws {@link TooCostly} instead of taking more than a moment. */
    boolean matches(String path) {
        return pattern.matcher(new Metered(path, new int[] {MAX_STEPS})).matches();
    }

    /** A text that counts how often it is looked at. */
    private record Metered(String text, int[] left) implements CharSequence {
        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            left[0]--;
            if (left[0] < 0) {
                throw new TooCostly();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private static Pattern compile(String glob) {
        if (glob.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a path pattern may have at most " + MAX_LENGTH + " characters");
        }
        var text = glob.replaceAll("^(\\./)+", "").replaceAll("/+$", "");
        var regex = new StringBuilder();
        var braces = 0;
        for (var at = 0; at < text.length(); at++) {
            var c = text.charAt(at);
            if (text.startsWith("**/", at) && (at == 0 || text.charAt(at - 1) == '/')) {
                regex.append("(?:[^/]+/)*");
                at += 2;
            } else if (text.startsWith("**", at)) {
                regex.append(".*");
                at++;
            } else if (c == '[' && text.indexOf(']', at + 2) > 0) {
                var end = text.indexOf(']', at + 2);
                regex.append(characterClass(text.substring(at + 1, end)));
                at = end;
            } else if (c == '{' && text.indexOf('}', at) > 0) {
                braces++;
                regex.append("(?:");
            } else if (braces > 0 && (c == '}' || c == ',')) {
                braces -= c == '}' ? 1 : 0;
                regex.append(c == '}' ? ")" : "|");
            } else {
                regex.append(one(c));
            }
        }
        return Pattern.compile(regex.append(")".repeat(braces)).toString(), Pattern.DOTALL);
    }

    private static String one(char c) {
        return switch (c) {
            case '*' -> "[^/]*";
            case '?' -> "[^/]";
            default -> Pattern.quote(String.valueOf(c));
        };
    }

    private static String characterClass(String inside) {
        var negated = inside.startsWith("!") || inside.startsWith("^");
        var members = (negated ? inside.substring(1) : inside).replaceAll("([\\\\\\[\\]&^])", "\\\\$1");
        return "[" + (negated ? "^/" : "") + members + "]";
    }
}
