package dev.tandem.server.platform.backup;

import java.time.Instant;
import java.util.Map;

/**
 * What a backup holds; the last entry of its archive.
 *
 * @param format {@link #FORMAT}
 * @param takenAt when the state that it holds was the server's
 * @param files each file by its path below the data folder
 */
record Manifest(int format, Instant takenAt, Map<String, Content> files) {
    static final int FORMAT = 1;
    static final String NAME = "manifest.json";

    /** @param sha256 of the content, in hexadecimal */
    record Content(long size, String sha256) {}
}
