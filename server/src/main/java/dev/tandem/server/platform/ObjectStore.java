package dev.tandem.server.platform;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Large immutable things by key: logs, artifacts, bundles. A key is made of segments {@code [A-Za-z0-9._-]+} joined by
 * {@code /}, no segment starting with a dot. Safe for use by many threads; a reader sees a whole object or none.
 */
public interface ObjectStore {
    /**
     * Stores all of {@code content}, replacing what was there, durable on return.
     *
     * @param limitBytes more than this is refused with {@link TooLargeException} and nothing is stored
     */
    Stored put(String key, InputStream content, long limitBytes) throws IOException;

    /**
     * Stores {@code content} when it is what was announced, as {@link #put(String, InputStream, long)} does.
     *
     * @param sha256 64 lower-case hex digits
     * @throws OtherContentException when length or digest differ; what was there under the key stays
     */
    Stored put(String key, InputStream content, long sizeBytes, String sha256) throws IOException;

    /** Opens an object; the caller closes it. Empty when there is none. */
    Optional<InputStream> get(String key) throws IOException;

    /** Length in bytes; empty when there is none. */
    Optional<Long> size(String key) throws IOException;

    /** Removes an object, if it is there. */
    void delete(String key) throws IOException;

    /** @param sha256 64 lower-case hex digits */
    record Stored(long sizeBytes, String sha256) {}

    /** More bytes came than the caller allowed. */
    final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1L;

        public TooLargeException(long limitBytes) {
            super("larger than the limit of " + limitBytes + " bytes");
        }
    }

    /** Not the bytes that were announced. */
    final class OtherContentException extends IOException {
        private static final long serialVersionUID = 1L;

        public OtherContentException(String message) {
            super(message);
        }
    }
}
