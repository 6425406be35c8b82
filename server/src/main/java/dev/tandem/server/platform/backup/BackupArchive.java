package dev.tandem.server.platform.backup;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;
import tools.jackson.databind.json.JsonMapper;

/** Writes the tar.gz of a backup file by file, and remembers what each held. Only its owner may read it. */
final class BackupArchive implements AutoCloseable {
    private static final int BUFFER = 64 * 1024;
    private static final int OWNER_ONLY = 0600;
    private static final int OWNER_ONLY_FOLDER = 0700;

    private final Path file;
    private final FileChannel channel;
    private final TarArchiveOutputStream tar;
    private final Map<String, Manifest.Content> files = new TreeMap<>();
    private final Set<String> folders = new HashSet<>();

    BackupArchive(Path file) throws IOException {
        this.file = file;
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        channel = FileChannel.open(file, StandardOpenOption.WRITE);
        GzipParameters fast = new GzipParameters();
        fast.setCompressionLevel(1); // most of it, packs and archives, is compressed already
        OutputStream out = Channels.newOutputStream(channel);
        tar = new TarArchiveOutputStream(new GzipCompressorOutputStream(new BufferedOutputStream(out), fast));
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
    }

    boolean holds(String name) {
        return files.containsKey(name);
    }

    /**
     * Adds a file as long as it is now; what is appended meanwhile is left out.
     *
     * @return false when it is not there any more
     */
    boolean add(String name, Path file) throws IOException {
        try (FileChannel source = FileChannel.open(file, StandardOpenOption.READ);
                InputStream content = Channels.newInputStream(source)) {
            long size = source.size();
            MessageDigest digest = sha256();
            begin(name, size);
            byte[] buffer = new byte[BUFFER];
            for (long left = size; left > 0; ) {
                int read = content.read(buffer, 0, (int) Math.min(left, BUFFER));
                if (read < 0) {
                    throw new BackupException(file + " became shorter while it was copied; try again");
                }
                tar.write(buffer, 0, read);
                digest.update(buffer, 0, read);
                left -= read;
            }
            tar.closeArchiveEntry();
            files.put(name, new Manifest.Content(size, HexFormat.of().formatHex(digest.digest())));
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Adds a folder, so that it is there even when nothing lies in it. */
    void addFolder(String name) throws IOException {
        if (folders.add(name)) {
            TarArchiveEntry entry = new TarArchiveEntry(name + "/");
            entry.setMode(OWNER_ONLY_FOLDER);
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
        }
    }

    /** Adds the manifest, and forces all of it to the disk. */
    Manifest finish(Instant takenAt) throws IOException {
        Manifest manifest = new Manifest(Manifest.FORMAT, takenAt, files);
        byte[] json = JsonMapper.builder().build().writeValueAsBytes(manifest);
        begin(Manifest.NAME, json.length);
        tar.write(json);
        tar.closeArchiveEntry();
        tar.close();
        try (FileChannel whole = FileChannel.open(file, StandardOpenOption.WRITE)) {
            whole.force(true);
        }
        return manifest;
    }

    private void begin(String name, long size) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(size);
        entry.setMode(OWNER_ONLY);
        tar.putArchiveEntry(entry);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
