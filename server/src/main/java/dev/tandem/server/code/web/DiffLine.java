package dev.tandem.server.code.web;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of a difference.
 *
 * @param css class of its row; empty for context
 * @param oldNumber empty where the old file has no such line
 * @param newNumber empty where the new file has no such line
 */
public record DiffLine(String css, String oldNumber, String newNumber, String text) {
    private static final Pattern HUNK = Pattern.compile("@@ -(\\d+)(?:,\\d+)? \\+(\\d+)(?:,\\d+)? @@.*");

    /** Numbers the lines of a unified difference. */
    static List<DiffLine> of(String hunks) {
        List<DiffLine> lines = new ArrayList<>();
        int before = 0;
        int after = 0;
        for (String line : hunks.split("\n", -1)) {
            Matcher hunk = HUNK.matcher(line);
            if (hunk.matches()) {
                before = Integer.parseInt(hunk.group(1));
                after = Integer.parseInt(hunk.group(2));
                lines.add(new DiffLine("hunk", "", "", line));
            } else if (line.startsWith("+")) {
                lines.add(new DiffLine("add", "", Integer.toString(after++), line));
            } else if (line.startsWith("-")) {
                lines.add(new DiffLine("del", Integer.toString(before++), "", line));
            } else if (line.startsWith(" ")) {
                lines.add(new DiffLine("", Integer.toString(before++), Integer.toString(after++), line));
            } else if (!line.isEmpty()) {
                lines.add(new DiffLine("hunk", "", "", line));
            }
        }
        return lines;
    }
}
