package dev.tandem.cli.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** What jobs print, made fit for somebody's terminal: colours stay where wanted, nothing else steers it. */
final class LogText {
    private static final Pattern SEQUENCE =
            Pattern.compile("\u001b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\u0007\u001b]*(?:\u0007|\u001b\\\\)?|[ -/]*[0-~])");

    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\t\u001b]]|\u001b(?!\\[[0-9;]*m)");
    private static final int TAIL_BYTES = 256 * 1024;

    private LogText() {}

    /** One line without any control character; of what a program wrote over and over, the last. */
    static String plain(String line) {
        return CONTROL.matcher(SEQUENCE.matcher(lastWritten(line)).replaceAll(""))
                .replaceAll("")
                .replace('\t', ' ');
    }

    /** One line with its colours. */
    static String coloured(String line) {
        String kept = SEQUENCE.matcher(lastWritten(line))
                .replaceAll(match -> COLOUR.matcher(match.group()).matches()
                        ? java.util.regex.Matcher.quoteReplacement(match.group())
                        : "");
        return CONTROL.matcher(kept).replaceAll("");
    }

    private static String lastWritten(String line) {
        String text = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
        return text.substring(text.lastIndexOf('\r') + 1);
    }

    /** The last lines of a log. */
    static List<String> tail(Path log, int lines) throws IOException {
        try (FileChannel file = FileChannel.open(log)) {
            long from = Math.max(0, file.size() - TAIL_BYTES);
            ByteBuffer bytes = ByteBuffer.allocate((int) (file.size() - from));
            while (bytes.hasRemaining() && file.read(bytes, from + bytes.position()) >= 0) {
                continue;
            }
            List<String> all = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return all.subList(Math.max(0, all.size() - lines), all.size());
        }
    }
}
