package dev.tandem.server.build.logs;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Turns raw log bytes into plain lines: no time stamps, colours, sections or progress bars. The result is still to be escaped. */
public final class LogText {
    private static final int STAMP = 32;
    private static final Pattern STAMPED =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z [0-9a-f]{2}[OE][ +]");
    private static final Pattern SECTION = Pattern.compile("section_(?:start|end):\\d+:[^\\r\\n]*\\r?");
    private static final Pattern ESCAPE =
            Pattern.compile("\\x1b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\\x07\\x1b]*(?:\\x07|\\x1b\\\\)|[@-_])");
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\\t]]");
    private static final int LONGEST_LINE = 2000;

    private LogText() {}

    /** The last {@code most} lines that say something. */
    public static List<String> lastLines(byte[] log, int most) {
        List<String> lines = new ArrayList<>();
        for (String raw : new String(log, StandardCharsets.UTF_8).split("\n", -1)) {
            Piece piece = piece(raw);
            if (piece.continues() && !lines.isEmpty()) {
                lines.set(lines.size() - 1, lines.getLast() + piece.text());
            } else {
                lines.add(piece.text());
            }
        }
        List<String> said = lines.stream().filter(line -> !line.isBlank()).toList();
        return said.subList(Math.max(0, said.size() - most), said.size());
    }

    /** @param continues the line before was not at its end */
    record Piece(String text, boolean continues) {}

    /** What one line of the stored log says. */
    static Piece piece(String raw) {
        boolean stamped = raw.length() >= STAMP
                && STAMPED.matcher(raw.substring(0, STAMP)).matches();
        return new Piece(plain(stamped ? raw.substring(STAMP) : raw), stamped && raw.charAt(STAMP - 1) == '+');
    }

    private static String plain(String raw) {
        String text = ESCAPE.matcher(SECTION.matcher(raw).replaceAll("")).replaceAll("");
        String trimmed = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
        String last = trimmed.substring(trimmed.lastIndexOf('\r') + 1);
        String clean = CONTROL.matcher(last).replaceAll("");
        return clean.length() > LONGEST_LINE ? clean.substring(0, LONGEST_LINE) + "…" : clean;
    }
}
