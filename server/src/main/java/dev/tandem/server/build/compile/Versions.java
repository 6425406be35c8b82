package dev.tandem.server.build.compile;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Semantic versions among the names of tags. */
final class Versions {
    private static final Pattern FULL = Pattern.compile("v?(\\d{1,9})\\.(\\d{1,9})\\.(\\d{1,9})(-[0-9A-Za-z.-]+)?");
    private static final Pattern PARTIAL = Pattern.compile("(\\d{1,9})(?:\\.(\\d{1,9}))?");

    private Versions() {}

    private record Version(String tag, int major, int minor, int patch) {}

    /**
     * The newest released version that {@code wanted} means: {@code ~latest}, {@code 1} or {@code 1.2}. Empty for anything else;
     * versions before a release are never meant.
     */
    static Optional<String> newest(List<String> tags, String wanted) {
        Matcher partial = PARTIAL.matcher(wanted);
        boolean any = wanted.equals("~latest");
        if (!any && !partial.matches()) {
            return Optional.empty();
        }
        int major = any ? 0 : Integer.parseInt(partial.group(1));
        int minor = any || partial.group(2) == null ? -1 : Integer.parseInt(partial.group(2));
        return tags.stream()
                .flatMap(tag -> version(tag).stream())
                .filter(version -> any || version.major() == major)
                .filter(version -> minor < 0 || version.minor() == minor)
                .max(Comparator.comparingInt(Version::major)
                        .thenComparingInt(Version::minor)
                        .thenComparingInt(Version::patch))
                .map(Version::tag);
    }

    private static Optional<Version> version(String tag) {
        Matcher match = FULL.matcher(tag);
        return match.matches() && match.group(4) == null
                ? Optional.of(new Version(
                        tag,
                        Integer.parseInt(match.group(1)),
                        Integer.parseInt(match.group(2)),
                        Integer.parseInt(match.group(3))))
                : Optional.empty();
    }
}
