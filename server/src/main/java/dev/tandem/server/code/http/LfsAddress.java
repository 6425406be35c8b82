package dev.tandem.server.code.http;

import dev.tandem.server.code.lfs.LfsPointer;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address of a request by Git LFS: {@code /<project>.git/info/lfs/...}.
 *
 * @param fullPath of the project, decoded
 * @param object of an address of one object; null otherwise
 * @param lock of an address of locks what follows: {@code verify}, or {@code 12/unlock}; empty otherwise
 */
record LfsAddress(String fullPath, What what, @Nullable LfsPointer object, String lock) {
    private static final Pattern PATH = Pattern.compile("/(?<project>[^/]+(?:/[^/]+?)+?)\\.git/info/lfs/"
            + "(?:(?<batch>objects/batch)|(?<verify>objects/verify)|objects/(?<oid>[0-9a-f]{64})/(?<size>[0-9]{1,18})"
            + "|locks(?:/(?<locks>verify|[0-9]{1,18}/unlock))?)");

    /** What is asked for. */
    enum What {
        BATCH,
        VERIFY,
        OBJECT,
        LOCKS
    }

    /** @param rawPath still percent-encoded */
    static Optional<LfsAddress> of(String rawPath) {
        Matcher matcher = PATH.matcher(rawPath);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        What what = matcher.group("batch") != null
                ? What.BATCH
                : matcher.group("verify") != null
                        ? What.VERIFY
                        : matcher.group("oid") != null ? What.OBJECT : What.LOCKS;
        return Optional.of(new LfsAddress(
                decoded(matcher.group("project")),
                what,
                what == What.OBJECT
                        ? new LfsPointer(matcher.group("oid"), Long.parseLong(matcher.group("size")))
                        : null,
                Objects.requireNonNullElse(matcher.group("locks"), "")));
    }

    private static String decoded(String rawPath) {
        try {
            return URLDecoder.decode(rawPath.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
