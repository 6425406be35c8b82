package dev.tandem.server.code.ssh;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a git client asks for over SSH.
 *
 * @param fullPath of the project, without {@code .git}
 */
record GitCommandLine(boolean push, String fullPath) {
    private static final int LONGEST = 1024;
    private static final Pattern LINE = Pattern.compile("git[ -](?<what>upload-pack|receive-pack) '(?<path>[^']+)'");

    /** @return empty for whatever is not one of git's two commands */
    static Optional<GitCommandLine> of(String line) {
        Matcher matcher = LINE.matcher(line);
        if (line.length() > LONGEST || !matcher.matches()) {
            return Optional.empty();
        }
        String path = matcher.group("path");
        String bare = path.startsWith("/") ? path.substring(1) : path;
        String project = bare.endsWith(".git") ? bare.substring(0, bare.length() - ".git".length()) : bare;
        return Optional.of(new GitCommandLine(matcher.group("what").equals("receive-pack"), project));
    }
}
