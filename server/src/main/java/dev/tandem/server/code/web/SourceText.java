package dev.tandem.server.code.web;

import dev.tandem.server.code.FileFacts;
import dev.tandem.server.code.Trees;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The content of a file as far as a page shows it.
 *
 * @param lines without line breaks; empty unless {@code kind} is text
 */
public record SourceText(Kind kind, List<String> lines) {
    private static final int LARGEST_BYTES = 512 * 1024;
    private static final int MOST_LINES = 10_000;

    /** What can be shown. */
    public enum Kind {
        TEXT,
        BINARY,
        TOO_LARGE
    }

    static SourceText of(Trees trees, long projectId, FileFacts file) {
        if (file.sizeBytes() > LARGEST_BYTES) {
            return new SourceText(Kind.TOO_LARGE, List.of());
        }
        byte[] bytes = trees.head(projectId, file, LARGEST_BYTES);
        for (byte b : bytes) {
            if (b == 0) {
                return new SourceText(Kind.BINARY, List.of());
            }
        }
        List<String> lines = new String(bytes, StandardCharsets.UTF_8)
                .lines()
                .limit(MOST_LINES + 1)
                .toList();
        return lines.size() > MOST_LINES ? new SourceText(Kind.TOO_LARGE, List.of()) : new SourceText(Kind.TEXT, lines);
    }

    public boolean isText() {
        return kind == Kind.TEXT;
    }

    /** All lines together, for texts shown without numbers. */
    public String text() {
        return String.join("\n", lines);
    }
}
