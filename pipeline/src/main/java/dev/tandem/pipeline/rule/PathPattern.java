package dev.tandem.pipeline.rule;

import com.google.re2j.Pattern;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * A glob that is held against many paths. A path that lacks a text which every match must have is told apart without the regular
 * expression, and all work is counted, since repositories have many paths and hostile files many globs.
 */
final class PathPattern {
    /** Looking for a text is so many times cheaper than matching. */
    private static final int CHEAPER = 16;

    private static final int USUAL_LENGTH = 16;

    private final Pattern pattern;
    private final String needed;
    private final long weight;

    private PathPattern(Pattern pattern, String needed, long weight) {
        this.pattern = pattern;
        this.needed = needed;
        this.weight = weight;
    }

    /** The glob of {@code changes}, {@code exists} and {@code cache:key:files}. */
    static Optional<PathPattern> ofPath(String glob) {
        return Glob.ofPath(glob).map(pattern -> new PathPattern(pattern, needed(glob), weight(glob)));
    }

    /** The wildcard of {@code include:local}. */
    static Optional<PathPattern> ofInclude(String wildcard) {
        return Glob.ofInclude(wildcard).map(pattern -> new PathPattern(pattern, needed(wildcard), weight(wildcard)));
    }

    /** @param work is told what it cost, in characters that a usual pattern is matched with */
    boolean matches(String path, LongConsumer work) {
        work.accept(1 + path.length() / CHEAPER);
        if (!path.contains(needed)) {
            return false;
        }
        work.accept(path.length() * weight);
        return pattern.matches(path);
    }

    static long weight(String pattern) {
        return 1 + pattern.length() / USUAL_LENGTH;
    }

    /** The longest text that stands in every match; only what comes before braces and backslashes is looked at. */
    private static String needed(String glob) {
        String longest = "";
        int start = 0;
        int at = 0;
        while (at <= glob.length()) {
            char c = at == glob.length() ? '*' : glob.charAt(at);
            if ("*?[{\\".indexOf(c) < 0) {
                at++;
                continue;
            }
            if (at - start > longest.length()) {
                longest = glob.substring(start, at);
            }
            if (c == '{' || c == '\\' || c == '[') {
                return longest;
            }
            boolean folders = glob.startsWith("**/", at);
            at += folders ? 3 : 1;
            start = at;
        }
        return longest;
    }
}
