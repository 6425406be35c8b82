package dev.tandem.server.code.web;

import dev.tandem.server.code.FileFacts;
import dev.tandem.server.code.Trees;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The content of a file as far as a page shows it.
 *
 * @param lines without line breaks; empty unless {@code kind} is text
 * @param charset in which the text was read; null unless {@code kind} is text
 */
public record SourceText(
        Kind kind, List<String> lines, @Nullable Charset charset) {
    private static final int LARGEST_BYTES = 512 * 1024;
    private static final int MOST_LINES = 10_000;
    private static final List<Charset> STRICT = List.of(StandardCharsets.UTF_8, Charset.forName("GB18030"));

    /** Takes any bytes, so it comes last. */
    private static final Charset WESTERN = Charset.forName("windows-1252");

    /** What can be shown. */
    public enum Kind {
        TEXT,
        BINARY,
        TOO_LARGE
    }

    static SourceText of(Trees trees, long projectId, FileFacts file) {
        if (file.sizeBytes() > LARGEST_BYTES) {
            return new SourceText(Kind.TOO_LARGE, List.of(), null);
        }
        return of(trees.head(projectId, file, LARGEST_BYTES));
    }

    static SourceText of(byte[] bytes) {
        for (byte b : bytes) {
            if (b == 0) {
                return new SourceText(Kind.BINARY, List.of(), null);
            }
        }
        for (Charset charset : STRICT) {
            String text = decoded(bytes, charset);
            if (text != null) {
                return of(text, charset);
            }
        }
        return of(new String(bytes, WESTERN), WESTERN);
    }

    private static SourceText of(String text, Charset charset) {
        List<String> lines = text.lines().limit(MOST_LINES + 1).toList();
        return lines.size() > MOST_LINES
                ? new SourceText(Kind.TOO_LARGE, List.of(), null)
                : new SourceText(Kind.TEXT, lines, charset);
    }

    private static @Nullable String decoded(byte[] bytes, Charset charset) {
        try {
            return charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    public boolean isText() {
        return kind == Kind.TEXT;
    }

    /** Name of the charset when it is not the one that is usual; null when it is. */
    public @Nullable String unusualCharset() {
        return charset == null || charset.equals(StandardCharsets.UTF_8) ? null : charset.name();
    }

    /** All lines together, for texts shown without numbers. */
    public String text() {
        return String.join("\n", lines);
    }
}
