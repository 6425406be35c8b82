package dev.tandem.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Collection;

/**
 * Packs and unpacks zip and tar.gz. Packing is deterministic: equal files, names and modes give equal bytes. Unpacking
 * trusts nothing of an archive; see {@link UnpackOutcome}.
 */
public final class Archives {
    private Archives() {}

    /**
     * Unpacks a zip into an empty folder that nobody else writes to meanwhile. After anything but {@link
     * UnpackOutcome.Unpacked} the folder holds a part; the caller deletes it.
     *
     * @throws IOException if the folder cannot be written (disk full)
     */
    public static UnpackOutcome unpackZip(Path archive, Path emptyFolder, ArchiveLimits limits) throws IOException {
        return ZipReading.unpack(archive, new Unpacking(emptyFolder, limits));
    }

    /** Does the same for a tar.gz, reading the stream to its end. */
    public static UnpackOutcome unpackTarGz(InputStream archive, Path emptyFolder, ArchiveLimits limits)
            throws IOException {
        return TarReading.unpack(archive, new Unpacking(emptyFolder, limits));
    }

    /**
     * Writes a zip of these paths (relative to {@code root}; files, folders and links, not what lies below them). Links
     * are packed as links. Does not close {@code out}.
     *
     * @return number of entries
     */
    public static int packZip(Path root, Collection<Path> paths, OutputStream out) throws IOException {
        return Packing.zip(root, paths, out);
    }

    /** Does the same as tar.gz. */
    public static int packTarGz(Path root, Collection<Path> paths, OutputStream out) throws IOException {
        return Packing.tarGz(root, paths, out);
    }

    /** All paths below {@code root}, relative to it, links not followed: what to pack for a whole folder. */
    public static Collection<Path> tree(Path root) throws IOException {
        return Packing.tree(root);
    }
}
