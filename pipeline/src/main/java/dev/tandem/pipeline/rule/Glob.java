package dev.tandem.pipeline.rule;

import com.google.re2j.Pattern;
import java.util.Optional;

/** Path patterns as regular expressions, which match in linear time whatever somebody writes. */
final class Glob {
    private static final int LONGEST = 1024;

    private final String glob;
    private final StringBuilder regex = new StringBuilder();
    private int braces;
    private int at;

    private Glob(String glob) {
        this.glob = glob;
    }

    static boolean isLiteral(String pattern) {
        return pattern.chars().noneMatch(c -> "*?[{\\".indexOf(c) >= 0);
    }

    /** The glob of {@code changes} and {@code exists}: {@code *} stops at slashes, {@code ** /} is any number of folders. */
    static Optional<Pattern> ofPath(String glob) {
        return glob.length() > LONGEST ? Optional.empty() : SafePattern.compile(new Glob(glob).translate(), "s");
    }

    /** The wildcard of {@code include:local}: {@code *} stops at slashes, {@code **} does not. */
    static Optional<Pattern> ofInclude(String wildcard) {
        StringBuilder regex = new StringBuilder();
        for (int at = 0; at < wildcard.length(); at++) {
            if (wildcard.charAt(at) != '*') {
                regex.append(Pattern.quote(wildcard.substring(at, at + 1)));
            } else if (wildcard.startsWith("**", at)) {
                regex.append(".*");
                at++;
            } else {
                regex.append("[^/]*");
            }
        }
        return SafePattern.compile(regex.toString(), "s");
    }

    private String translate() {
        while (at < glob.length()) {
            char c = glob.charAt(at);
            switch (c) {
                case '*' -> star();
                case '?' -> append("[^/]");
                case '[' -> characters();
                case '{' -> {
                    braces++;
                    append("(?:");
                }
                case '}' -> {
                    append(braces > 0 ? ")" : "\\}");
                    braces = Math.max(0, braces - 1);
                }
                case ',' -> append(braces > 0 ? "|" : ",");
                case '\\' -> {
                    at++;
                    append(at < glob.length() ? Pattern.quote(glob.substring(at, at + 1)) : "\\\\");
                }
                default -> append(Pattern.quote(String.valueOf(c)));
            }
        }
        return regex + ")".repeat(braces);
    }

    private void append(String part) {
        regex.append(part);
        at++;
    }

    private void star() {
        boolean folderStart = at == 0 || glob.charAt(at - 1) == '/';
        if (folderStart && glob.startsWith("**/", at)) {
            regex.append("(?:[^/]+/)*");
            at += 3;
            return;
        }
        while (at < glob.length() && glob.charAt(at) == '*') {
            at++;
        }
        regex.append("[^/]*");
    }

    private void characters() {
        int close = glob.indexOf(']', at + 2);
        if (close < 0) {
            append("\\[");
            return;
        }
        String inside = glob.substring(at + 1, close);
        boolean negated = inside.startsWith("!") || inside.startsWith("^");
        String set = (negated ? inside.substring(1) : inside)
                .replace("\\", "\\\\")
                .replace("[", "\\[")
                .replace("^", "\\^");
        regex.append(negated ? "[^/" : "[").append(set).append(']');
        at = close + 1;
    }
}
