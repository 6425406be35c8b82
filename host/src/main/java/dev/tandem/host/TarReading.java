package dev.tandem.host;

import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.jspecify.annotations.Nullable;

/** Walks through a tar.gz as it comes. */
final class TarReading {
    private TarReading() {}

    static UnpackOutcome unpack(InputStream archive, Unpacking unpacking) throws IOException {
        try (var gzip = gunzip(archive);
                var tar = new TarArchiveInputStream(gzip)) {
            for (var entry = next(tar); entry != null; entry = next(tar)) {
                entry(tar, entry, unpacking, gzip::getCompressedCount);
            }
            return unpacking.outcome();
        } catch (Refusal e) {
            return e.outcome();
        }
    }

    private static GzipCompressorInputStream gunzip(InputStream archive) throws Refusal {
        try {
            return GzipCompressorInputStream.builder()
                    .setInputStream(archive)
                    .setDecompressConcatenated(true)
                    .get();
        } catch (IOException e) {
            throw Refusal.damaged("", e);
        }
    }

    private static @Nullable TarArchiveEntry next(TarArchiveInputStream tar) throws Refusal {
        try {
            return tar.getNextEntry();
        } catch (IOException | IllegalArgumentException e) {
            throw Refusal.damaged("", e);
        }
    }

    private static boolean isPlainFile(TarArchiveEntry entry) {
        var special = entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO() || entry.isSparse();
        return entry.isFile() && !special;
    }

    private static void entry(
            TarArchiveInputStream tar, TarArchiveEntry entry, Unpacking unpacking, Unpacking.Packed packed)
            throws IOException, Refusal {
        var name = entry.getName();
        var mode = entry.getMode();
        if (entry.isDirectory()) {
            unpacking.folder(name, mode);
        } else if (entry.isSymbolicLink()) {
            unpacking.symbolicLink(name, entry.getLinkName());
        } else if (entry.isLink()) {
            unpacking.hardLink(name, entry.getLinkName());
        } else if (isPlainFile(entry)) {
            unpacking.file(name, mode, tar, packed);
        } else {
            throw new Refusal(name, "an entry is a device, a pipe or of an unknown kind");
        }
    }
}
