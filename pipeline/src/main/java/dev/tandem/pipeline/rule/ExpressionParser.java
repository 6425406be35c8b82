package dev.tandem.pipeline.rule;

import com.google.re2j.Pattern;
import dev.tandem.pipeline.rule.Expression.And;
import dev.tandem.pipeline.rule.Expression.Equal;
import dev.tandem.pipeline.rule.Expression.Match;
import dev.tandem.pipeline.rule.Expression.Name;
import dev.tandem.pipeline.rule.Expression.Nil;
import dev.tandem.pipeline.rule.Expression.Or;
import dev.tandem.pipeline.rule.Expression.Regex;
import dev.tandem.pipeline.rule.Expression.Text;
import java.util.Optional;

/** Recursive descent over the grammar of {@code if}: {@code ||}, {@code &&}, comparisons, atoms. */
public final class ExpressionParser {
    private static final int LONGEST = 10_000;
    private static final int DEEPEST = 50;
    private static final Pattern TEXT_PATTERN = Pattern.compile("/(.*)/([ismU]*)", Pattern.DOTALL);

    private final String text;
    private int at;
    private int depth;

    private ExpressionParser(String text) {
        this.text = text;
    }

    /** What parsing led to. */
    public sealed interface Result {
        /** It is a valid expression. */
        record Parsed(Expression expression) implements Result {}

        /** It is not; {@code problem} says why and where. */
        record Malformed(String problem) implements Result {}
    }

    public static Result parse(String text) {
        if (text.length() > LONGEST) {
            return new Result.Malformed("longer than " + LONGEST + " characters");
        }
        ExpressionParser parser = new ExpressionParser(text);
        try {
            Expression expression = parser.or();
            parser.skipSpace();
            return parser.at < text.length()
                    ? new Result.Malformed(parser.unexpected())
                    : new Result.Parsed(expression);
        } catch (Malformed malformed) {
            return new Result.Malformed(malformed.problem);
        }
    }

    /** The pattern when a text is written as one ({@code /body/flags}) and valid. */
    static Optional<Pattern> patternIn(String given) {
        var matcher = TEXT_PATTERN.matcher(given);
        return matcher.matches() ? SafePattern.compile(matcher.group(1), matcher.group(2)) : Optional.empty();
    }

    private Expression or() {
        Expression left = and();
        while (accept("||")) {
            left = new Or(left, and());
        }
        return left;
    }

    private Expression and() {
        Expression left = comparison();
        while (accept("&&")) {
            left = new And(left, comparison());
        }
        return left;
    }

    private Expression comparison() {
        Expression left = atom();
        while (true) {
            if (accept("==")) {
                left = new Equal(left, atom(), false);
            } else if (accept("!=")) {
                left = new Equal(left, atom(), true);
            } else if (accept("=~")) {
                left = new Match(left, atom(), false);
            } else if (accept("!~")) {
                left = new Match(left, atom(), true);
            } else {
                return left;
            }
        }
    }

    private Expression atom() {
        skipSpace();
        if (at >= text.length()) {
            throw new Malformed("a value is missing at the end");
        }
        char c = text.charAt(at);
        if (c == '(') {
            return group();
        }
        if (c == '$') {
            return variable();
        }
        if (c == '"' || c == '\'') {
            return quoted(c);
        }
        if (c == '/') {
            return regex();
        }
        if (text.startsWith("null", at) && (at + 4 == text.length() || !isWord(text.charAt(at + 4)))) {
            at += 4;
            return new Nil();
        }
        throw new Malformed(unexpected());
    }

    private Expression group() {
        at++;
        depth++;
        if (depth > DEEPEST) {
            throw new Malformed("parentheses nested deeper than " + DEEPEST + " levels");
        }
        Expression inner = or();
        if (!accept(")")) {
            throw new Malformed("a closing parenthesis is missing");
        }
        depth--;
        return inner;
    }

    private Expression variable() {
        int start = at + 1;
        int end = start;
        while (end < text.length() && isWord(text.charAt(end))) {
            end++;
        }
        if (end == start) {
            throw new Malformed(
                    text.startsWith("${", at) ? "write $NAME, not ${NAME}, in if" : "a name is missing after '$'");
        }
        at = end;
        return new Name(text.substring(start, end));
    }

    private Expression quoted(char quote) {
        int end = text.indexOf(quote, at + 1);
        if (end < 0) {
            throw new Malformed("a closing " + quote + " is missing");
        }
        String content = text.substring(at + 1, end);
        at = end + 1;
        return new Text(content);
    }

    private Expression regex() {
        int end = at + 1;
        while (end < text.length() && text.charAt(end) != '/') {
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= text.length()) {
            throw new Malformed("a closing / is missing");
        }
        String body = text.substring(at + 1, end);
        int flagsEnd = end + 1;
        while (flagsEnd < text.length() && "ismU".indexOf(text.charAt(flagsEnd)) >= 0) {
            flagsEnd++;
        }
        if (body.length() < 2) {
            throw new Malformed("a pattern needs at least two characters between its slashes");
        }
        String source = text.substring(at, flagsEnd);
        Optional<Pattern> pattern = SafePattern.compile(body, text.substring(end + 1, flagsEnd));
        at = flagsEnd;
        return new Regex(source, pattern.orElseThrow(() -> new Malformed(source + " is not a valid RE2 pattern")));
    }

    private boolean accept(String token) {
        skipSpace();
        if (text.startsWith(token, at)) {
            at += token.length();
            return true;
        }
        return false;
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private String unexpected() {
        int end = at;
        while (end < text.length() && end < at + 20 && !Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        return "'" + text.substring(at, end) + "' is not expected at character " + (at + 1);
    }

    private static boolean isWord(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }

    /** Unwinds the descent; never leaves this class. */
    private static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1L;
        final String problem;

        Malformed(String problem) {
            super(problem, null, false, false);
            this.problem = problem;
        }
    }
}
