package dev.tandem.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Writes the entries of one archive below a folder, and nothing anywhere else. */
final class Unpacking {
    private static final long RATIO_FLOOR = 1L << 20;
    private static final int MAX_NAME = 4096;
    private static final int MAX_LINK = 4096;

    private final Path root;
    private final ArchiveLimits limits;
    private int entries;
    private long bytes;

    /** Packed bytes read so far, or in all. */
    interface Packed {
        long bytes();
    }

    Unpacking(Path root, ArchiveLimits limits) {
        this.root = root;
        this.limits = limits;
    }

    UnpackOutcome.Unpacked outcome() {
        return new UnpackOutcome.Unpacked(entries, bytes);
    }

    void folder(String name, int mode) throws IOException, Refusal {
        count(name);
        var path = resolve(name);
        if (path.equals(root)) {
            return;
        }
        makeParents(name, path);
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            // Some archivers list a folder after its files.
            setMode(path, mode | 0700);
            return;
        }
        try {
            Files.createDirectory(path);
        } catch (FileAlreadyExistsException e) {
            throw new Refusal(name, "two entries have this name");
        }
        setMode(path, mode | 0700);
    }

    void file(String name, int mode, InputStream content, Packed packed) throws IOException, Refusal {
        count(name);
        var path = resolveBelow(name);
        makeParents(name, path);
        try (var out = Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            var buffer = new byte[64 * 1024];
            for (var read = read(name, content, buffer); read >= 0; read = read(name, content, buffer)) {
                bytes += read;
                checkSize(name, packed.bytes());
                out.write(buffer, 0, read);
            }
        } catch (FileAlreadyExistsException e) {
            throw new Refusal(name, "two entries have this name");
        }
        setMode(path, mode | 0600);
    }

    void symbolicLink(String name, String target) throws IOException, Refusal {
        count(name);
        var path = resolveBelow(name);
        makeParents(name, path);
        checkTarget(name, path, target);
        try {
            Files.createSymbolicLink(path, Path.of(target));
        } catch (FileAlreadyExistsException e) {
            throw new Refusal(name, "two entries have this name");
        }
    }

    /** A second name of a file that was unpacked before. */
    void hardLink(String name, String target) throws IOException, Refusal {
        count(name);
        var path = resolveBelow(name);
        var existing = resolveBelow(target);
        makeParents(name, path);
        makeParents(target, existing);
        if (!Files.isRegularFile(existing, LinkOption.NOFOLLOW_LINKS)) {
            throw new Refusal(name, "it is a link to something that is no file of this archive");
        }
        try {
            Files.createLink(path, existing);
        } catch (FileAlreadyExistsException e) {
            throw new Refusal(name, "two entries have this name");
        }
    }

    /** A fault while reading is the archive's, one while writing is this machine's. */
    private static int read(String name, InputStream content, byte[] buffer) throws Refusal {
        try {
            return content.read(buffer);
        } catch (IOException e) {
            throw Refusal.damaged(name, e);
        }
    }

    private void count(String name) throws Refusal {
        entries++;
        if (entries > limits.maxEntries()) {
            throw new Refusal(name, "it has more than " + limits.maxEntries() + " entries");
        }
    }

    private void checkSize(String name, long packed) throws Refusal {
        if (bytes > limits.maxBytes()) {
            throw new Refusal(name, "it unpacks to more than " + limits.maxBytes() + " bytes");
        }
        if (bytes > RATIO_FLOOR && bytes / limits.maxRatio() > packed) {
            throw new Refusal(name, "it unpacks to more than " + limits.maxRatio() + " times its size");
        }
    }

    private Path resolveBelow(String name) throws Refusal {
        var path = resolve(name);
        if (path.equals(root)) {
            throw new Refusal(name, "an entry has no name");
        }
        return path;
    }

    private Path resolve(String name) throws Refusal {
        if (name.length() > MAX_NAME || name.indexOf('\0') >= 0) {
            throw new Refusal(name, "an entry's name is too long or holds a NUL character");
        }
        if (name.startsWith("/")) {
            throw new Refusal(name, "an entry has an absolute path");
        }
        var path = root;
        for (var part : name.split("/", -1)) {
            if (part.equals("..")) {
                throw new Refusal(name, "an entry's path leads upwards");
            }
            if (!part.isEmpty() && !part.equals(".")) {
                path = path.resolve(part);
            }
        }
        return path;
    }

    /** Makes missing folders above {@code path}; what is there must be a real folder, never a link. */
    private void makeParents(String name, Path path) throws IOException, Refusal {
        var current = root;
        for (var part : root.relativize(path.getParent())) {
            current = current.resolve(part);
            if (Files.isDirectory(current, LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            try {
                Files.createDirectory(current);
            } catch (FileAlreadyExistsException e) {
                throw new Refusal(name, "an entry lies below something that is no folder");
            }
        }
    }

    /**
     * A target may climb first, as far as the root, and then only descend. ".." after a name is refused even where it
     * looks harmless: if that name is itself a link, ".." leads to another place than the text says.
     */
    private void checkTarget(String name, Path path, String target) throws Refusal {
        if (target.isEmpty() || target.length() > MAX_LINK || target.indexOf('\0') >= 0 || target.startsWith("/")) {
            throw new Refusal(name, "a link leads outside");
        }
        var height = root.relativize(path).getNameCount() - 1;
        var descending = false;
        for (var part : target.split("/", -1)) {
            if (part.equals("..")) {
                height--;
                if (descending || height < 0) {
                    throw new Refusal(name, "a link leads outside");
                }
            } else if (!part.isEmpty() && !part.equals(".")) {
                descending = true;
            }
        }
    }

    private static void setMode(Path path, int mode) throws IOException {
        Files.setPosixFilePermissions(path, permissions(mode & 0777));
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        var text = new StringBuilder(9);
        for (var bit = 8; bit >= 0; bit--) {
            text.append((mode >> bit & 1) == 1 ? "rwxrwxrwx".charAt(8 - bit) : '-');
        }
        return EnumSet.copyOf(PosixFilePermissions.fromString(text.toString()));
    }
}
