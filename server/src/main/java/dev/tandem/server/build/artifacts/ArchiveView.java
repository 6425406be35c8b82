package dev.tandem.server.build.artifacts;

import dev.tandem.server.build.store.ArtifactRecord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Looks into zip archives without unpacking them. Names in archives are never used as paths on this machine; entries whose name
 * leads out of the archive do not exist here.
 */
public final class ArchiveView {
    private static final int MOST_ENTRIES = 100_000;
    private static final int MOST_LISTED = 5_000;

    private final JobArtifacts artifacts;
    private final Path folder;

    public ArchiveView(JobArtifacts artifacts, Path folder) {
        this.artifacts = artifacts;
        this.folder = folder;
    }

    /** @param path within the archive, folders end with a slash; {@code sizeBytes} as the archive claims */
    public record Entry(String path, String name, boolean folder, long sizeBytes) {}

    /** What lies directly in a folder of the archive ({@code ""} or {@code a/b/}); empty when the archive cannot be read. */
    public Optional<List<Entry>> list(ArtifactRecord archive, String folderPath) throws IOException {
        return with(archive, zip -> {
            TreeMap<String, Entry> found = new TreeMap<>();
            int seen = 0;
            for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements() && seen < MOST_ENTRIES; ) {
                ZipEntry entry = all.nextElement();
                seen++;
                if (isInside(entry.getName()) && entry.getName().startsWith(folderPath) && found.size() < MOST_LISTED) {
                    add(found, folderPath, entry);
                }
            }
            List<Entry> sorted = new ArrayList<>(found.values());
            sorted.sort(java.util.Comparator.comparing((Entry entry) -> !entry.folder()));
            return sorted;
        });
    }

    /** Gives one file's bytes to {@code reader}; empty when there is no such file. At most {@code limitBytes} are given. */
    public Optional<byte[]> file(ArtifactRecord archive, String path, int limitBytes) throws IOException {
        Optional<Optional<byte[]>> found = with(archive, zip -> {
            ZipEntry entry = isInside(path) ? zip.getEntry(path) : null;
            if (entry == null || entry.isDirectory()) {
                return Optional.<byte[]>empty();
            }
            try (InputStream content = zip.getInputStream(entry)) {
                return Optional.of(content.readNBytes(limitBytes));
            }
        });
        return found.flatMap(one -> one);
    }

    /** Takes the files of an archive one after the other. */
    public interface Visit {
        /**
         * @param path below the folder that is visited
         * @return whether to go on
         */
        boolean file(String path, InputStream content) throws IOException;
    }

    /**
     * Visits all files in a folder of the archive ({@code ""} or {@code a/b/}) and below.
     *
     * @return false when the archive cannot be read
     */
    public boolean walk(ArtifactRecord archive, String folderPath, Visit visit) throws IOException {
        return with(archive, zip -> {
                    boolean more = true;
                    int seen = 0;
                    Enumeration<? extends ZipEntry> all = zip.entries();
                    while (more && all.hasMoreElements() && seen < MOST_ENTRIES) {
                        ZipEntry entry = all.nextElement();
                        String name = entry.getName();
                        seen++;
                        if (isInside(name) && !entry.isDirectory() && name.startsWith(folderPath)) {
                            try (InputStream content = zip.getInputStream(entry)) {
                                more = visit.file(name.substring(folderPath.length()), content);
                            }
                        }
                    }
                    return more;
                })
                .isPresent();
    }

    private static void add(TreeMap<String, Entry> found, String folderPath, ZipEntry entry) {
        String rest = entry.getName().substring(folderPath.length());
        if (rest.isEmpty()) {
            return;
        }
        int slash = rest.indexOf('/');
        String name = slash < 0 ? rest : rest.substring(0, slash);
        boolean isFolder = slash >= 0;
        String path = folderPath + name + (isFolder ? "/" : "");
        found.putIfAbsent(path, new Entry(path, name, isFolder, isFolder ? 0 : Math.max(0, entry.getSize())));
    }

    static boolean isInside(String name) {
        if (name.isEmpty() || name.startsWith("/") || name.indexOf('\\') >= 0 || name.indexOf('\0') >= 0) {
            return false;
        }
        for (String segment : name.split("/", -1)) {
            if (segment.equals("..") || segment.equals(".")) {
                return false;
            }
        }
        return !name.contains("//");
    }

    private interface Work<T> {
        T on(ZipFile zip) throws IOException;
    }

    private <T> Optional<T> with(ArtifactRecord archive, Work<T> work) throws IOException {
        Files.createDirectories(folder);
        Path copy = Files.createTempFile(folder, "archive-", ".zip");
        try (InputStream content = artifacts.open(archive).orElse(InputStream.nullInputStream())) {
            Files.copy(content, copy, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            try (ZipFile zip = new ZipFile(copy.toFile())) {
                return Optional.of(work.on(zip));
            } catch (java.util.zip.ZipException e) {
                return Optional.empty();
            }
        } finally {
            Files.deleteIfExists(copy);
        }
    }
}
