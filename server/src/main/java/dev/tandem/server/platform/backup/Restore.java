package dev.tandem.server.platform.backup;

import dev.tandem.host.ArchiveLimits;
import dev.tandem.host.Archives;
import dev.tandem.host.UnpackOutcome;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Makes a data folder of a backup: all of it, byte for byte, or nothing. */
public final class Restore {
    /** An administrator's own file: bounded by the disk only. */
    private static final ArchiveLimits LIMITS = new ArchiveLimits(Integer.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE);

    private final Path archive;

    /** @param archive what {@link Backup} wrote */
    public Restore(Path archive) {
        this.archive = archive;
    }

    /** @param takenAt the moment whose state this is */
    public record Restored(int files, Instant takenAt) {}

    /**
     * Fills a data folder, which must be empty or missing; it appears when all of it was compared with the manifest.
     *
     * @throws BackupException when the folder holds something, or the archive is damaged or no backup
     */
    public Restored into(Path data) throws IOException {
        if (Files.exists(data) && !empty(data)) {
            throw new BackupException(data + " is not empty; a restore only fills an empty or missing folder");
        }
        Path parent = data.toAbsolutePath().getParent();
        if (parent == null) {
            throw new BackupException(data + " cannot be a data folder");
        }
        Files.createDirectories(parent);
        Path staging = Files.createTempDirectory(
                parent,
                ".tandem-restore-",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try {
            unpack(staging);
            Manifest manifest = manifest(staging);
            compare(staging, manifest);
            Files.deleteIfExists(data);
            Files.move(staging, data, StandardCopyOption.ATOMIC_MOVE);
            return new Restored(manifest.files().size(), manifest.takenAt());
        } finally {
            Backup.delete(staging);
        }
    }

    private static boolean empty(Path data) throws IOException {
        try (Stream<Path> inside = Files.list(data)) {
            return inside.findAny().isEmpty();
        }
    }

    private void unpack(Path staging) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(archive))) {
            UnpackOutcome outcome = Archives.unpackTarGz(in, staging, LIMITS);
            if (outcome instanceof UnpackOutcome.Refused refused) {
                throw damaged(refused.entry() + " " + refused.reason());
            }
        } catch (NoSuchFileException e) {
            throw new BackupException("there is no " + archive);
        }
    }

    private Manifest manifest(Path staging) throws IOException {
        Path file = staging.resolve(Manifest.NAME);
        if (!Files.isRegularFile(file)) {
            throw damaged("it has no " + Manifest.NAME + ", so it is no backup, or only the beginning of one");
        }
        try {
            Manifest manifest = JsonMapper.builder().build().readValue(Files.readAllBytes(file), Manifest.class);
            if (manifest.format() != Manifest.FORMAT) {
                throw damaged("its format is " + manifest.format() + ", and this Tandem reads " + Manifest.FORMAT);
            }
            Files.delete(file);
            return manifest;
        } catch (JacksonException e) {
            throw damaged("its " + Manifest.NAME + " cannot be read");
        }
    }

    private void compare(Path staging, Manifest manifest) throws IOException {
        Set<String> there;
        try (Stream<Path> all = Files.walk(staging)) {
            there = all.filter(Files::isRegularFile)
                    .map(file -> staging.relativize(file).toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
        if (!there.equals(manifest.files().keySet())) {
            throw damaged("it does not hold the files that its " + Manifest.NAME + " names");
        }
        for (Map.Entry<String, Manifest.Content> file : manifest.files().entrySet()) {
            if (!digest(staging.resolve(file.getKey())).equals(file.getValue().sha256())) {
                throw damaged(file.getKey() + " is not what it was");
            }
        }
    }

    private static String digest(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                DigestInputStream digested = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
            digested.transferTo(java.io.OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digested.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private BackupException damaged(String how) {
        return new BackupException(archive + " was not restored: " + how);
    }
}
