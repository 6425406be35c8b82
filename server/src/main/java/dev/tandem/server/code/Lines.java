package dev.tandem.server.code;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.tandem.server.code.CodeSearch.Hit;
import dev.tandem.server.code.CodeSearch.Wanted;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The lines of a file in which something stands, not too many of them and not too long. */
interface Lines {
    int MOST_OF_A_FILE = 20;
    int LONGEST = 400;

    /** Adds them to {@code hits}. */
    void of(long project, String path, byte[] text, List<Hit> hits);

    static Lines holding(Wanted wanted) {
        return switch (wanted) {
            case Wanted.Words(String text) when text.isEmpty() -> new First();
            case Wanted.Words(String text) -> new Words(text);
            case Wanted.Expression(String regex, Pattern pattern) -> new Expression(pattern);
        };
    }

    private static String cut(String line) {
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
    }

    private static String line(byte[] bytes, int from, int to) {
        return cut(new String(bytes, from, Math.min(to - from, LONGEST * 4), StandardCharsets.UTF_8));
    }

    private static int end(byte[] bytes, int at) {
        int end = at;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        return end;
    }

    /** The first line of each file. */
    final class First implements Lines {
        @Override
        public void of(long project, String path, byte[] text, List<Hit> hits) {
            hits.add(new Hit(project, path, 1, line(text, 0, end(text, 0))));
        }
    }

    /** Bytes are compared: that is fast, finds UTF-8 in UTF-8, and keeps offsets in step with the file. */
    final class Words implements Lines {
        private final byte[] small;

        Words(String text) {
            small = text.getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < small.length; i++) {
                small[i] = small(small[i]);
            }
        }

        @Override
        public void of(long project, String path, byte[] bytes, List<Hit> hits) {
            int line = 1;
            int counted = 0;
            int found = 0;
            for (int at = next(bytes, 0); at >= 0 && found < MOST_OF_A_FILE; found++) {
                line += breaks(bytes, counted, at);
                counted = at;
                int end = end(bytes, at);
                hits.add(new Hit(project, path, line, line(bytes, start(bytes, at), end)));
                at = next(bytes, end);
            }
        }

        private int next(byte[] bytes, int from) {
            byte first = small[0];
            for (int at = from; at + small.length <= bytes.length; at++) {
                if (small(bytes[at]) == first && isAt(bytes, at)) {
                    return at;
                }
            }
            return -1;
        }

        private boolean isAt(byte[] bytes, int at) {
            for (int i = 1; i < small.length; i++) {
                if (small(bytes[at + i]) != small[i]) {
                    return false;
                }
            }
            return true;
        }

        private static byte small(byte letter) {
            return letter >= 'A' && letter <= 'Z' ? (byte) (letter + ('a' - 'A')) : letter;
        }

        private static int breaks(byte[] bytes, int from, int to) {
            int breaks = 0;
            for (int i = from; i < to; i++) {
                breaks += bytes[i] == '\n' ? 1 : 0;
            }
            return breaks;
        }

        private static int start(byte[] bytes, int at) {
            int start = at;
            while (start > 0 && bytes[start - 1] != '\n') {
                start--;
            }
            return start;
        }
    }

    /** Those in which a regular expression matches. */
    final class Expression implements Lines {
        private final Pattern pattern;

        Expression(Pattern pattern) {
            this.pattern = pattern;
        }

        @Override
        public void of(long project, String path, byte[] bytes, List<Hit> hits) {
            int number = 0;
            int found = 0;
            Matcher matcher = pattern.matcher("");
            String text = new String(bytes, StandardCharsets.UTF_8);
            for (String line : (Iterable<String>) text.lines()::iterator) {
                number++;
                if (matcher.reset(line).find()) {
                    hits.add(new Hit(project, path, number, cut(line)));
                    if (++found == MOST_OF_A_FILE) {
                        return;
                    }
                }
            }
        }
    }
}
