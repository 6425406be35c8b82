package dev.tandem.pipeline.rule;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * Regular expressions of users: linear-time matching, and a bound on the size of the compiled program, which nested counts such as
 * {@code ((a{1000}){1000})} would blow up.
 */
public final class SafePattern {
    private static final int LONGEST = 4096;
    private static final int LARGEST = 50_000;

    private SafePattern() {}

    /**
     * The pattern, or empty when it is not a valid or not a reasonable one.
     *
     * @param flags any of i, s, m, U
     */
    public static Optional<Pattern> compile(String body, String flags) {
        if (body.length() > LONGEST || programSize(body) > LARGEST) {
            return Optional.empty();
        }
        try {
            return Optional.of(Pattern.compile(flags.isEmpty() ? body : "(?" + flags + ")" + body));
        } catch (PatternSyntaxException invalid) {
            return Optional.empty();
        }
    }

    /** Counts atoms with repetition multiplied out; -1 never happens, a malformed text is the compiler's to refuse. */
    private static long programSize(String body) {
        ArrayDeque<Long> outer = new ArrayDeque<>();
        long size = 0;
        long atom = 0;
        for (int at = 0; at < body.length() && size <= LARGEST; at++) {
            char c = body.charAt(at);
            if (c == '(') {
                outer.push(size);
                size = 0;
                atom = 0;
            } else if (c == ')' && !outer.isEmpty()) {
                atom = size + 2;
                size = outer.pop() + atom;
            } else if (c == '{') {
                int close = body.indexOf('}', at);
                long times = close < 0 ? 1 : repetition(body.substring(at + 1, close));
                size += atom * (times - 1);
                atom *= times;
                at = close < 0 || times == 1 ? at : close;
            } else {
                at += c == '\\' ? 1 : 0;
                atom = 1;
                size++;
            }
        }
        return outer.isEmpty()
                ? size
                : size + outer.stream().mapToLong(each -> each).sum();
    }

    private static long repetition(String counts) {
        long most = 1;
        for (String count : counts.split(",", 3)) {
            if (count.isEmpty() || count.length() > 4 || !count.chars().allMatch(Character::isDigit)) {
                return count.isEmpty() ? most : 1;
            }
            most = Math.max(most, Long.parseLong(count));
        }
        return most;
    }
}
