package dev.tandem.server.code.web;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One line of a difference.
 *
 * @param oldNumber 0 where the old file has no such line
 * @param newNumber 0 where the new file has no such line
 * @param text without the sign before it
 * @param from where what differs from the line on the other side begins; equal to {@code to} when nothing is marked
 */
public record DiffLine(Kind kind, int oldNumber, int newNumber, String text, int from, int to) {
    private static final Pattern HUNK = Pattern.compile("@@ -(\\d+)(?:,\\d+)? \\+(\\d+)(?:,\\d+)? @@.*");

    /** What it is in the difference. */
    public enum Kind {
        SAME(""),
        ADDED("add"),
        REMOVED("del"),
        /** Tells where the next lines are. */
        HUNK("hunk");

        private final String css;

        Kind(String css) {
            this.css = css;
        }

        /** Class of its row. */
        public String css() {
            return css;
        }
    }

    /** Two lines side by side; null where a side has none. */
    public record Pair(@Nullable DiffLine left, @Nullable DiffLine right) {}

    /** Empty where there is no such line. */
    public String oldLabel() {
        return oldNumber == 0 ? "" : Integer.toString(oldNumber);
    }

    /** Empty where there is no such line. */
    public String newLabel() {
        return newNumber == 0 ? "" : Integer.toString(newNumber);
    }

    public String sign() {
        return switch (kind) {
            case ADDED -> "+";
            case REMOVED -> "-";
            case SAME -> " ";
            case HUNK -> "";
        };
    }

    public boolean isMarked() {
        return from < to;
    }

    public String before() {
        return text.substring(0, from);
    }

    public String marked() {
        return text.substring(from, to);
    }

    public String after() {
        return text.substring(to);
    }

    /** Numbers the lines of a unified difference, and marks what changed within a line. */
    static List<DiffLine> of(String hunks) {
        List<DiffLine> lines = new ArrayList<>();
        int before = 0;
        int after = 0;
        for (String line : hunks.split("\n", -1)) {
            Matcher hunk = HUNK.matcher(line);
            if (hunk.matches()) {
                before = Integer.parseInt(hunk.group(1));
                after = Integer.parseInt(hunk.group(2));
                lines.add(new DiffLine(Kind.HUNK, 0, 0, line, 0, 0));
            } else if (line.startsWith("+")) {
                lines.add(new DiffLine(Kind.ADDED, 0, after++, line.substring(1), 0, 0));
            } else if (line.startsWith("-")) {
                lines.add(new DiffLine(Kind.REMOVED, before++, 0, line.substring(1), 0, 0));
            } else if (line.startsWith(" ")) {
                lines.add(new DiffLine(Kind.SAME, before++, after++, line.substring(1), 0, 0));
            } else if (!line.isEmpty()) {
                lines.add(new DiffLine(Kind.HUNK, 0, 0, line, 0, 0));
            }
        }
        mark(lines);
        return lines;
    }

    /** Side by side: removed lines stand left of the added ones that follow them. */
    static List<Pair> pairs(List<DiffLine> lines) {
        List<Pair> pairs = new ArrayList<>();
        int at = 0;
        while (at < lines.size()) {
            int removed = run(lines, at, Kind.REMOVED);
            int added = run(lines, at + removed, Kind.ADDED);
            if (removed + added == 0) {
                pairs.add(new Pair(lines.get(at), lines.get(at)));
                at++;
                continue;
            }
            for (int i = 0; i < Math.max(removed, added); i++) {
                pairs.add(new Pair(
                        i < removed ? lines.get(at + i) : null, i < added ? lines.get(at + removed + i) : null));
            }
            at += removed + added;
        }
        return pairs;
    }

    private static void mark(List<DiffLine> lines) {
        int at = 0;
        while (at < lines.size()) {
            int removed = run(lines, at, Kind.REMOVED);
            int added = run(lines, at + removed, Kind.ADDED);
            // Blocks of different length are rewritten rather than changed line by line.
            if (removed == added) {
                for (int i = 0; i < removed; i++) {
                    mark(lines, at + i, at + removed + i);
                }
            }
            at += Math.max(1, removed + added);
        }
    }

    private static void mark(List<DiffLine> lines, int left, int right) {
        String old = lines.get(left).text;
        String now = lines.get(right).text;
        int shorter = Math.min(old.length(), now.length());
        int head = 0;
        while (head < shorter && old.charAt(head) == now.charAt(head)) {
            head++;
        }
        int tail = 0;
        while (tail < shorter - head && old.charAt(old.length() - 1 - tail) == now.charAt(now.length() - 1 - tail)) {
            tail++;
        }
        head = whole(old, now, head);
        tail = wholeEnd(old, tail);
        // Lines with next to nothing in common say more unmarked.
        boolean alike = old.substring(0, head).strip().length()
                        + old.substring(old.length() - tail).strip().length()
                >= Math.max(old.strip().length(), now.strip().length()) / 3;
        if (alike && head + tail < Math.max(old.length(), now.length())) {
            lines.set(left, lines.get(left).marking(head, old.length() - tail));
            lines.set(right, lines.get(right).marking(head, now.length() - tail));
        }
    }

    /** Never cuts a character in two. */
    private static int whole(String old, String now, int head) {
        boolean inside = head > 0
                && Character.isHighSurrogate(old.charAt(head - 1))
                && (head < old.length() || head < now.length());
        return inside ? head - 1 : head;
    }

    private static int wholeEnd(String old, int tail) {
        return tail > 0 && Character.isLowSurrogate(old.charAt(old.length() - tail)) ? tail - 1 : tail;
    }

    private DiffLine marking(int start, int end) {
        return new DiffLine(kind, oldNumber, newNumber, text, start, Math.max(start, end));
    }

    private static int run(List<DiffLine> lines, int from, Kind kind) {
        int length = 0;
        while (from + length < lines.size() && lines.get(from + length).kind == kind) {
            length++;
        }
        return length;
    }
}
