package dev.tandem.server.code.lfs;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands in the repository for a large file, as Git LFS's own specification describes it.
 *
 * @param oid SHA-256 of the content, 64 lower-case hex digits
 */
public record LfsPointer(String oid, long sizeBytes) {
    /** A larger file is no pointer. */
    public static final int LARGEST_BYTES = 1024;

    private static final Pattern OID = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern TEXT = Pattern.compile(
            "version https://(?:git-lfs\\.github\\.com/spec|hawser\\.github\\.com/spec)/v1\n(?:ext-[^\n]*\n)*"
                    + "oid sha256:(?<oid>[0-9a-f]{64})\nsize (?<size>[0-9]{1,18})\n?");

    /** @param content all of a file, or its beginning when it is longer than {@link #LARGEST_BYTES} */
    public static Optional<LfsPointer> of(byte[] content) {
        if (content.length > LARGEST_BYTES) {
            return Optional.empty();
        }
        Matcher matcher = TEXT.matcher(new String(content, StandardCharsets.UTF_8));
        return matcher.matches()
                ? Optional.of(new LfsPointer(matcher.group("oid"), Long.parseLong(matcher.group("size"))))
                : Optional.empty();
    }

    public static boolean isOid(String text) {
        return OID.matcher(text).matches();
    }
}
