package dev.tandem.host;

/**
 * Bounds of an archive that is unpacked.
 *
 * @param maxEntries most entries
 * @param maxBytes most bytes of all files together, unpacked
 * @param maxRatio most unpacked bytes for each packed byte, once a megabyte is unpacked
 */
public record ArchiveLimits(int maxEntries, long maxBytes, int maxRatio) {
    /** For artifacts, caches and bundles that people make with good intent: 200,000 entries, 10 GiB, 1 to 1,000. */
    public static final ArchiveLimits DEFAULT = new ArchiveLimits(200_000, 10L << 30, 1_000);

    public ArchiveLimits {
        if (maxEntries < 1 || maxBytes < 1 || maxRatio < 1) {
            throw new IllegalArgumentException("limits of archives must be positive");
        }
    }
}
