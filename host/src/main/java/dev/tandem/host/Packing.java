package dev.tandem.host;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.UnixStat;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/** Writes archives in which nothing but names, modes and content matters: sorted, without times and owners. */
final class Packing {
    /** The first moment that a zip can express, in whatever zone. */
    private static final LocalDateTime ZIP_EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);

    private static final int TAR_BUFFER = 64 * 1024;

    private Packing() {}

    static Collection<Path> tree(Path root) throws IOException {
        var paths = new ArrayList<Path>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                if (!folder.equals(root)) {
                    paths.add(root.relativize(folder));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (!attributes.isOther()) {
                    paths.add(root.relativize(file));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return paths;
    }

    static int zip(Path root, Collection<Path> paths, OutputStream out) throws IOException {
        var zip = new ZipArchiveOutputStream(out);
        zip.setLevel(Deflater.DEFAULT_COMPRESSION);
        var sorted = sorted(paths);
        for (var path : sorted) {
            var source = root.resolve(path);
            var attributes = attributes(source);
            var entry = new ZipArchiveEntry(name(path, attributes));
            entry.setTimeLocal(ZIP_EPOCH);
            entry.setUnixMode(type(attributes) | mode(attributes));
            var link = attributes.isSymbolicLink() ? linkTarget(source) : new byte[0];
            entry.setSize(attributes.isRegularFile() ? attributes.size() : link.length);
            zip.putArchiveEntry(entry);
            if (attributes.isRegularFile()) {
                copy(source, attributes.size(), zip);
            } else {
                zip.write(link);
            }
            zip.closeArchiveEntry();
        }
        zip.finish();
        zip.flush();
        return sorted.size();
    }

    static int tarGz(Path root, Collection<Path> paths, OutputStream out) throws IOException {
        var gzip = new GZIPOutputStream(out, TAR_BUFFER);
        var tar = new TarArchiveOutputStream(gzip, "UTF-8");
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
        var sorted = sorted(paths);
        for (var path : sorted) {
            var source = root.resolve(path);
            var attributes = attributes(source);
            tar.putArchiveEntry(tarEntry(path, source, attributes));
            if (attributes.isRegularFile()) {
                copy(source, attributes.size(), tar);
            }
            tar.closeArchiveEntry();
        }
        tar.finish();
        gzip.finish();
        gzip.flush();
        return sorted.size();
    }

    private static TarArchiveEntry tarEntry(Path path, Path source, PosixFileAttributes attributes) throws IOException {
        var name = name(path, attributes);
        var entry = attributes.isSymbolicLink()
                ? new TarArchiveEntry(name, TarConstants.LF_SYMLINK)
                : new TarArchiveEntry(name);
        if (attributes.isSymbolicLink()) {
            entry.setLinkName(new String(linkTarget(source), StandardCharsets.UTF_8));
        } else if (attributes.isRegularFile()) {
            entry.setSize(attributes.size());
        }
        entry.setMode(mode(attributes));
        entry.setIds(0, 0);
        entry.setNames("", "");
        entry.setModTime(FileTime.fromMillis(0));
        return entry;
    }

    private static void copy(Path source, long size, OutputStream out) throws IOException {
        try (var in = Files.newInputStream(source, LinkOption.NOFOLLOW_LINKS)) {
            var left = size;
            var buffer = new byte[TAR_BUFFER];
            for (var read = in.read(buffer); read >= 0 && left > 0; read = in.read(buffer)) {
                out.write(buffer, 0, (int) Math.min(read, left));
                left -= read;
            }
            if (left > 0) {
                throw new IOException("\"" + source.getFileName() + "\" became shorter while it was packed");
            }
        }
    }

    private static List<Path> sorted(Collection<Path> paths) {
        return paths.stream().distinct().sorted().toList();
    }

    private static PosixFileAttributes attributes(Path source) throws IOException {
        var attributes = Files.readAttributes(source, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isOther()) {
            throw new IOException("\"" + source.getFileName() + "\" is a pipe, socket or device and cannot be packed");
        }
        return attributes;
    }

    private static String name(Path path, PosixFileAttributes attributes) {
        return attributes.isDirectory() ? path + "/" : path.toString();
    }

    private static byte[] linkTarget(Path link) throws IOException {
        return Files.readSymbolicLink(link).toString().getBytes(StandardCharsets.UTF_8);
    }

    private static int type(PosixFileAttributes attributes) {
        if (attributes.isDirectory()) {
            return UnixStat.DIR_FLAG;
        }
        return attributes.isSymbolicLink() ? UnixStat.LINK_FLAG : UnixStat.FILE_FLAG;
    }

    private static int mode(PosixFileAttributes attributes) {
        if (attributes.isSymbolicLink()) {
            return 0777;
        }
        var mode = 0;
        for (var permission : attributes.permissions()) {
            mode |= 1 << (8 - permission.ordinal());
        }
        return mode;
    }
}
