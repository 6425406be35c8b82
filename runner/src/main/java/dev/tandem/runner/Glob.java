package dev.tandem.runner;

import java.util.regex.Pattern;

/** A path pattern of artifacts and caches: *, ?, ** over folders, [..] and {a,b}. */
final class Glob {
    private static final int MAX_LENGTH = 1024;

    private Glob() {}

    /** Matches a path relative to the project, without a slash at its end. Whatever else it holds is literal. */
    static Pattern compile(String glob) {
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
