package dev.tandem.server.platform;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Objects as files below one folder. Writes go to a temporary name, are forced to disk, then renamed. */
final class FolderObjectStore implements ObjectStore {
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*");

    private final Path root;
    private final Path incoming;

    FolderObjectStore(Path root) throws IOException {
        this.root = root;
        this.incoming = root.resolve(".incoming");
        Files.createDirectories(incoming);
        try (var leftovers = Files.newDirectoryStream(incoming)) {
            for (Path leftover : leftovers) {
                Files.delete(leftover);
            }
        }
    }

    @Override
    public Stored put(String key, InputStream content, long limitBytes) throws IOException {
        return put(key, content, limitBytes, stored -> {});
    }

    @Override
    public Stored put(String key, InputStream content, long sizeBytes, String sha256) throws IOException {
        try {
            return put(key, content, sizeBytes, stored -> requireSame(stored, sizeBytes, sha256));
        } catch (TooLargeException e) {
            throw new OtherContentException("more than the " + sizeBytes + " bytes that were announced");
        }
    }

    private static void requireSame(Stored stored, long sizeBytes, String sha256) throws OtherContentException {
        if (stored.sizeBytes() != sizeBytes) {
            throw new OtherContentException(
                    stored.sizeBytes() + " bytes instead of the " + sizeBytes + " that were announced");
        }
        if (!stored.sha256().equals(sha256)) {
            throw new OtherContentException("the SHA-256 is " + stored.sha256() + " instead of " + sha256);
        }
    }

    /** Looks at what has arrived before anybody sees it. */
    private interface Check {
        void look(Stored stored) throws IOException;
    }

    private Stored put(String key, InputStream content, long limitBytes, Check check) throws IOException {
        Path target = path(key);
        Path temporary = incoming.resolve(UUID.randomUUID().toString());
        try {
            Stored stored = write(temporary, content, limitBytes);
            check.look(stored);
            Path folder = Objects.requireNonNull(target.getParent(), "a key lies below the root");
            Files.createDirectories(folder);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            force(folder);
            return stored;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    @Override
    public Optional<InputStream> get(String key) throws IOException {
        try {
            return Optional.of(Files.newInputStream(path(key)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<Long> size(String key) throws IOException {
        try {
            return Optional.of(Files.size(path(key)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public void delete(String key) throws IOException {
        Files.deleteIfExists(path(key));
    }

    private static Stored write(Path file, InputStream content, long limitBytes) throws IOException {
        MessageDigest digest = sha256();
        long size = 0;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                OutputStream out = Channels.newOutputStream(channel)) {
            byte[] buffer = new byte[64 * 1024];
            for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
                size += n;
                if (size > limitBytes) {
                    throw new TooLargeException(limitBytes);
                }
                digest.update(buffer, 0, n);
                out.write(buffer, 0, n);
            }
            channel.force(true);
        }
        return new Stored(size, HexFormat.of().formatHex(digest.digest()));
    }

    /** A rename is durable only once the folder is. */
    private static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private Path path(String key) {
        if (!KEY.matcher(key).matches()) {
            throw new IllegalArgumentException("not an object key: " + key);
        }
        return root.resolve(key);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
