package dev.tandem.server.code;

/**
 * A file at a commit.
 *
 * @param id sha of its blob
 * @param isLink whether its content is the target of a symbolic link
 */
public record FileFacts(String path, String id, long sizeBytes, boolean executable, boolean isLink) {
    /** Last segment of the path. */
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
