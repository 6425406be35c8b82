package dev.tandem.server.code.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address of a request by a git client.
 *
 * @param fullPath of the project, decoded, without {@code .git}
 * @param dotGit whether the address carries {@code .git}; without it the client is sent there
 * @param endpoint what follows: {@code info/refs}, {@code git-upload-pack} or {@code git-receive-pack}
 */
record GitAddress(String fullPath, boolean dotGit, String endpoint, Service service) {
    private static final Pattern PATH = Pattern.compile("/(?<project>[^/]+(?:/[^/]+?)+?)(?<git>\\.git)?/"
            + "(?<endpoint>info/refs|git-upload-pack|git-receive-pack)");

    /** What the client wants. */
    enum Service {
        FETCH("git-upload-pack"),
        PUSH("git-receive-pack");

        private final String wire;

        Service(String wire) {
            this.wire = wire;
        }
    }

    /**
     * @param rawPath still percent-encoded
     * @param service the query's parameter of that name
     * @return empty when this is no request of the smart HTTP protocol
     */
    static Optional<GitAddress> of(String rawPath, @Nullable String service) {
        Matcher matcher = PATH.matcher(rawPath);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String endpoint = matcher.group("endpoint");
        return service(endpoint.equals("info/refs") ? service : endpoint)
                .map(asked -> new GitAddress(
                        decoded(matcher.group("project")), matcher.group("git") != null, endpoint, asked));
    }

    private static Optional<Service> service(@Nullable String wire) {
        for (Service candidate : Service.values()) {
            if (candidate.wire.equals(wire)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private static String decoded(String rawPath) {
        try {
            return URLDecoder.decode(rawPath.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
