package dev.tandem.server.code.search;

import java.util.ArrayList;
import java.util.List;

/**
 * Which texts a line must hold so that a regular expression of RE2 can match in it, case ignored. Looks at what is certain
 * and is silent about the rest: a part that is not understood needs nothing. RE2J keeps its own parse tree to itself.
 */
public final class ExpressionNeeds {
    private final String regex;
    private int at;

    private ExpressionNeeds(String regex) {
        this.regex = regex;
    }

    /** @param regex that RE2 takes */
    public static Needed of(String regex) {
        // Flags change what letters mean, and quotes what everything means.
        if (regex.contains("(?") || regex.contains("\\Q")) {
            return Needed.NOTHING;
        }
        ExpressionNeeds reader = new ExpressionNeeds(regex);
        Needed needed = reader.alternatives();
        return reader.at == regex.length() ? needed : Needed.NOTHING;
    }

    private Needed alternatives() {
        List<Needed> alternatives = new ArrayList<>(List.of(sequence()));
        while (at < regex.length() && regex.charAt(at) == '|') {
            at++;
            alternatives.add(sequence());
        }
        if (alternatives.size() == 1) {
            return alternatives.getFirst();
        }
        return alternatives.contains(Needed.NOTHING) ? Needed.NOTHING : new Needed.Any(alternatives);
    }

    private Needed sequence() {
        Sequence sequence = new Sequence();
        while (at < regex.length() && regex.charAt(at) != '|' && regex.charAt(at) != ')') {
            int from = at;
            Needed atom = atom();
            boolean isLetter = atom instanceof Needed.Text && regex.charAt(from) != '(';
            int literal = isLetter ? regex.codePointBefore(at) : -1;
            Repeat repeat = repeat();
            if (repeat == Repeat.MAYBE) {
                sequence.end();
            } else if (literal >= 0) {
                sequence.letter(literal);
                if (repeat == Repeat.MORE) {
                    sequence.end();
                }
            } else {
                sequence.end();
                sequence.needs(atom);
            }
            if (at == from) {
                // Never turn in a circle over what cannot be read.
                at = regex.length() + 1;
            }
        }
        return sequence.needed();
    }

    /** One atom; a text of one letter when it is just that. */
    private Needed atom() {
        int letter = regex.codePointAt(at);
        switch (letter) {
            case '(' -> {
                at++;
                Needed inner = alternatives();
                at++;
                return inner;
            }
            case '[' -> {
                skipClass();
                return Needed.NOTHING;
            }
            case '\\' -> {
                return escaped();
            }
            case '.', '^', '$' -> {
                at++;
                return Needed.NOTHING;
            }
            default -> {
                at += Character.charCount(letter);
                return isOneLetter(letter) ? new Needed.Text(Character.toString(letter)) : Needed.NOTHING;
            }
        }
    }

    private Needed escaped() {
        int letter = at + 1 < regex.length() ? regex.codePointAt(at + 1) : 0;
        at += 1 + Character.charCount(letter);
        if (letter < 128 && !Character.isLetterOrDigit(letter)) {
            return new Needed.Text(Character.toString(letter));
        }
        if ((letter == 'p' || letter == 'P' || letter == 'x') && at < regex.length() && regex.charAt(at) == '{') {
            at = Math.max(at, regex.indexOf('}', at)) + 1;
        } else if (letter == 'p' || letter == 'P') {
            at++;
        } else if (letter == 'x') {
            at += 2;
        } else {
            while (at < regex.length() && Character.isDigit(letter) && Character.isDigit(regex.charAt(at))) {
                at++;
            }
        }
        return Needed.NOTHING;
    }

    private void skipClass() {
        at++;
        if (at < regex.length() && regex.charAt(at) == '^') {
            at++;
        }
        for (boolean first = true; at < regex.length() && (first || regex.charAt(at) != ']'); first = false) {
            if (regex.startsWith("[:", at)) {
                int end = regex.indexOf(":]", at + 2);
                at = end < 0 ? at + 1 : end + 2;
            } else {
                at += regex.charAt(at) == '\\' ? 2 : 1;
            }
        }
        at++;
    }

    private enum Repeat {
        ONCE,
        MORE,
        MAYBE
    }

    private Repeat repeat() {
        Repeat repeat = Repeat.ONCE;
        while (at < regex.length()) {
            switch (regex.charAt(at)) {
                case '*', '?' -> repeat = Repeat.MAYBE;
                case '+' -> repeat = repeat == Repeat.MAYBE ? repeat : Repeat.MORE;
                case '{' -> {
                    int end = regex.indexOf('}', at);
                    if (end < 0 || !regex.substring(at + 1, end).matches("[0-9]+(,[0-9]*)?")) {
                        return repeat;
                    }
                    repeat = Repeat.MAYBE;
                    at = end;
                }
                default -> {
                    return repeat;
                }
            }
            at++;
        }
        return repeat;
    }

    /** Whether it stands for itself whatever the case, or is an ASCII letter, which the index folds. */
    private static boolean isOneLetter(int letter) {
        return letter < 128
                || (letter != 0xfffd
                        && Character.toLowerCase(letter) == letter
                        && Character.toUpperCase(letter) == letter
                        && Character.toTitleCase(letter) == letter);
    }

    /** Collects letters that stand side by side. */
    private static final class Sequence {
        private final List<Needed> parts = new ArrayList<>();
        private final StringBuilder run = new StringBuilder();

        void letter(int letter) {
            run.appendCodePoint(letter);
        }

        void end() {
            if (!run.isEmpty()) {
                parts.add(new Needed.Text(run.toString()));
                run.setLength(0);
            }
        }

        void needs(Needed needed) {
            if (!needed.equals(Needed.NOTHING)) {
                parts.add(needed);
            }
        }

        Needed needed() {
            end();
            return parts.size() == 1 ? parts.getFirst() : new Needed.All(parts);
        }
    }
}
