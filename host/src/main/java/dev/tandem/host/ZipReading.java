package dev.tandem.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** Walks through a zip by its central directory, which alone knows modes and links. */
final class ZipReading {
    private static final int MAX_LINK = 4096;
    private static final int TYPE = 0170000;
    private static final int FILE = 0100000;
    private static final int FOLDER = 0040000;
    private static final int LINK = 0120000;

    private ZipReading() {}

    static UnpackOutcome unpack(Path archive, Unpacking unpacking) throws IOException {
        var size = Files.size(archive);
        try (var zip = open(archive)) {
            var entries = zip.getEntriesInPhysicalOrder();
            while (entries.hasMoreElements()) {
                entry(zip, entries.nextElement(), unpacking, size);
            }
            return unpacking.outcome();
        } catch (Refusal e) {
            return e.outcome();
        }
    }

    private static ZipFile open(Path archive) throws Refusal {
        try {
            return ZipFile.builder().setPath(archive).get();
        } catch (IOException | IllegalArgumentException e) {
            throw Refusal.damaged("", e);
        }
    }

    private static InputStream open(ZipFile zip, ZipArchiveEntry entry) throws Refusal {
        if (!zip.canReadEntryData(entry)) {
            throw new Refusal(entry.getName(), "an entry is encrypted or packed in an unknown way");
        }
        try {
            return zip.getInputStream(entry);
        } catch (IOException e) {
            throw Refusal.damaged(entry.getName(), e);
        }
    }

    private static void entry(ZipFile zip, ZipArchiveEntry entry, Unpacking unpacking, long size)
            throws IOException, Refusal {
        var name = entry.getName();
        var mode = entry.getUnixMode();
        switch (entry.isDirectory() ? FOLDER : mode & TYPE) {
            case FOLDER -> unpacking.folder(name, mode == 0 ? 0755 : mode);
            case LINK -> unpacking.symbolicLink(name, linkTarget(zip, entry));
            case FILE, 0 -> file(zip, entry, mode == 0 ? 0644 : mode, unpacking, size);
            default -> throw new Refusal(name, "an entry is a device, pipe or socket");
        }
    }

    private static void file(ZipFile zip, ZipArchiveEntry entry, int mode, Unpacking unpacking, long size)
            throws IOException, Refusal {
        try (var content = open(zip, entry)) {
            unpacking.file(entry.getName(), mode, content, () -> size);
        }
    }

    private static String linkTarget(ZipFile zip, ZipArchiveEntry entry) throws IOException, Refusal {
        try (var content = open(zip, entry)) {
            return new String(content.readNBytes(MAX_LINK + 1), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw Refusal.damaged(entry.getName(), e);
        }
    }
}
