package dev.tandem.server.code;

/** A file in a repository has more bytes than the caller can take. */
public final class FileTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long sizeBytes;

    FileTooLargeException(String path, long sizeBytes, long limitBytes) {
        super("%s has %d bytes, more than the limit of %d".formatted(path, sizeBytes, limitBytes));
        this.sizeBytes = sizeBytes;
    }

    public long sizeBytes() {
        return sizeBytes;
    }
}
