package dev.tandem.server.code.ssh;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a git client asks for over SSH.
 *
 * @param fullPath of the project, without {@code .git}
 */
record GitCommandLine(What what, String fullPath) {
    private static final int LONGEST = 1024;
    private static final Pattern LINE = Pattern.compile("git[ -](?<what>upload-pack|receive-pack) '(?<path>[^']+)'");

    /** Without quotes, which Git LFS leaves out where a path needs none. */
    private static final Pattern LFS =
            Pattern.compile("git-lfs-authenticate (?:'(?<path>[^']+)'|(?<bare>[^' ]+)) (?<what>upload|download)");

    /** The commands that are served. */
    enum What {
        FETCH(false),
        PUSH(true),
        /** Access to download large files over HTTP. */
        LFS_DOWNLOAD(false),
        LFS_UPLOAD(true);

        private final boolean writes;

        What(boolean writes) {
            this.writes = writes;
        }
    }

    boolean writes() {
        return what.writes;
    }

    /** @return empty for whatever is not one of git's or Git LFS's commands */
    static Optional<GitCommandLine> of(String line) {
        Matcher matcher = LINE.matcher(line);
        if (line.length() > LONGEST) {
            return Optional.empty();
        }
        if (matcher.matches()) {
            return Optional.of(new GitCommandLine(
                    matcher.group("what").equals("receive-pack") ? What.PUSH : What.FETCH,
                    project(matcher.group("path"))));
        }
        Matcher lfs = LFS.matcher(line);
        return lfs.matches()
                ? Optional.of(new GitCommandLine(
                        lfs.group("what").equals("upload") ? What.LFS_UPLOAD : What.LFS_DOWNLOAD,
                        project(lfs.group("path") == null ? lfs.group("bare") : lfs.group("path"))))
                : Optional.empty();
    }

    private static String project(String path) {
        String bare = path.startsWith("/") ? path.substring(1) : path;
        return bare.endsWith(".git") ? bare.substring(0, bare.length() - ".git".length()) : bare;
    }
}
