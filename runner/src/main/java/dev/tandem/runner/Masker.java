package dev.tandem.runner;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Replaces secrets in a stream of bytes, however the stream is cut into chunks: what could be the beginning of a secret
 * is held back until it is known. Not safe for use by several threads.
 */
final class Masker {
    private static final byte[] MASK = "[MASKED]".getBytes(StandardCharsets.UTF_8);

    private static final List<String> TOKEN_PREFIXES = List.of(
            "glpat-",
            "gloas-",
            "gldt-",
            "glrt-",
            "glcbt-",
            "glrtr-",
            "glptt-",
            "glft-",
            "glimt-",
            "glagent-",
            "glsoat-",
            "glffct-",
            "_gitlab_session=",
            "gltok-");

    private static final List<String> URL_PARAMETERS = List.of(
            "private_token=",
            "authenticity_token=",
            "rss_token=",
            "x-amz-signature=",
            "x-amz-credential=",
            "x-amz-security-token=");

    /** Text to find; when {@code open}, it stays and the word behind it is masked. */
    private record Pattern(byte[] text, boolean open) {}

    private final Pattern[][] byFirstByte = new Pattern[256][];
    private byte[] held = new byte[0];
    private boolean insideToken;
    private boolean maskWritten;

    Masker(Collection<String> secrets, Collection<String> extraPrefixes) {
        var patterns = new ArrayList<Pattern>();
        secrets.stream()
                .filter(secret -> !secret.isBlank())
                .map(secret -> new Pattern(secret.getBytes(StandardCharsets.UTF_8), false))
                .forEach(patterns::add);
        for (var prefixes : List.of(TOKEN_PREFIXES, List.copyOf(extraPrefixes))) {
            prefixes.stream()
                    .filter(prefix -> !prefix.isBlank())
                    .map(prefix -> new Pattern(prefix.getBytes(StandardCharsets.UTF_8), true))
                    .forEach(patterns::add);
        }
        for (var parameter : URL_PARAMETERS) {
            patterns.add(new Pattern(("?" + parameter).getBytes(StandardCharsets.UTF_8), true));
            patterns.add(new Pattern(("&" + parameter).getBytes(StandardCharsets.UTF_8), true));
        }
        // Longest first, so that a secret that begins with another one is masked whole.
        patterns.sort(Comparator.comparingInt((Pattern pattern) -> pattern.text().length)
                .reversed());
        for (var pattern : patterns) {
            var first = pattern.text()[0] & 0xff;
            var there = byFirstByte[first] == null ? new Pattern[0] : byFirstByte[first];
            byFirstByte[first] = Arrays.copyOf(there, there.length + 1);
            byFirstByte[first][there.length] = pattern;
        }
    }

    /** What may be shown by now of all that was fed. */
    byte[] feed(byte[] chunk, int length) {
        var input = Arrays.copyOf(held, held.length + length);
        System.arraycopy(chunk, 0, input, held.length, length);
        return scan(input, false);
    }

    /** What was held back; the stream ended. */
    byte[] finish() {
        return scan(held, true);
    }

    private byte[] scan(byte[] input, boolean last) {
        var out = new ByteArrayOutputStream(input.length + MASK.length);
        var at = 0;
        while (at < input.length) {
            if (insideToken && isTokenByte(input[at])) {
                writeMaskOnce(out);
                at++;
                continue;
            }
            insideToken = false;
            if (!last && mayBegin(input, at)) {
                break;
            }
            var found = find(input, at);
            if (found == null) {
                out.write(input[at]);
                at++;
            } else {
                at += found.text().length;
                begin(found, out);
            }
        }
        held = Arrays.copyOfRange(input, at, input.length);
        return out.toByteArray();
    }

    private void begin(Pattern found, ByteArrayOutputStream out) {
        if (found.open()) {
            out.writeBytes(found.text());
            insideToken = true;
            maskWritten = false;
        } else {
            out.writeBytes(MASK);
        }
    }

    private void writeMaskOnce(ByteArrayOutputStream out) {
        if (!maskWritten) {
            out.writeBytes(MASK);
            maskWritten = true;
        }
    }

    /** Whether the rest of the input is a beginning, but not the whole, of something to find. */
    private boolean mayBegin(byte[] input, int at) {
        var candidates = byFirstByte[input[at] & 0xff];
        var left = input.length - at;
        if (candidates == null) {
            return false;
        }
        for (var pattern : candidates) {
            var text = pattern.text();
            if (text.length > left && Arrays.equals(text, 0, left, input, at, input.length)) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Pattern find(byte[] input, int at) {
        var candidates = byFirstByte[input[at] & 0xff];
        if (candidates == null) {
            return null;
        }
        for (var pattern : candidates) {
            var end = at + pattern.text().length;
            if (end <= input.length && Arrays.equals(pattern.text(), 0, pattern.text().length, input, at, end)) {
                return pattern;
            }
        }
        return null;
    }

    private static boolean isTokenByte(byte value) {
        return (value >= 'a' && value <= 'z')
                || (value >= 'A' && value <= 'Z')
                || (value >= '0' && value <= '9')
                || value == '-'
                || value == '_'
                || value == '.'
                || value == '='
                || value == '%';
    }
}
