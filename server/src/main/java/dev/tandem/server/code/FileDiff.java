package dev.tandem.server.code;

/**
 * How one file differs between two commits.
 *
 * @param oldMode six octal digits, {@code 000000} for a new file
 * @param newMode six octal digits, {@code 000000} for a deleted file
 * @param hunks unified diff without the lines that name the files; empty when binary or left out
 * @param leftOut whether the difference is too long to be given
 */
public record FileDiff(
        String oldPath,
        String newPath,
        String oldMode,
        String newMode,
        Change change,
        boolean binary,
        boolean leftOut,
        String hunks,
        int additions,
        int deletions) {

    /** What happened to the file. */
    public enum Change {
        ADDED,
        MODIFIED,
        DELETED,
        RENAMED,
        COPIED
    }
}
