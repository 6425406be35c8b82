package dev.tandem.server.code.http;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the project in the path of a request. Works on the raw path, still percent-encoded; pure. */
final class ProjectAddresses {
    /** First segments that belong to the installation. */
    private static final Set<String> RESERVED = Set.of(
            "-",
            ".well-known",
            "api",
            "assets",
            "oauth",
            "pages",
            "webjars",
            "users",
            "admin",
            "profile",
            "explore",
            "help",
            "error");

    /** Before the path of a group where one of its pages follows. */
    static final String GROUPS = "/groups";

    /** What may be the full path of a user's or group's namespace. */
    private static final Pattern BARE = Pattern.compile("(?:/[A-Za-z0-9_.-]+)+/?");

    private static final String SEPARATOR = "/-/";

    /** As GitLab writes it, and READMEs with it; no project may be called {@code badges}. */
    private static final Pattern BADGE =
            Pattern.compile("(/[^/]+(?:/[^/]+)+?)/badges/(.+/(?:pipeline|coverage)\\.svg)");

    private ProjectAddresses() {}

    /**
     * The same address with the project's full path as one segment: {@code /root%2Fshop/-/pipelines/12} for
     * {@code /root/shop/-/pipelines/12}, {@code /root%2Fshop} for {@code /root/shop}; empty when it names no project below
     * a namespace, or is in this form already.
     */
    static Optional<String> joined(String rawPath) {
        if (rawPath.startsWith(GROUPS + "/")) {
            return joined(rawPath.substring(GROUPS.length())).map(group -> GROUPS + group);
        }
        if (!rawPath.startsWith("/") || RESERVED.contains(firstSegment(rawPath))) {
            return Optional.empty();
        }
        Matcher badge = BADGE.matcher(rawPath);
        if (!rawPath.contains(SEPARATOR) && badge.matches()) {
            return joined(badge.group(1) + "/-/badges/" + badge.group(2));
        }
        int separator = (rawPath + "/").indexOf(SEPARATOR);
        String project = separator < 0 ? rawPath : rawPath.substring(0, separator);
        String rest = separator < 0 ? "" : rawPath.substring(separator);
        if (project.endsWith("/")) {
            project = project.substring(0, project.length() - 1);
        }
        return project.indexOf('/', 1) < 0
                ? Optional.empty()
                : Optional.of("/" + project.substring(1).replace("/", "%2F") + rest);
    }

    /** The full path in an address that has nothing behind it, as that of a user, a group or a project. */
    static Optional<String> bare(String rawPath) {
        if (!BARE.matcher(rawPath).matches()
                || RESERVED.contains(firstSegment(rawPath))
                || rawPath.contains(SEPARATOR)) {
            return Optional.empty();
        }
        return Optional.of(rawPath.substring(1, rawPath.endsWith("/") ? rawPath.length() - 1 : rawPath.length()));
    }

    private static String firstSegment(String rawPath) {
        int end = rawPath.indexOf('/', 1);
        return end < 0 ? rawPath.substring(1) : rawPath.substring(1, end);
    }
}
